"""A change of a payment: its new status, its history, and the handlers that are told.

Everything here runs inside a transaction that holds the lock on the payment's row.
"""

from datetime import datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Sum

from shop.stripe_payments.models import Dispute, Payment, PaymentChange, PaymentLine, Refund

What = PaymentChange.What
_WHAT_OF_STATUS = {
    Payment.Status.PROCESSING: What.PROCESSING,
    Payment.Status.PAID: What.PAID,
    Payment.Status.EXPIRED: What.EXPIRED,
    Payment.Status.FAILED: What.FAILED,
}


class PaymentMismatch(Exception):
    """What Stripe has is not what our payment or subscription asked for: nothing is settled, staff are told."""


def locked(payment_id: int) -> Payment:
    """The payment's row, locked until the transaction ends. Always the first lock that is taken."""
    return Payment.objects.select_for_update().get(pk=payment_id)


def hold(payment_id: int) -> None:
    """Let nobody change the payment until the caller's transaction ends, which locks what the payment is for after it."""
    locked(payment_id)


def handler_of(line: PaymentLine) -> Any:
    """See Note [Who is told]."""
    return import_module(settings.PAYMENT_PURPOSES[line.purpose])


def change_status(
    payment: Payment, to_status: str, *, now: datetime, cause: str, paid_at: datetime | None = None
) -> None:
    """Take a payment to paid, processing, expired or failed, and tell what its lines are for."""
    from_status, payment.status = payment.status, to_status
    if to_status == Payment.Status.PAID:
        payment.paid_at = paid_at
    payment.save(update_fields=["status", "paid_at"])
    write_down(payment, _WHAT_OF_STATUS[Payment.Status(to_status)], from_status=from_status, cause=cause)
    for line in payment.lines.order_by("id"):
        _tell(line, to_status, now=now)


def write_down(
    payment: Payment,
    what: str,
    *,
    from_status: str | None = None,
    amount_minor: int | None = None,
    cause: str,
    made_by: AbstractBaseUser | None = None,
) -> None:
    """Add a step to the history. `from_status` is the present one when the status stays."""
    PaymentChange.objects.create(
        payment=payment,
        what=what,
        from_status=payment.status if from_status is None else from_status,
        to_status=payment.status,
        amount_minor=amount_minor,
        cause=cause[:100],
        made_by_id=made_by.pk if made_by else None,
    )


def recount(payment: Payment) -> str:
    """Count anew from refund and dispute rows what each line lost. Returns the status that the payment had.

    A dispute names no line: it takes from the lines in their order. Together with refunds it never takes more from
    a line than was paid; what Stripe took beyond that stands in the dispute and in the balance entries.
    """
    from_status = payment.status
    disputed = payment.disputes.that_hold_money().aggregate(sum=Sum("amount_minor", default=0))["sum"]
    for line in payment.lines.order_by("id"):
        succeeded = line.refunds.filter(status=Refund.Status.SUCCEEDED)
        line.refunded_minor = succeeded.aggregate(sum=Sum("amount_minor", default=0))["sum"]
        line.disputed_minor = min(disputed, line.amount_minor - line.refunded_minor)
        disputed -= line.disputed_minor
        line.save(update_fields=["refunded_minor", "disputed_minor"])
    sums = payment.lines.aggregate(refunded=Sum("refunded_minor"), disputed=Sum("disputed_minor"))
    payment.refunded_minor, payment.disputed_minor = sums["refunded"], sums["disputed"]
    payment.status = _status_of_paid(payment)
    payment.save(update_fields=["refunded_minor", "disputed_minor", "status"])
    return from_status


def _status_of_paid(payment: Payment) -> Payment.Status:
    if payment.disputed_minor or payment.disputes.filter(status=Dispute.Status.LOST).exists():
        return Payment.Status.DISPUTED
    if payment.refunded_minor == payment.amount_minor:
        return Payment.Status.REFUNDED
    return Payment.Status.PARTLY_REFUNDED if payment.refunded_minor else Payment.Status.PAID


def _tell(line: PaymentLine, status: str, *, now: datetime) -> None:
    if status == Payment.Status.PAID:
        handler_of(line).payment_succeeded(line, now=now)
    elif status == Payment.Status.PROCESSING:
        handler_of(line).payment_processing(line, now=now)
    else:
        handler_of(line).payment_failed(line, reason=str(status), now=now)
