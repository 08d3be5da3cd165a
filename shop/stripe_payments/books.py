"""Copies Stripe's own books: what moved the balance, and what each payout brought to the bank."""

from datetime import datetime, timedelta

from shop.stripe_payments import client, ledger
from shop.stripe_payments.client import BalanceMovement, PayoutState
from shop.stripe_payments.models import BalanceEntry, Payment, Payout, Watermark

# Stripe's moments are whole seconds, and a movement may be listed a little after its moment.
OVERLAP = timedelta(hours=1)
FIRST_LOOK_BACK = timedelta(days=30)


def read_movements(*, now: datetime) -> int:
    """Copy the movements since the last time. Returns how many were looked at. Safe to repeat."""
    name = f"{client.mode()} movements"
    mark, _is_new = Watermark.objects.get_or_create(name=name, defaults={"moment": now - FIRST_LOOK_BACK})
    count = 0
    for movement in client.movements_since(mark.moment - OVERLAP):
        copy_movement(movement)
        count += 1
    Watermark.objects.filter(name=name).update(moment=now)
    return count


def copy_movement(movement: BalanceMovement) -> BalanceEntry:
    """Write a movement down beside the payment that it belongs to, when that is known already."""
    known = Payment.objects.filter(payment_intent_id=movement.payment_intent_id) if movement.payment_intent_id else None
    return ledger.record_movement(movement, payment=known.first() if known is not None else None)


def read_payout(truth: PayoutState) -> Payout:
    """Take over a payout, and once Stripe has listed what is inside, everything that is."""
    inside = []
    if truth.is_automatic and truth.is_complete:
        inside = [copy_movement(movement) for movement in client.movements_in_payout(truth.id)]
    return ledger.record_payout(truth, inside=inside)


def read_payouts(*, since: datetime) -> list[Payout]:
    """Every payout made since then, with what is inside."""
    return [read_payout(truth) for truth in client.payouts_since(since)]
