"""What Stripe's own books say: movements of the balance, and payouts to the bank."""

from collections.abc import Sequence

from django.db import transaction

from shop.stripe_payments import client
from shop.stripe_payments.client import BalanceMovement, PayoutState
from shop.stripe_payments.models import BalanceEntry, Payment, Payout
from shop.tasks import tell_staff


@transaction.atomic
def record_movement(movement: BalanceMovement, *, payment: Payment | None) -> BalanceEntry:
    """Copy a movement of the balance, once. One whose payment was not known before learns it."""
    entry, _is_new = BalanceEntry.objects.get_or_create(
        stripe_id=movement.id,
        defaults={
            "kind": movement.kind,
            "currency": movement.currency,
            "amount_minor": movement.amount_minor,
            "fee_minor": movement.fee_minor,
            "net_minor": movement.net_minor,
            "is_live": client.is_live(),  # Stripe does not say it of a movement: it lists those of the key's mode
            "source_id": movement.source_id,
            "payment": payment,
            "created_at": movement.created_at,
            "available_at": movement.available_at,
        },
    )
    if payment is not None and entry.payment_id is None:
        entry.payment = payment
        entry.save(update_fields=["payment"])
    if payment is not None and movement.kind == "charge" and payment.fee_minor is None:
        Payment.objects.filter(pk=payment.pk, fee_minor=None).update(fee_minor=movement.fee_minor)
    return entry


@transaction.atomic
def record_payout(truth: PayoutState, *, inside: Sequence[BalanceEntry]) -> Payout:
    """Take over what Stripe says of a payout, and which entries it brings. Safe to repeat.

    A payout that was paid can fail days later: its newest status counts. Staff are told of one that failed, and of
    one whose entries do not add up to it.
    """
    Payout.objects.get_or_create(stripe_payout_id=truth.id, defaults=_fields_of(truth))
    payout = Payout.objects.select_for_update().get(stripe_payout_id=truth.id)
    before = payout.status
    for name, value in _fields_of(truth).items():
        setattr(payout, name, value)
    payout.is_complete = truth.is_automatic and truth.is_complete
    payout.save()
    BalanceEntry.objects.filter(pk__in=[entry.pk for entry in inside]).update(payout=payout)
    if payout.status == Payout.Status.FAILED and before != payout.status:
        tell_staff.defer(what="A payout to the bank failed", reference=payout.stripe_payout_id)
    if payout.is_complete and sum(entry.net_minor for entry in inside) != payout.amount_minor:
        tell_staff.defer(what="What is inside a payout does not add up to it", reference=payout.stripe_payout_id)
    return payout


def _fields_of(truth: PayoutState) -> dict[str, object]:
    return {
        "status": truth.status,
        "currency": truth.currency,
        "amount_minor": truth.amount_minor,
        "is_live": truth.is_live,
        "is_automatic": truth.is_automatic,
        "failure_code": truth.failure_code[:60],
        "created_at": truth.created_at,
        "arrival_at": truth.arrival_at,
    }
