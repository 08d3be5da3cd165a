"""The only writer of payment state.

Every change follows one pattern: ask Stripe for the truth outside any transaction, lock the row, apply the
transition once, call the handler of each line, and write the change down, all in one transaction. So a change
may arrive by the return page, by a webhook, by the sweep, or by all at once and in any order.

Note [Who is told]
`settings.PAYMENT_PURPOSES` names a module for each purpose. It has `payment_succeeded(line, *, now)`,
`payment_processing(line, *, now)`, `payment_failed(line, *, reason, now)` with reason "expired" or "failed",
`payment_refunded(line, *, now)` and `payment_disputed(line, *, now)`. They run inside the transaction.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from shop.money import CURRENCY
from shop.stripe_payments import client
from shop.stripe_payments.client import CheckoutSession, RefundState, StripeDidNotAnswer, StripeRefused
from shop.stripe_payments.models import Payment, PaymentChange, PaymentLine, Refund
from shop.tasks import tell_staff

__all__ = ["StripeDidNotAnswer", "StripeRefused"]

logger = logging.getLogger(__name__)
Status = Payment.Status


@dataclass(frozen=True)
class NewLine:
    """A part of a payment that is about to be asked for."""

    purpose: str
    reference: str
    amount_minor: int


class PaymentMismatch(Exception):
    """Stripe's session is not the one that our payment asked for: nothing is settled, staff are told."""


class UnableToRefund(Exception):
    """More was to be refunded than the line still holds, or nothing was ever paid."""


@transaction.atomic
def open_payment(*, lines: Sequence[NewLine], expires_at: datetime, now: datetime) -> Payment:
    """Record that money will be asked for. Call it in the transaction that writes the order or the gift."""
    payment = Payment.objects.create(
        currency=CURRENCY,
        amount_minor=sum(line.amount_minor for line in lines),
        is_live=client.is_live(),
        expires_at=expires_at,
    )
    for line in lines:
        PaymentLine.objects.create(
            payment=payment, purpose=line.purpose, reference=line.reference, amount_minor=line.amount_minor
        )
    _write_down(payment, from_status="", cause="asked for")
    return payment


@transaction.atomic
def remember_session(payment_id: int, session: CheckoutSession) -> Payment:
    """Keep which hosted page stands for the payment; not for one that was given up meanwhile."""
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    if payment.status != Status.OPEN:
        return payment
    payment.checkout_session_id, payment.checkout_url = session.id, session.url
    payment.save(update_fields=["checkout_session_id", "checkout_url"])
    return payment


@transaction.atomic
def begin_new_attempt(payment_id: int) -> Payment:
    """Leave an idempotency key behind under which Stripe keeps a failure of its own."""
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    payment.attempt += 1
    payment.save(update_fields=["attempt"])
    return payment


def settle(reference: str, *, now: datetime | None = None, cause: str = "return page") -> Payment:
    """Ask Stripe what became of a payment, and apply it once.

    Raises `StripeDidNotAnswer`; `PaymentMismatch` when Stripe's session is not ours. Safe to repeat.
    """
    payment = Payment.objects.get(reference=reference)
    if payment.checkout_session_id is None:
        return payment
    truth = client.retrieve_checkout_session(payment.checkout_session_id)
    return _apply(payment.pk, truth, now=now or timezone.now(), cause=cause)


def settle_session(session_id: str, *, now: datetime | None = None, cause: str) -> Payment | None:
    """As `settle`, starting from Stripe's side; None when the session is none of ours."""
    truth = client.retrieve_checkout_session(session_id)
    payment = Payment.objects.filter(reference=truth.reference).first()
    if payment is None:
        logger.warning("Checkout Session %s is none of ours", session_id)
        return None
    return _apply(payment.pk, truth, now=now or timezone.now(), cause=cause)


def close(reference: str, *, now: datetime | None = None, cause: str) -> Payment:
    """End an unfinished payment: close its hosted page, then apply what Stripe says.

    The answer may be a paid payment, when the visitor was faster. A payment whose page was never made just
    expires. Raises `StripeDidNotAnswer`.
    """
    now = now or timezone.now()
    payment = Payment.objects.get(reference=reference)
    if payment.status != Status.OPEN:
        return payment
    if payment.checkout_session_id is None:
        return _expire_unsent(payment.pk, now=now, cause=cause)
    try:
        client.expire_checkout_session(payment.checkout_session_id)
    except StripeRefused:
        logger.info("Payment %s could not be closed: it has ended already", reference)
    return settle(reference, now=now, cause=cause)


@transaction.atomic
def request_refund(
    *,
    line: PaymentLine,
    amount_minor: int,
    reason: str,
    requested_by: AbstractBaseUser | None = None,
) -> Refund:
    """Record a refund of part of a line and let the worker ask Stripe for it.

    Raises `UnableToRefund` when the line holds less, counted under a lock with all refunds on their way.
    """
    from shop.stripe_payments.tasks import send_refund  # the tasks call this module

    payment = Payment.objects.select_for_update().get(pk=line.payment_id)
    on_their_way = line.refunds.exclude(status=Refund.Status.FAILED).aggregate(sum=Sum("amount_minor", default=0))
    if not payment.is_paid or amount_minor > line.amount_minor - on_their_way["sum"]:
        raise UnableToRefund(f"{amount_minor} of line {line.pk}")
    refund = Refund.objects.create(
        line=line, amount_minor=amount_minor, reason=reason, requested_by_id=requested_by.pk if requested_by else None
    )
    send_refund.defer(refund_id=refund.pk)
    return refund


@transaction.atomic
def fail_refund(refund_id: int) -> None:
    """Stripe refused to give the money back: staff must."""
    refund = Refund.objects.select_for_update(of=("self",)).select_related("line").get(pk=refund_id)
    refund.status = Refund.Status.FAILED
    refund.save(update_fields=["status"])
    tell_staff.defer(what="Stripe refused a refund", reference=refund.line.reference)


@transaction.atomic
def apply_refund(refund_id: int, truth: RefundState, *, now: datetime) -> Refund:
    """Take over what Stripe says of a refund. Safe to repeat."""
    refund = Refund.objects.select_related("line").get(pk=refund_id)
    payment = Payment.objects.select_for_update().get(pk=refund.line.payment_id)
    refund.refresh_from_db()
    was_counted = refund.status == Refund.Status.SUCCEEDED
    has_ended = refund.status in (Refund.Status.SUCCEEDED, Refund.Status.FAILED)
    refund.stripe_refund_id = truth.id
    if not has_ended or _refund_status(truth.status) == Refund.Status.FAILED:  # an older answer undoes nothing
        refund.status = _refund_status(truth.status)
    if refund.status == Refund.Status.FAILED:
        tell_staff.defer(what="A refund did not go through", reference=refund.line.reference)
    refund.save(update_fields=["stripe_refund_id", "status"])
    if (refund.status == Refund.Status.SUCCEEDED) != was_counted:
        _count_refunds(payment, refund.line, now=now, cause=truth.id)
    return refund


def _apply(payment_id: int, truth: CheckoutSession, *, now: datetime, cause: str) -> Payment:
    with transaction.atomic():
        payment = Payment.objects.select_for_update().get(pk=payment_id)
        _refuse_mismatch(payment, truth)
        _remember_what_stripe_knows(payment, truth)
        new_status = _next_status(payment, truth)
        if new_status is not None:
            _change(payment, new_status, now=now, cause=cause, paid_at=_paid_at(payment, truth, now))
        return payment


def _paid_at(payment: Payment, truth: CheckoutSession, now: datetime) -> datetime:
    """When the card was charged, so that a webhook that is late does not move a gift into another year.

    A bank debit is charged days before its money is here: it counts from now.
    """
    return now if payment.status == Status.PROCESSING else truth.charged_at or now


def _refuse_mismatch(payment: Payment, truth: CheckoutSession) -> None:
    ours = (payment.reference, payment.amount_minor, payment.currency, payment.is_live)
    theirs = (truth.reference, truth.amount_minor, truth.currency, truth.is_live)
    is_another = payment.checkout_session_id not in (None, truth.id)
    if ours != theirs or is_another:
        logger.error("Payment %s: Stripe's session %s is not the one we asked for", payment.reference, truth.id)
        raise PaymentMismatch(f"{payment.reference} {truth.id}")


def _remember_what_stripe_knows(payment: Payment, truth: CheckoutSession) -> None:
    payment.checkout_session_id = truth.id
    payment.payment_intent_id = truth.payment_intent_id or payment.payment_intent_id
    if truth.payment_status == "paid":  # before that, the latest charge may be a declined one
        payment.charge_id = truth.charge_id or payment.charge_id
        payment.fee_minor = truth.fee_minor if truth.fee_minor is not None else payment.fee_minor
    payment.save(update_fields=["checkout_session_id", "payment_intent_id", "charge_id", "fee_minor"])


def _next_status(payment: Payment, truth: CheckoutSession) -> str | None:
    """The status to go to; None when nothing changes. Money that arrives after the end counts as paid."""
    if payment.is_paid:
        return None
    if truth.status == "complete" and truth.payment_status in ("paid", "no_payment_required"):
        return Status.PAID
    if truth.status == "complete" and payment.status == Status.OPEN:
        return Status.PROCESSING
    if truth.status == "expired" and payment.status == Status.OPEN:
        return Status.EXPIRED
    return None


@transaction.atomic
def fail_processing(session_id: str, *, now: datetime, cause: str) -> None:
    """A bank debit did not go through."""
    payment = Payment.objects.select_for_update().filter(checkout_session_id=session_id).first()
    if payment is not None and payment.status in (Status.OPEN, Status.PROCESSING):
        _change(payment, Status.FAILED, now=now, cause=cause)


@transaction.atomic
def _expire_unsent(payment_id: int, *, now: datetime, cause: str) -> Payment:
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    if payment.status == Status.OPEN and payment.checkout_session_id is None:
        _change(payment, Status.EXPIRED, now=now, cause=cause)
    return payment


def _change(payment: Payment, to_status: str, *, now: datetime, cause: str, paid_at: datetime | None = None) -> None:
    from_status, payment.status = payment.status, to_status
    if to_status == Status.PAID:
        payment.paid_at = paid_at
    payment.save(update_fields=["status", "paid_at"])
    _write_down(payment, from_status=from_status, cause=cause)
    for line in payment.lines.order_by("id"):
        _tell_handler(line, to_status, now=now)


def _tell_handler(line: PaymentLine, status: str, *, now: datetime) -> None:
    handler: Any = import_module(settings.PAYMENT_PURPOSES[line.purpose])
    if status == Status.PAID:
        handler.payment_succeeded(line, now=now)
    elif status == Status.PROCESSING:
        handler.payment_processing(line, now=now)
    elif status in (Status.EXPIRED, Status.FAILED):
        handler.payment_failed(line, reason=str(status), now=now)


def _count_refunds(payment: Payment, line: PaymentLine, *, now: datetime, cause: str) -> None:
    succeeded = line.refunds.filter(status=Refund.Status.SUCCEEDED)
    line.refunded_minor = succeeded.aggregate(sum=Sum("amount_minor", default=0))["sum"]
    line.save(update_fields=["refunded_minor"])
    from_status = payment.status
    payment.refunded_minor = payment.lines.aggregate(sum=Sum("refunded_minor"))["sum"]
    payment.status = (
        Status.REFUNDED
        if payment.refunded_minor == payment.amount_minor
        else Status.PARTLY_REFUNDED
        if payment.refunded_minor
        else Status.PAID
    )
    payment.save(update_fields=["refunded_minor", "status"])
    _write_down(payment, from_status=from_status, cause=cause)
    handler: Any = import_module(settings.PAYMENT_PURPOSES[line.purpose])
    handler.payment_refunded(line, now=now)


def _refund_status(status: str) -> str:
    if status == "succeeded":
        return Refund.Status.SUCCEEDED
    if status in ("failed", "canceled"):
        return Refund.Status.FAILED
    return Refund.Status.PENDING


def _write_down(payment: Payment, *, from_status: str, cause: str) -> None:
    PaymentChange.objects.create(payment=payment, from_status=from_status, to_status=payment.status, cause=cause[:100])
