"""The balance at Stripe: every movement with its fee, and the payouts to the bank.

Source: docs.stripe.com/api/balance_transactions, docs.stripe.com/payouts/reconciliation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shop.stripe_payments.client.connection import api, id_of, stripe_errors


@dataclass(frozen=True)
class BalanceMovement:
    """One balance transaction. `net_minor` = `amount_minor` - `fee_minor`; money that leaves is negative."""

    id: str
    kind: str  # Stripe's reporting category: charge, refund, dispute, dispute_reversal, payout, fee, ...
    amount_minor: int
    fee_minor: int
    net_minor: int
    currency: str
    source_id: str  # the charge, refund, dispute or payout that moved it; empty for none
    payment_intent_id: str | None  # of the charge behind it
    created_at: datetime
    available_at: datetime


@dataclass(frozen=True)
class PayoutState:
    """What Stripe says of a payout now."""

    id: str
    status: str  # pending, in_transit, paid, failed, canceled
    amount_minor: int
    currency: str
    is_live: bool
    is_automatic: bool
    is_complete: bool  # Stripe has listed everything inside
    arrival_at: datetime
    created_at: datetime
    failure_code: str


def movements_since(moment: datetime) -> Iterator[BalanceMovement]:
    """Every movement of the balance from then on, the newest first."""
    return _movements({"created": {"gte": int(moment.timestamp())}})


def movements_in_payout(payout_id: str) -> Iterator[BalanceMovement]:
    """What an automatic payout brings to the bank, without the payout's own movement."""
    return (movement for movement in _movements({"payout": payout_id}) if movement.source_id != payout_id)


def movements_of_intent(payment_intent_id: str) -> Iterator[BalanceMovement]:
    """What a payment intent moved: its charges, their refunds, their disputes."""
    with stripe_errors():
        charges = api().charges.list({"payment_intent": payment_intent_id, "limit": 100})
        refunds = api().refunds.list({"payment_intent": payment_intent_id, "limit": 100})
        disputes = api().disputes.list({"payment_intent": payment_intent_id, "limit": 100})
        for listed in (charges, refunds, disputes):
            for source in listed.auto_paging_iter():
                yield from _movements({"source": source.id})


def retrieve_payout(payout_id: str) -> PayoutState:
    with stripe_errors():
        return _payout(api().payouts.retrieve(payout_id))


def payouts_since(moment: datetime) -> Iterator[PayoutState]:
    """Payouts made from then on, the newest first."""
    with stripe_errors():
        listed = api().payouts.list({"created": {"gte": int(moment.timestamp())}, "limit": 100})
        for payout in listed.auto_paging_iter():
            yield _payout(payout)


def _movements(filters: dict[str, Any]) -> Iterator[BalanceMovement]:
    with stripe_errors():
        listed = api().balance_transactions.list({**filters, "limit": 100, "expand": ["data.source"]})
        for movement in listed.auto_paging_iter():
            source = movement.source
            yield BalanceMovement(
                id=movement.id,
                kind=movement.reporting_category,
                amount_minor=movement.amount,
                fee_minor=movement.fee,
                net_minor=movement.net,
                currency=movement.currency.upper(),
                source_id=id_of(source) or "",
                payment_intent_id=id_of(getattr(source, "payment_intent", None)),
                created_at=datetime.fromtimestamp(movement.created, UTC),
                available_at=datetime.fromtimestamp(movement.available_on, UTC),
            )


def _payout(payout: Any) -> PayoutState:
    return PayoutState(
        id=payout.id,
        status=payout.status,
        amount_minor=payout.amount,
        currency=payout.currency.upper(),
        is_live=payout.livemode,
        is_automatic=payout.automatic,
        is_complete=payout.reconciliation_status == "completed",
        arrival_at=datetime.fromtimestamp(payout.arrival_date, UTC),
        created_at=datetime.fromtimestamp(payout.created, UTC),
        failure_code=payout.failure_code or "",
    )
