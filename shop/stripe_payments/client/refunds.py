"""Money that goes back. Source: docs.stripe.com/api/refunds"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shop.stripe_payments.client.connection import api, id_of, stripe_errors


@dataclass(frozen=True)
class RefundState:
    """What Stripe says of a refund now."""

    id: str
    status: str  # pending, requires_action, succeeded, failed, canceled
    amount_minor: int
    reference: str  # our refund's; empty for one that was made in Stripe's dashboard
    payment_intent_id: str | None
    created_at: datetime


def create_refund(*, reference: str, idempotency_key: str, payment_intent_id: str, amount_minor: int) -> RefundState:
    """Give money back. Safe to repeat with the same key."""
    with stripe_errors():
        refund = api().refunds.create(
            {"payment_intent": payment_intent_id, "amount": amount_minor, "metadata": {"refund": reference}},
            {"idempotency_key": idempotency_key},
        )
    return _refund(refund)


def retrieve_refund(refund_id: str) -> RefundState:
    """The refund as it is now: it can fail days after it succeeded."""
    with stripe_errors():
        return _refund(api().refunds.retrieve(refund_id))


def refunds_of(payment_intent_id: str) -> Iterator[RefundState]:
    """Every refund of a payment, the newest first."""
    with stripe_errors():
        refunds = api().refunds.list({"payment_intent": payment_intent_id, "limit": 100})
        for refund in refunds.auto_paging_iter():
            yield _refund(refund)


def _refund(refund: Any) -> RefundState:
    metadata = refund.metadata.to_dict() if refund.metadata else {}
    return RefundState(
        id=refund.id,
        status=refund.status or "pending",
        amount_minor=refund.amount,
        reference=metadata.get("refund", ""),
        payment_intent_id=id_of(refund.payment_intent),
        created_at=datetime.fromtimestamp(refund.created, UTC),
    )
