"""Payments: find one, read its story."""

from typing import Any

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from shop.dashboard.money.pages import TEMPLATES, page_context
from shop.dashboard.money.purposes import purposes_of
from shop.dashboard.money.refunding import refundable_lines
from shop.dashboard.money.searching import PaymentSearchForm
from shop.dashboard.money.stripe_links import stripe_url
from shop.dashboard.money.timeline import story_of
from shop.staff_access import staff_with
from shop.stripe_payments.models import Payment
from shop.stripe_payments.queries import counted_lines, sum_up


@require_safe
@staff_with("stripe_payments.view_payment")
def payment_list(request: HttpRequest) -> HttpResponse:
    """All payments or those that were searched for, with what they add up to."""
    form = PaymentSearchForm(request.GET)
    payments = form.payments
    context = page_context(request, payments.prefetch_related("lines"))
    page = list(context["page_obj"])
    purposes = purposes_of(line for payment in page for line in payment.lines.all())
    context |= {
        "form": form,
        "rows": [(payment, [purposes[line.pk] for line in payment.lines.all()]) for payment in page],
        "totals": sum_up(counted_lines().filter(payment__in=payments.order_by().values("pk"))),
    }
    return render(request, f"{TEMPLATES}/payment_list.html", context)


@require_safe
@staff_with("stripe_payments.view_payment")
def payment_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """One payment: what for, how much, and its story."""
    payment = get_object_or_404(Payment.objects.select_related("subscription"), reference=reference)
    lines = list(payment.lines.order_by("id"))
    purposes = purposes_of(lines)
    fees_minor = _fees_minor(payment)
    context = {
        "payment": payment,
        "purposes": [purposes[line.pk] for line in lines],
        "fees_minor": fees_minor,
        "net_minor": None if fees_minor is None else payment.counted_minor - fees_minor,
        "ids": _ids(payment),
        "story": story_of(payment),
        "refundable": refundable_lines(payment),
        "open_warnings": payment.fraud_warnings.filter(resolved_at=None),
    }
    return render(request, f"{TEMPLATES}/payment_detail.html", context)


def _fees_minor(payment: Payment) -> int | None:
    """With what disputes cost, once Stripe's books were read; None while nothing is known."""
    booked: int | None = payment.balance_entries.aggregate(sum=Sum("fee_minor"))["sum"]
    return payment.fee_minor if booked is None else booked


def _ids(payment: Payment) -> list[tuple[str, str]]:
    """(id, its place in Stripe's dashboard or nothing) of everything that the payment is at Stripe."""
    of_subscription: list[Any] = []
    if payment.subscription is not None:
        of_subscription = [payment.subscription.stripe_subscription_id, payment.subscription.stripe_customer_id]
    ids = [payment.payment_intent_id, payment.charge_id, payment.checkout_session_id, payment.invoice_id]
    return [(id_, stripe_url(id_, is_live=payment.is_live)) for id_ in (*ids, *of_subscription) if id_]
