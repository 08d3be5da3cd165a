"""Finding payments by anything that a person may have at hand: a name, a number, an amount, any id of Stripe's."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from donations.queries import references_of_gifts_like
from shop.dashboard.orders.forms import DayField
from shop.money import UnreadableAmount, parse_amount
from shop.stripe_payments.models import (
    BalanceEntry,
    Dispute,
    FraudWarning,
    Payment,
    PaymentChange,
    PaymentLine,
    Refund,
    StripeEvent,
)

_STRIPE_ID = re.compile(r"[a-z]{2,8}_\w+", re.ASCII)


class PaymentSearchForm(forms.Form):
    """Narrow the list of payments. Every field may be empty, and a wrong one is told and left out."""

    q = forms.CharField(
        label=_("Name, email, number, amount or Stripe id"),
        required=False,
        max_length=255,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("Any")), *Payment.Status.choices])
    date_from = DayField(label=_("From"), required=False)
    date_to = DayField(label=_("To"), required=False)

    @property
    def payments(self) -> QuerySet[Payment]:
        """The payments that fit, the newest first. A payment counts on the day it was paid, else on which it was begun."""
        self.full_clean()
        asked: dict[str, Any] = self.cleaned_data
        payments = Payment.objects.annotate(moment=Coalesce("paid_at", "created_at")).order_by("-moment", "-id")
        if text := asked.get("q", "").replace("\x00", "").strip():
            payments = payments.filter(payments_like(text))
        if asked.get("status"):
            payments = payments.filter(status=asked["status"])
        if asked.get("date_from"):
            payments = payments.filter(moment__gte=midnight(asked["date_from"]))
        if asked.get("date_to"):
            payments = payments.filter(moment__lt=midnight(asked["date_to"] + timedelta(days=1)))
        return payments


def payments_like(text: str) -> Q:
    """What of payments the text may name. Ids and amounts are met exactly, names and numbers in part."""
    return _by_people(text) | _by_reference(text) | _by_stripe_id(text) | _by_amount(text)


def midnight(day: date) -> datetime:
    """When the day begins for the organization."""
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


def _by_people(text: str) -> Q:
    orders = get_model("order", "Order").objects.order_by()
    for word in text.split():
        orders = orders.filter(
            Q(number__icontains=word)
            | Q(guest_email__icontains=word)
            | Q(user__email__icontains=word)
            | Q(shipping_address__first_name__icontains=word)
            | Q(shipping_address__last_name__icontains=word)
        )
    lines = PaymentLine.objects.filter(
        Q(purpose="order", reference__in=orders.values("number"))
        | Q(purpose="gift", reference__in=references_of_gifts_like(text))
    )
    return Q(pk__in=lines.values("payment"))


def _by_reference(text: str) -> Q:
    return Q(reference=text) | Q(pk__in=Refund.objects.filter(reference=text).values("line__payment"))


def _by_stripe_id(text: str) -> Q:
    """An event leads to the payment whose history it stands in, or whose object it told of."""
    if not _STRIPE_ID.fullmatch(text):
        return Q()
    told_of = StripeEvent.objects.filter(event_id=text).exclude(object_id="").values_list("object_id", flat=True)
    ids = [text, *told_of]
    entries = Q(stripe_id__in=ids) | Q(source_id__in=ids) | Q(payout__stripe_payout_id__in=ids)
    return (
        Q(checkout_session_id__in=ids)
        | Q(payment_intent_id__in=ids)
        | Q(charge_id__in=ids)
        | Q(invoice_id__in=ids)
        | Q(subscription__stripe_subscription_id__in=ids)
        | Q(subscription__stripe_customer_id__in=ids)
        | Q(pk__in=Refund.objects.filter(stripe_refund_id__in=ids).values("line__payment"))
        | Q(pk__in=Dispute.objects.filter(stripe_dispute_id__in=ids).values("payment"))
        | Q(pk__in=FraudWarning.objects.filter(stripe_warning_id__in=ids).values("payment"))
        | Q(pk__in=BalanceEntry.objects.filter(entries, payment__isnull=False).values("payment"))
        | Q(pk__in=PaymentChange.objects.filter(cause=text).values("payment"))
    )


def _by_amount(text: str) -> Q:
    """Of the payment, or of a line, a refund or a dispute of it."""
    try:
        amount_minor = parse_amount(text)
    except UnreadableAmount:
        return Q()
    return (
        Q(amount_minor=amount_minor)
        | Q(pk__in=PaymentLine.objects.filter(amount_minor=amount_minor).values("payment"))
        | Q(pk__in=Refund.objects.filter(amount_minor=amount_minor).values("line__payment"))
        | Q(pk__in=Dispute.objects.filter(amount_minor=amount_minor).values("payment"))
    )
