"""Giving money back by hand: what can be refunded, and doing it once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from shop.dashboard.money.purposes import Purpose, purposes_of
from shop.stripe_payments import ledger
from shop.stripe_payments.models import FraudWarning, Payment, Refund

DOUBLE_CLICK = timedelta(minutes=2)


class ChangedMeanwhile(Exception):
    """Something of the payment went back after this person had looked at it."""


class DecidedAlready(Exception):
    """Somebody else has decided on the warning."""


@dataclass(frozen=True)
class RefundableLine:
    """A line of a payment and what of it can still go back."""

    purpose: Purpose
    left_minor: int

    @property
    def pk(self) -> int:
        return self.purpose.line.pk


def refundable_lines(payment: Payment) -> list[RefundableLine]:
    """Lines with something left, in their order; none while a dispute holds the money, or when nothing was paid."""
    if not payment.is_paid or payment.disputed_minor:
        return []
    lines = list(payment.lines.order_by("id"))
    purposes = purposes_of(lines)
    found = [RefundableLine(purposes[line.pk], ledger.refundable_minor(line)) for line in lines]
    return [line for line in found if line.left_minor > 0]


def left_minor(lines: Iterable[RefundableLine]) -> int:
    return sum(line.left_minor for line in lines)


@transaction.atomic
def refund(
    *, payment_id: int, parts_minor: Mapping[int, int], reason: str, seen_minor: int, requested_by: Any, now: datetime
) -> int:
    """Ask for the refund of parts of lines (line id -> amount), all or none. Returns how much goes back.

    `seen_minor` is what could be refunded when the person looked. Raises `ChangedMeanwhile` when that is no longer so,
    unless it was the same click twice: then nothing is done again. Raises `UnableToRefund`.
    """
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    lines = {line.pk: line for line in refundable_lines(payment)}
    total = sum(parts_minor.values())
    if left_minor(lines.values()) != seen_minor:
        if _was_just_done(payment, parts_minor, reason, requested_by, now):
            return total
        raise ChangedMeanwhile
    if not parts_minor:
        raise ledger.UnableToRefund(f"payment {payment.reference} has nothing to refund")
    for line_id, amount_minor in parts_minor.items():
        if line_id not in lines:
            raise ledger.UnableToRefund(f"line {line_id} has nothing to refund")
        line = lines[line_id].purpose.line
        ledger.request_refund(line=line, amount_minor=amount_minor, reason=reason, requested_by=requested_by)
    return total


@transaction.atomic
def refund_because_of_warning(*, warning: FraudWarning, reason: str, decided_by: Any, now: datetime) -> int:
    """Give back all that is left of the payment and close the warning. Returns how much goes back.

    Raises `DecidedAlready`, and `UnableToRefund` while a dispute holds the money. Nothing changed then.
    """
    payment = Payment.objects.select_for_update().get(pk=warning.payment_id)
    _refuse_decided(warning)
    if payment.disputed_minor:
        raise ledger.UnableToRefund(f"payment {payment.reference} is disputed")
    lines = refundable_lines(payment)
    for line in lines:
        ledger.request_refund(
            line=line.purpose.line, amount_minor=line.left_minor, reason=reason, requested_by=decided_by
        )
    refunded = FraudWarning.Resolution.REFUNDED
    ledger.resolve_fraud_warning(warning.pk, resolution=refunded, resolved_by=decided_by, now=now)
    return left_minor(lines)


@transaction.atomic
def keep_in_spite_of_warning(*, warning: FraudWarning, decided_by: Any, now: datetime) -> str:
    """Close the warning without a refund. Raises `DecidedAlready`. Returns the resolution: a dispute may be there by now."""
    payment = Payment.objects.select_for_update().get(pk=warning.payment_id)
    _refuse_decided(warning)
    is_disputed = payment.disputes.exists()
    resolution = FraudWarning.Resolution.DISPUTED if is_disputed else FraudWarning.Resolution.KEPT
    ledger.resolve_fraud_warning(warning.pk, resolution=resolution, resolved_by=decided_by, now=now)
    return resolution


def _refuse_decided(warning: FraudWarning) -> None:
    if FraudWarning.objects.filter(pk=warning.pk, resolved_at__isnull=False).exists():
        raise DecidedAlready


def _was_just_done(
    payment: Payment, parts_minor: Mapping[int, int], reason: str, requested_by: Any, now: datetime
) -> bool:
    made = Refund.objects.filter(
        line__payment=payment, requested_by=requested_by, reason=reason, created_at__gte=now - DOUBLE_CLICK
    )
    return dict(made.values_list("line_id", "amount_minor")) == dict(parts_minor)
