"""A subscription's periods: the first one, and each renewal with its invoice, at its own moment."""

from tests.stripe_sandbox.billing import collecting, ending
from tests.stripe_sandbox.billing import invoice as invoices
from tests.stripe_sandbox.billing.invoice_shape import build
from tests.stripe_sandbox.billing.periods import DAY, period_end
from tests.stripe_sandbox.billing.renewal import NOTICE_DAYS, expect_renewal
from tests.stripe_sandbox.billing.subscription import (
    collects,
    items_of,
    period_of,
    set_period,
    snapshot,
    tell,
)
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import one
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id

RENEWED = ("active", "past_due")


def renew(work: Work, id: str) -> None:
    """The period is over: the next one begins with an invoice, or the subscription ends as its owner wished."""
    subscription = one(work, "subscription", id)
    start, end = period_of(subscription)
    if subscription["status"] not in RENEWED or end != work.now:
        return
    if subscription["cancel_at"] is not None and subscription["cancel_at"] <= work.now:
        ending.cancel(work, subscription, reason="cancellation_requested")
        return
    before = snapshot(subscription)
    next_end = period_end(
        subscription["billing_cycle_anchor"], items_of(subscription)[0]["price"]["recurring"], start=end
    )
    set_period(subscription, end, next_end)
    is_collected = collects(subscription, at=work.now)
    keeps_draft = not is_collected and subscription["pause_collection"]["behavior"] == "keep_as_draft"
    invoice = invoices.draft(
        work, subscription, reason="subscription_cycle", usage=(start, end), auto_advance=not keeps_draft
    )
    subscription["latest_invoice"] = invoice["id"]
    tell(work, subscription, before)
    expect_renewal(work, subscription)
    if is_collected:
        invoice["automatically_finalizes_at"] = work.now + collecting.DRAFT_SECONDS
        work.tx.save(invoice)
        work.schedule(invoice["automatically_finalizes_at"], "finalize_invoice", invoice["id"])
    elif not keeps_draft:
        _close_uncollected(work, subscription, invoice)


def announce(work: Work, id: str) -> None:
    """`invoice.upcoming`, a preview of what the renewal will ask for. Nothing is announced that will not be collected."""
    subscription = one(work, "subscription", id)
    _, end = period_of(subscription)
    if (
        subscription["status"] not in RENEWED
        or end - NOTICE_DAYS * DAY != work.now
        or subscription["cancel_at"] is not None
        or not collects(subscription, at=end)
    ):
        return
    preview = build(
        work, preview_of_next(subscription), reason="upcoming", usage=period_of(subscription), id=new_id("upcoming_in")
    )
    emit(work, "invoice.upcoming", {**preview, "next_payment_attempt": end + collecting.DRAFT_SECONDS})


def preview_of_next(subscription: Json) -> Json:
    """The subscription as it will be in its next period."""
    later = snapshot(subscription)
    _, end = period_of(subscription)
    recurring = items_of(subscription)[0]["price"]["recurring"]
    set_period(later, end, period_end(subscription["billing_cycle_anchor"], recurring, start=end))
    return later


def _close_uncollected(work: Work, subscription: Json, invoice: Json) -> None:
    """What a pause does with the invoice. Source: https://docs.stripe.com/billing/subscriptions/pause-payment"""
    invoices.finalize(work, invoice)
    if subscription["pause_collection"]["behavior"] == "void":
        invoices.void(work, invoice)
    else:
        invoices.mark_uncollectible(work, invoice, reason="subscription_paused")
