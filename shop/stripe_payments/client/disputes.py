"""Disputes and the warnings before them. Source: docs.stripe.com/disputes, docs.stripe.com/api/radar/early_fraud_warnings"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shop.stripe_payments.client.connection import api, id_of, stripe_errors


@dataclass(frozen=True)
class DisputeState:
    """What Stripe says of a dispute now."""

    id: str
    status: str  # warning_needs_response, needs_response, under_review, won, lost, ...
    reason: str
    amount_minor: int
    currency: str
    is_live: bool
    payment_intent_id: str | None
    charge_id: str | None
    respond_by: datetime | None
    created_at: datetime


@dataclass(frozen=True)
class FraudWarningState:
    """A card network's warning that a payment is probably fraud. It becomes a dispute unless it is refunded first."""

    id: str
    fraud_type: str
    is_actionable: bool
    is_live: bool
    payment_intent_id: str | None
    charge_id: str | None
    created_at: datetime


def retrieve_dispute(dispute_id: str) -> DisputeState:
    with stripe_errors():
        return _dispute(api().disputes.retrieve(dispute_id))


def disputes_of(payment_intent_id: str) -> Iterator[DisputeState]:
    """Every dispute of a payment, the newest first."""
    with stripe_errors():
        disputes = api().disputes.list({"payment_intent": payment_intent_id, "limit": 100})
        for dispute in disputes.auto_paging_iter():
            yield _dispute(dispute)


def retrieve_fraud_warning(warning_id: str) -> FraudWarningState:
    with stripe_errors():
        warning = api().radar.early_fraud_warnings.retrieve(warning_id)
    return FraudWarningState(
        id=warning.id,
        fraud_type=warning.fraud_type,
        is_actionable=warning.actionable,
        is_live=warning.livemode,
        payment_intent_id=id_of(warning.payment_intent),
        charge_id=id_of(warning.charge),
        created_at=datetime.fromtimestamp(warning.created, UTC),
    )


def _dispute(dispute: Any) -> DisputeState:
    details: Any = dispute.evidence_details
    due_by = getattr(details, "due_by", None)
    return DisputeState(
        id=dispute.id,
        status=dispute.status,
        reason=dispute.reason,
        amount_minor=dispute.amount,
        currency=dispute.currency.upper(),
        is_live=dispute.livemode,
        payment_intent_id=id_of(dispute.payment_intent),
        charge_id=id_of(dispute.charge),
        respond_by=datetime.fromtimestamp(due_by, UTC) if due_by else None,
        created_at=datetime.fromtimestamp(dispute.created, UTC),
    )
