"""Disputes and early warnings of fraud, as Stripe has them."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from shop.stripe_payments.client import DisputeState, FraudWarningState
from shop.stripe_payments.ledger.changes import What, handler_of, locked, recount, write_down
from shop.stripe_payments.models import Dispute, FraudWarning, Payment
from shop.tasks import tell_staff


@transaction.atomic
def apply_dispute(payment_id: int, truth: DisputeState, *, now: datetime, cause: str) -> Dispute:
    """Take over what Stripe says of a dispute. Safe to repeat; an older answer does not open an ended one again.

    Its money is not counted while the bank decides, and for good when the dispute is lost.
    """
    payment = locked(payment_id)
    dispute, is_new = Dispute.objects.get_or_create(
        stripe_dispute_id=truth.id,
        defaults={
            "payment": payment,
            "status": truth.status,
            "reason": truth.reason[:60],
            "amount_minor": truth.amount_minor,
            "respond_by": truth.respond_by,
            "opened_at": truth.created_at,
        },
    )
    before = None if is_new else dispute.status
    if before in Dispute.ENDED and truth.status not in Dispute.ENDED and not truth.status.startswith("appeal"):
        return dispute
    dispute.status, dispute.amount_minor, dispute.respond_by = truth.status, truth.amount_minor, truth.respond_by
    dispute.closed_at = (dispute.closed_at or now) if truth.status in Dispute.ENDED else None
    dispute.save(update_fields=["status", "amount_minor", "respond_by", "closed_at"])
    if before != dispute.status:
        _follow(payment, dispute, before=before, now=now, cause=cause)
    return dispute


def _follow(payment: Payment, dispute: Dispute, *, before: str | None, now: datetime, cause: str) -> None:
    """What a dispute's new status does to the payment and to what its lines are for."""
    lines_before = {line.pk for line in payment.lines.filter(disputed_minor__gt=0)}
    from_status = recount(payment)
    what, outcome = _what_happened(dispute, before)
    write_down(payment, what, from_status=from_status, amount_minor=dispute.amount_minor, cause=cause)
    if dispute.is_waiting_for_us and before is None:
        tell_staff.defer(what="A payment is disputed: answer before the deadline", reference=payment.reference)
    if outcome:
        for line in payment.lines.select_related("payment").order_by("id"):
            if line.disputed_minor or line.pk in lines_before:
                handler_of(line).payment_disputed(line, outcome=outcome, now=now)


def _what_happened(dispute: Dispute, before: str | None) -> tuple[What, str]:
    """For the history, and for the handlers; empty when nothing changed for these."""
    held_before = before in Dispute.HOLDING
    if dispute.status == Dispute.Status.LOST:
        return What.DISPUTE_LOST, "lost"
    if dispute.holds_money:
        return (What.DISPUTE_CHANGED, "") if held_before else (What.DISPUTE_OPENED, "opened")
    if held_before:
        return What.DISPUTE_WON, "won"
    return (What.DISPUTE_OPENED if before is None else What.DISPUTE_CHANGED), ""


@transaction.atomic
def apply_fraud_warning(payment_id: int, truth: FraudWarningState, *, cause: str) -> FraudWarning:
    """Put an early warning of fraud before staff, who refund the payment or keep it. Safe to repeat."""
    payment = locked(payment_id)
    warning, is_new = FraudWarning.objects.get_or_create(
        stripe_warning_id=truth.id,
        defaults={"payment": payment, "fraud_type": truth.fraud_type[:60], "warned_at": truth.created_at},
    )
    if is_new:
        write_down(payment, What.FRAUD_WARNING, cause=cause)
        tell_staff.defer(what="A card network warns of fraud: refund or keep the payment", reference=payment.reference)
    return warning


@transaction.atomic
def resolve_fraud_warning(
    warning_id: int, *, resolution: str, resolved_by: AbstractBaseUser | None, now: datetime
) -> FraudWarning:
    """Write down what staff decided. The first decision stands."""
    warning = FraudWarning.objects.select_for_update().get(pk=warning_id)
    if warning.resolved_at is None:
        warning.resolution, warning.resolved_at = resolution, now
        warning.resolved_by_id = resolved_by.pk if resolved_by else None
        warning.save(update_fields=["resolution", "resolved_at", "resolved_by"])
    return warning
