"""A gift from the wish to give until the money is here, and when it goes back.

`start_gift`, `start_monthly_gift` and `ask_stripe` are called by the page. The others are called by the payment
ledger, inside its transaction, once for each change; each of them is safe to repeat.
"""

import logging
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from donations import tasks
from donations.models import Donor, Gift
from donations.receipts import issue_receipt, reinstate_receipt, void_receipt
from donations.starting import (
    StartedGift,
    StripeDidNotAnswer,
    StripeRefused,
    ask_stripe,
    start_gift,
    start_monthly_gift,
)
from shop.stripe_payments.models import PaymentLine
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
    "start_monthly_gift",
]

logger = logging.getLogger(__name__)
Status = Gift.Status


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
    if not _is_later_month(gift):  # it carries the name of its first month, which may be an old one
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
    gift.refunded_minor, gift.disputed_minor = line.refunded_minor, line.disputed_minor
    if gift.status != Status.DISPUTED:
        gift.status = _status_of_received(gift)
    gift.save(update_fields=["refunded_minor", "disputed_minor", "status"])
    _correct_receipt(gift, now=now)


@transaction.atomic
def payment_disputed(line: PaymentLine, *, outcome: str, now: datetime) -> None:
    """The cardholder's bank questions the payment: `outcome` is "opened", "lost" or "won".

    While the bank decides, the gift is not counted and the receipt stands. Lost, the receipt is corrected and the
    donor is told; won, everything is as before.
    """
    gift = _locked_gift(line)
    if not gift.is_received:
        logger.error("Gift %s is disputed and was never received", gift.reference)
        tell_staff.defer(what="A gift is disputed that was never counted as received", reference=gift.reference)
        return
    before = (gift.status, gift.disputed_minor)
    was_void = gift.receipt.is_void
    gift.disputed_minor = line.disputed_minor
    gift.status = Status.DISPUTED if outcome == "opened" else _status_of_received(gift)
    if before == (gift.status, gift.disputed_minor):
        return
    gift.save(update_fields=["disputed_minor", "status"])
    if outcome == "opened":
        tell_staff.defer(what="The payment of a gift is disputed", reference=gift.reference)
    elif outcome == "lost" or was_void:
        _correct_receipt(gift, now=now)


def _is_later_month(gift: Gift) -> bool:
    others = Gift.objects.filter(monthly_gift=gift.monthly_gift_id, received_at__isnull=False).exclude(pk=gift.pk)
    return gift.is_monthly and others.exists()


def _status_of_received(gift: Gift) -> Status:
    if gift.disputed_minor and gift.net_minor == 0:
        return Status.CHARGED_BACK
    return Status.REFUNDED if gift.refunded_minor == gift.amount_minor else Status.RECEIVED


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
    tasks.send_correction_mail.defer(gift_id=gift.pk, net_minor=gift.net_minor, told_at=now.isoformat())


def _locked_gift(line: PaymentLine) -> Gift:
    return Gift.objects.select_for_update().get(reference=line.reference)
