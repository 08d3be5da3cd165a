"""A gift from the wish to give until the money is here, and when it goes back.

`start_gift` is called by the page. The others are called by the payment ledger, inside its transaction, once
for each change; each of them is safe to repeat.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from donations import tasks
from donations.models import Donor, Gift, Program
from donations.queries import payment_of
from donations.receipts import issue_receipt, reinstate_receipt, void_receipt
from shop.money import CURRENCY
from shop.stripe_payments import hosted_page, ledger
from shop.stripe_payments.models import Payment, PaymentLine
from shop.tasks import tell_staff

__all__ = [
    "StartedGift",
    "StripeDidNotAnswer",
    "StripeRefused",
    "ask_stripe",
    "payment_disputed",
    "payment_failed",
    "payment_processing",
    "payment_refunded",
    "payment_succeeded",
    "start_gift",
]

logger = logging.getLogger(__name__)
Status = Gift.Status
StripeDidNotAnswer, StripeRefused = hosted_page.StripeDidNotAnswer, hosted_page.StripeRefused

# Two like requests so close together are one double click, even when no cookie joins them.
DOUBLE_CLICK = timedelta(minutes=2)


@dataclass(frozen=True)
class StartedGift:
    """A gift that is recorded and the payment that was opened for it."""

    gift: Gift
    payment: Payment


@transaction.atomic
def start_gift(
    *,
    email: str,
    name: str,
    amount_minor: int,
    program: Program,
    begun_here: Collection[str] = (),
    now: datetime,
) -> StartedGift:
    """Record a gift and open its payment; nothing is asked of Stripe yet.

    The same wish again (same donor, name, amount and program) within two minutes, or from the browser that began
    the gifts `begun_here`, gives the same gift and payment, as long as that can still be paid. The donor's row is
    locked, so this holds for requests at the same moment too.
    """
    donor = _locked_donor(email=email, name=name)
    begun = _begun_already(
        Gift.objects.filter(
            donor=donor, donor_name=name, amount_minor=amount_minor, program=program, currency=CURRENCY
        ),
        begun_here=begun_here,
        now=now,
    )
    if begun is not None:
        return begun
    gift = Gift.objects.create(
        donor=donor, donor_name=name, program=program, amount_minor=amount_minor, currency=CURRENCY, started_at=now
    )
    line = ledger.NewLine(purpose="gift", reference=gift.reference, amount_minor=amount_minor)
    payment = ledger.open_payment(lines=[line], expires_at=now + hosted_page.TIME_TO_PAY, now=now)
    return StartedGift(gift, payment)


def ask_stripe(started: StartedGift, *, item_name: str, cancel_url: str) -> str:
    """The address of Stripe's page for a started gift. Raises `StripeDidNotAnswer` or `StripeRefused`.

    Not inside a transaction. Safe to repeat: the page is made once.
    """
    gift = started.gift
    return hosted_page.request(
        started.payment,
        items=[hosted_page.Item(name=item_name, amount_minor=gift.amount_minor, quantity=1)],
        is_donation=True,
        email=gift.donor.email,
        success_url=f"{settings.SITE_URL}{gift.get_absolute_url()}",
        cancel_url=cancel_url,
    )


@transaction.atomic
def payment_succeeded(line: PaymentLine, *, now: datetime) -> None:
    """The money is here, also when the gift had been given up: date it, issue the receipt, mail it."""
    gift = _locked_gift(line)
    if gift.is_received:
        return
    gift.status = Status.RECEIVED
    gift.received_at = line.payment.paid_at or now
    gift.gift_date = timezone.localdate(gift.received_at, timezone.get_default_timezone())
    gift.save(update_fields=["status", "received_at", "gift_date"])
    Donor.objects.filter(pk=gift.donor_id).update(name=gift.donor_name)
    receipt = issue_receipt(gift=gift, now=now)
    tasks.send_receipt_mail.defer(receipt_id=receipt.pk)


@transaction.atomic
def payment_processing(line: PaymentLine, *, now: datetime) -> None:
    """A bank debit is on its way; no receipt before it arrives."""
    _move(line, from_statuses=(Status.STARTED,), to_status=Status.PROCESSING)


@transaction.atomic
def payment_failed(line: PaymentLine, *, reason: str, now: datetime) -> None:
    """The hosted page ran out, or the bank debit did not go through. No mail: nobody was promised anything."""
    _move(line, from_statuses=(Status.STARTED, Status.PROCESSING), to_status=Status.ABANDONED)


@transaction.atomic
def payment_refunded(line: PaymentLine, *, now: datetime) -> None:
    """Take over how much went back; less than before when a refund failed. The donor gets a correction."""
    gift = _locked_gift(line)
    if not gift.is_received:
        logger.error("Gift %s was refunded and never received", gift.reference)
        tell_staff.defer(what="A gift was refunded that was never counted as received", reference=gift.reference)
        return
    if gift.refunded_minor == line.refunded_minor:
        return
    gift.refunded_minor = line.refunded_minor
    if gift.status != Status.CHARGED_BACK:
        is_whole = gift.refunded_minor == gift.amount_minor
        gift.status = Status.REFUNDED if is_whole else Status.RECEIVED
    gift.save(update_fields=["refunded_minor", "status"])
    _correct_receipt(gift, now=now)


@transaction.atomic
def payment_disputed(line: PaymentLine, *, now: datetime) -> None:
    """The cardholder's bank took the money back: the gift counts no more, and staff must answer the bank."""
    gift = _locked_gift(line)
    if gift.status != Status.RECEIVED:
        return
    gift.status = Status.CHARGED_BACK
    gift.save(update_fields=["status"])
    _correct_receipt(gift, now=now)
    tell_staff.defer(what="The payment of a gift is disputed", reference=gift.reference)


def _locked_donor(*, email: str, name: str) -> Donor:
    """One row for an address however it is capitalized. The first of two at once makes it, the other waits."""
    found = Donor.objects.select_for_update().filter(email__iexact=email).first()
    if found is not None:
        return found
    Donor.objects.bulk_create([Donor(email=email, name=name)], ignore_conflicts=True)
    return Donor.objects.select_for_update().get(email__iexact=email)


def _begun_already(like_this: QuerySet[Gift], *, begun_here: Collection[str], now: datetime) -> StartedGift | None:
    same_wish = Q(started_at__gte=now - DOUBLE_CLICK) | Q(reference__in=begun_here)
    gift = like_this.filter(same_wish, status=Status.STARTED).select_related("donor").order_by("-started_at").first()
    if gift is None:
        return None
    payment = payment_of(gift)
    return StartedGift(gift, payment) if hosted_page.can_still_be_paid(payment, now=now) else None


def _move(line: PaymentLine, *, from_statuses: Collection[str], to_status: str) -> None:
    gift = _locked_gift(line)
    if gift.status in from_statuses:
        gift.status = to_status
        gift.save(update_fields=["status"])


def _correct_receipt(gift: Gift, *, now: datetime) -> None:
    receipt = gift.receipt
    if gift.net_minor == 0:
        void_receipt(receipt, now=now)
    else:
        reinstate_receipt(receipt)
    tasks.send_correction_mail.defer(gift_id=gift.pk, net_minor=gift.net_minor)


def _locked_gift(line: PaymentLine) -> Gift:
    return Gift.objects.select_for_update().get(reference=line.reference)
