"""Money that goes back: asked for here, or made in Stripe's dashboard."""

from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Sum

from shop.stripe_payments import client
from shop.stripe_payments.client import RefundState
from shop.stripe_payments.ledger.changes import What, handler_of, locked, recount, write_down
from shop.stripe_payments.models import Payment, PaymentLine, Refund
from shop.tasks import tell_staff

Status = Refund.Status


class UnableToRefund(Exception):
    """More than the line holds, nothing was ever paid, the bank decides already, or the payment is of the other mode."""


@transaction.atomic
def request_refund(
    *,
    line: PaymentLine,
    amount_minor: int,
    reason: str,
    requested_by: AbstractBaseUser | None = None,
) -> Refund:
    """Record a refund of part of a line and let the worker ask Stripe for it.

    Raises `UnableToRefund` when the line holds less, counted under a lock with all refunds on their way. While a
    dispute holds the money nothing can be refunded. Source: docs.stripe.com/disputes/how-disputes-work.
    """
    from shop.stripe_payments.tasks import send_refund  # the tasks call this module

    payment = locked(line.payment_id)
    left = refundable_minor(line)
    is_ours = payment.is_live == client.is_live()
    if not is_ours or not payment.is_paid or payment.disputed_minor or not 0 < amount_minor <= left:
        raise UnableToRefund(f"{amount_minor} of line {line.pk}, which holds {left}")
    refund = Refund.objects.create(
        line=line, amount_minor=amount_minor, reason=reason, requested_by_id=requested_by.pk if requested_by else None
    )
    write_down(payment, What.REFUND_REQUESTED, amount_minor=amount_minor, cause=reason, made_by=requested_by)
    send_refund.defer(refund_id=refund.pk)
    return refund


def refundable_minor(line: PaymentLine) -> int:
    """What of a line neither went back nor is on its way back."""
    return line.amount_minor - int(line.refunds.that_count().aggregate(sum=Sum("amount_minor", default=0))["sum"])


@transaction.atomic
def fail_refund(refund_id: int) -> None:
    """Stripe refused to give the money back: staff must."""
    refund = Refund.objects.select_related("line").get(pk=refund_id)
    payment = locked(refund.line.payment_id)
    refund.refresh_from_db()
    if refund.status != Status.REQUESTED:
        return
    refund.status = Status.FAILED
    refund.save(update_fields=["status"])
    write_down(payment, What.REFUND_FAILED, amount_minor=refund.amount_minor, cause="Stripe refused it")
    tell_staff.defer(what="Stripe refused a refund", reference=refund.line.reference)


@transaction.atomic
def begin_new_refund_attempt(refund_id: int, *, after: int) -> None:
    """Leave the idempotency key of the attempt `after` behind, under which Stripe keeps a failure."""
    Refund.objects.filter(pk=refund_id, attempt=after).update(attempt=after + 1)


@transaction.atomic
def take_over_refund(payment_id: int, truth: RefundState, *, now: datetime, cause: str) -> list[Refund]:
    """Take over what Stripe says of any refund of a payment, also of one that was made in Stripe's dashboard."""
    payment = locked(payment_id)
    ours = Refund.objects.filter(line__payment=payment)
    known = list(ours.filter(stripe_refund_id=truth.id)) or list(ours.filter(reference=truth.reference or None))
    if not known:
        known = _spread(payment, truth)
    elif _status_of(truth.status) != Status.FAILED:
        known += _spread_rest(payment, truth, known, now=now, cause=cause)
    return [apply_refund(refund.pk, truth, now=now, cause=cause) for refund in known]


@transaction.atomic
def apply_refund(refund_id: int, truth: RefundState, *, now: datetime, cause: str = "") -> Refund:
    """Take over what Stripe says of a refund. Safe to repeat; an older answer undoes nothing.

    A refund that failed stays failed once Stripe has said so. One that only we held for refused is made true.
    """
    refund = Refund.objects.select_related("line").get(pk=refund_id)
    payment = locked(refund.line.payment_id)
    refund.refresh_from_db(fields=["status", "stripe_refund_id"])
    old_status, new_status = refund.status, _status_of(truth.status)
    is_final = old_status == Status.FAILED and (refund.stripe_refund_id is not None or not _has_room(refund))
    if is_final or (old_status == Status.SUCCEEDED and new_status != Status.FAILED):
        new_status = Status(old_status)
    refund.stripe_refund_id, refund.status = truth.id, new_status
    refund.save(update_fields=["stripe_refund_id", "status"])
    if new_status != old_status:
        _follow(payment, refund, was_counted=old_status == Status.SUCCEEDED, now=now, cause=cause or truth.id)
    return refund


def _follow(
    payment: Payment,
    refund: Refund,
    *,
    was_counted: bool,
    amount_minor: int | None = None,
    now: datetime,
    cause: str,
) -> None:
    """What a refund's new status does to the payment and to what the line is for; or more of it, `amount_minor`."""
    is_counted = refund.status == Status.SUCCEEDED
    from_status = recount(payment)
    if is_counted or refund.status == Status.FAILED:
        what = What.REFUND_SUCCEEDED if is_counted else What.REFUND_FAILED
        amount_minor = refund.amount_minor if amount_minor is None else amount_minor
        write_down(payment, what, from_status=from_status, amount_minor=amount_minor, cause=cause)
    if refund.status == Status.FAILED:
        tell_staff.defer(what="A refund did not go through", reference=refund.line.reference)
    if is_counted != was_counted:
        line = PaymentLine.objects.select_related("payment").get(pk=refund.line_id)
        handler_of(line).payment_refunded(line, now=now)


def _has_room(refund: Refund) -> bool:
    """Whether its line still holds what a refund that counted as failed gives back after all."""
    if refundable_minor(refund.line) >= refund.amount_minor:
        return True
    tell_staff.defer(what="Stripe refunded more than a payment still held", reference=refund.line.reference)
    return False


def _spread(payment: Payment, truth: RefundState) -> list[Refund]:
    """Rows for a refund that names no line of ours: it is taken from the lines in their order.

    What no line holds is not written down before another refund fails and leaves room: see `_spread_rest`.
    """
    left, rows = truth.amount_minor, []
    for line, part in _parts(payment, left):
        rows.append(Refund.objects.create(line=line, amount_minor=part, reason="", stripe_refund_id=truth.id))
        left -= part
    if rows:
        tell_staff.defer(what="A refund was made in Stripe's dashboard", reference=rows[0].line.reference)
    if left:
        tell_staff.defer(what="Stripe refunded more than a payment still held", reference=payment.reference)
    return rows


def _spread_rest(
    payment: Payment, truth: RefundState, known: list[Refund], *, now: datetime, cause: str
) -> list[Refund]:
    """What found no room when the refund was spread, as far as there is room now. Returns the rows that are new."""
    rows = []
    of_line = {refund.line_id: refund for refund in known}
    for line, part in _parts(payment, truth.amount_minor - sum(refund.amount_minor for refund in known)):
        refund = of_line.get(line.pk)
        if refund is None:
            rows.append(Refund.objects.create(line=line, amount_minor=part, reason="", stripe_refund_id=truth.id))
            continue
        refund.amount_minor += part
        refund.save(update_fields=["amount_minor"])
        if refund.status == Status.SUCCEEDED:
            _follow(payment, refund, was_counted=False, amount_minor=part, now=now, cause=cause)
    return rows


def _parts(payment: Payment, amount_minor: int) -> Iterator[tuple[PaymentLine, int]]:
    """The amount, taken from the lines in their order as far as they hold it."""
    for line in payment.lines.order_by("id"):
        part = min(amount_minor, refundable_minor(line))
        if part > 0:
            yield line, part
            amount_minor -= part


def _status_of(status: str) -> Status:
    if status == "succeeded":
        return Status.SUCCEEDED
    if status in ("failed", "canceled"):
        return Status.FAILED
    return Status.PENDING
