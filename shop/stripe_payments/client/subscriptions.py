"""Subscriptions: a standing promise at Stripe. Source: docs.stripe.com/api/subscriptions

What changes one sets a value, so that the same request once more changes nothing more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shop.stripe_payments.client.connection import api, id_of, stripe_errors
from shop.stripe_payments.client.setup import MONTHLY_PRODUCT_ID

OVER = ("canceled", "incomplete_expired")


@dataclass(frozen=True)
class SubscriptionState:
    """What Stripe says of a subscription now."""

    id: str
    status: str  # incomplete, incomplete_expired, trialing, active, past_due, canceled, unpaid, paused
    amount_minor: int  # of the next invoice
    currency: str
    is_live: bool
    promise: str  # our subscription's reference; empty when it carries none
    item_id: str
    customer_id: str
    method_id: str  # the card that pays; empty for the customer's default one
    anchor_at: datetime  # every payment falls on a month's day like this one
    period_end_at: datetime
    is_collection_paused: bool
    resumes_at: datetime | None
    is_leaving: bool  # it ends with its period
    started_at: datetime
    ended_at: datetime | None
    feedback: str  # why the donor canceled it, in Stripe's words; empty when nobody was asked

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    @property
    def is_paused(self) -> bool:
        """Either of Stripe's two pauses. One whose payment failed is past due first."""
        return self.status == "paused" or (self.is_collection_paused and self.status in ("active", "trialing"))


def retrieve_subscription(subscription_id: str) -> SubscriptionState:
    with stripe_errors():
        return read_subscription(api().subscriptions.retrieve(subscription_id))


def running_subscriptions() -> Iterator[SubscriptionState]:
    """Every subscription that is not over, the newest first."""
    with stripe_errors():
        listed = api().subscriptions.list({"limit": 100})
        for subscription in listed.auto_paging_iter():
            yield read_subscription(subscription)


def set_amount(truth: SubscriptionState, *, amount_minor: int, idempotency_key: str | None) -> None:
    """Ask for another amount from the next invoice on; nothing is charged or given back for the present month."""
    price = {
        "currency": truth.currency.lower(),
        "unit_amount": amount_minor,
        "recurring": {"interval": "month"},
        "product": MONTHLY_PRODUCT_ID,
    }
    changes = {
        "items": [{"id": truth.item_id, "price_data": price, "quantity": 1}],
        "proration_behavior": "none",
    }
    _update(truth.id, changes, idempotency_key)


def pause_collection(truth: SubscriptionState, *, resumes_at: datetime, idempotency_key: str | None) -> None:
    """Let the invoices until then be void. Source: docs.stripe.com/billing/subscriptions/pause-payment"""
    pause = {"behavior": "void", "resumes_at": int(resumes_at.timestamp())}
    _update(truth.id, {"pause_collection": pause}, idempotency_key)


def resume_collection(truth: SubscriptionState, *, idempotency_key: str | None) -> None:
    """End either of Stripe's pauses in the old rhythm; what was skipped is not asked for."""
    if truth.status == "paused":
        unchanged = {"billing_cycle_anchor": {"type": "unchanged"}, "proration_behavior": "none"}
        with stripe_errors():
            api().subscriptions.resume(truth.id, unchanged, _options(idempotency_key))
        return
    _update(truth.id, {"pause_collection": ""}, idempotency_key)


def cancel_subscription(subscription_id: str, *, feedback: str) -> None:
    """End it at once. Raises `StripeRefused` with the code `resource_missing` when it has ended."""
    details = {"feedback": feedback} if feedback else {}
    with stripe_errors():
        api().subscriptions.cancel(subscription_id, {"cancellation_details": details} if details else {})


def read_subscription(subscription: Any) -> SubscriptionState:
    """From Stripe's object."""
    item = subscription["items"].data[0]
    pause, details = subscription.pause_collection, subscription.cancellation_details
    metadata = subscription.metadata.to_dict() if subscription.metadata else {}
    return SubscriptionState(
        id=subscription.id,
        status=subscription.status,
        amount_minor=(item.price.unit_amount or 0) * (item.quantity or 1),
        currency=subscription.currency.upper(),
        is_live=subscription.livemode,
        promise=metadata.get("subscription", ""),
        item_id=item.id,
        customer_id=id_of(subscription.customer) or "",
        method_id=id_of(subscription.default_payment_method) or "",
        anchor_at=_moment(subscription.billing_cycle_anchor),
        period_end_at=_moment(item.current_period_end),
        is_collection_paused=pause is not None,
        resumes_at=_moment(pause.resumes_at) if pause is not None and pause.resumes_at else None,
        is_leaving=subscription.cancel_at is not None,
        started_at=_moment(subscription.start_date),
        ended_at=_moment(subscription.ended_at) if subscription.ended_at else None,
        feedback=(details.feedback or "") if details is not None else "",
    )


def _update(subscription_id: str, changes: dict[str, Any], idempotency_key: str | None) -> None:
    with stripe_errors():
        api().subscriptions.update(subscription_id, changes, _options(idempotency_key))


def _options(idempotency_key: str | None) -> dict[str, str]:
    return {"idempotency_key": idempotency_key} if idempotency_key else {}


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
