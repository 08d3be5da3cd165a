"""The subscription as an object: how it begins, what state it is in, and how a change of it is told."""

from copy import deepcopy
from typing import Any

from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import as_list
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work

ENDED = ("canceled", "incomplete_expired")


def new(
    work: Work,
    id: str,
    *,
    customer: Json,
    items: list[Json],
    metadata: Json,
    default_payment_method: str | None,
    status: str,
    description: str | None = None,
) -> Json:
    """A subscription that starts now. Stored, and not told yet: its first invoice comes before that."""
    subscription: dict[str, Any] = {
        "id": id,
        "object": "subscription",
        "application": None,
        "application_fee_percent": None,
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": work.now,
        "billing_cycle_anchor_config": None,
        "billing_mode": {"flexible": {"proration_discounts": "included"}, "type": "flexible", "updated_at": None},
        "billing_schedules": [],
        "billing_thresholds": None,
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "created": work.now,
        "currency": items[0]["price"]["currency"],
        "customer": customer["id"],
        "days_until_due": None,
        "default_payment_method": default_payment_method,
        "default_source": None,
        "default_tax_rates": [],
        "description": description,
        "discounts": [],
        "ended_at": None,
        "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
        "items": as_list(f"/v1/subscription_items?subscription={id}", items),
        "latest_invoice": None,
        "livemode": False,
        "metadata": metadata,
        "next_pending_invoice_item_invoice": None,
        "on_behalf_of": None,
        "pause_collection": None,
        "payment_settings": {
            "payment_method_options": None,
            "payment_method_types": None,
            "save_default_payment_method": "off",
        },
        "pending_invoice_item_interval": None,
        "pending_setup_intent": None,
        "pending_update": None,
        "schedule": None,
        "start_date": work.now,
        "status": status,
        "test_clock": customer["test_clock"],
        "transfer_data": None,
        "trial_end": None,
        "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
        "trial_start": None,
    }
    return work.tx.insert(subscription)


def items_of(subscription: Json) -> list[Json]:
    items: list[Json] = subscription["items"]["data"]
    return items


def period_of(subscription: Json) -> tuple[int, int]:
    """Start and end of the current period, which all items share here."""
    first = items_of(subscription)[0]
    return first["current_period_start"], first["current_period_end"]


def set_period(subscription: Json, start: int, end: int) -> None:
    for item in items_of(subscription):
        item |= {"current_period_start": start, "current_period_end": end}


def snapshot(subscription: Json) -> Json:
    """The subscription as it is now, to tell later what changed."""
    return deepcopy(subscription)


def tell(work: Work, subscription: Json, before: Json) -> Json:
    """Save the subscription, with `customer.subscription.updated` if anything changed."""
    work.tx.save(subscription)
    if subscription != before:
        emit(work, "customer.subscription.updated", subscription, before=before)
    return subscription


def set_status(work: Work, subscription: Json, status: str) -> Json:
    before = snapshot(subscription)
    subscription["status"] = status
    return tell(work, subscription, before)


def collects(subscription: Json, *, at: int) -> bool:
    """Whether an invoice made at this moment is collected as usual."""
    pause = subscription["pause_collection"]
    return pause is None or (pause["resumes_at"] is not None and pause["resumes_at"] <= at)
