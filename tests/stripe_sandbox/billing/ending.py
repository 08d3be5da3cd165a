"""The end of a subscription. Source: https://docs.stripe.com/billing/subscriptions/cancel"""

from tests.stripe_sandbox.billing import invoice as invoices
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import one
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work


def cancel(work: Work, subscription: Json, *, reason: str | None) -> Json:
    """End it now. Its open invoices stay, and are not tried by themselves any more."""
    subscription |= {
        "status": "canceled",
        "ended_at": work.now,
        "canceled_at": subscription["canceled_at"] or work.now,
        "pause_collection": None,
    }
    details = subscription["cancellation_details"]
    details["reason"] = details["reason"] or reason
    work.tx.save(subscription)
    for invoice in work.tx.select(
        "invoice",
        "json_extract(data, '$.parent.subscription_details.subscription') = ? "
        "AND json_extract(data, '$.status') IN ('draft', 'open')",
        (subscription["id"],),
    ):
        invoices.stop_collecting(work, invoice)
    emit(work, "customer.subscription.deleted", subscription)
    return subscription


def expire_incomplete(work: Work, id: str) -> None:
    """A first invoice that is not paid within 23 hours ends the subscription, and is void.

    Source: https://docs.stripe.com/billing/subscriptions/overview#subscription-statuses
    """
    subscription = one(work, "subscription", id)
    if subscription["status"] != "incomplete":
        return
    subscription |= {"status": "incomplete_expired", "ended_at": work.now}
    work.tx.save(subscription)
    invoices.void(work, one(work, "invoice", subscription["latest_invoice"]))
    emit(
        work,
        "customer.subscription.updated",
        subscription,
        before={**subscription, "status": "incomplete", "ended_at": None},
    )
