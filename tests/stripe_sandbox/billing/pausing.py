"""The two pauses. `pause_collection` leaves the status and voids or keeps the invoices; `paused` stops the periods themselves.

Sources: https://docs.stripe.com/billing/subscriptions/pause-payment, https://docs.stripe.com/billing/subscriptions/pausing
"""

from tests.stripe_sandbox.billing import collecting
from tests.stripe_sandbox.billing import invoice as invoices
from tests.stripe_sandbox.billing.periods import period_end
from tests.stripe_sandbox.billing.renewal import finish_resuming
from tests.stripe_sandbox.billing.subscription import items_of, period_of, set_period, snapshot, tell
from tests.stripe_sandbox.errors import invalid, not_built
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import one
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work

RESUMPTION_SECONDS = 23 * 60 * 60
"""How long the invoice of a resumption may wait for an attempt to pay it."""


def set_pause_of_collection(work: Work, subscription: Json, given: Json | str) -> None:
    """Begin, change or end the pause. Saved and told by the caller."""
    if given == "":
        subscription["pause_collection"] = None
        return
    assert isinstance(given, dict)
    resumes_at = given.get("resumes_at")
    if resumes_at is not None and resumes_at <= work.now:
        raise invalid("`resumes_at` must be in the future.", param="pause_collection[resumes_at]")
    subscription["pause_collection"] = {"behavior": given["behavior"], "resumes_at": resumes_at}
    if resumes_at is not None:
        work.schedule(resumes_at, "resume_collection", subscription["id"])


def resume_collection(work: Work, id: str) -> None:
    """The pause's time is over."""
    subscription = one(work, "subscription", id)
    pause = subscription["pause_collection"]
    if pause is None or pause["resumes_at"] != work.now:
        return
    before = snapshot(subscription)
    subscription["pause_collection"] = None
    tell(work, subscription, before)


def pause(work: Work, subscription: Json) -> Json:
    """No invoices and no periods until it is resumed."""
    before = snapshot(subscription)
    subscription["status"] = "paused"
    subscription["status_details"] = {
        "paused": {"subscription": {"type": "pause_requested"}, "transitioned_at": work.now, "type": "subscription"}
    }
    tell(work, subscription, before)
    emit(work, "customer.subscription.paused", subscription)
    return subscription


def resume(work: Work, subscription: Json, params: Json) -> Json:
    """End a pause: with a new period from now, paid before it is active, or without an invoice in the old rhythm.

    Source: https://docs.stripe.com/api/subscriptions/resume
    """
    anchor = params.get("billing_cycle_anchor", {"type": "now"})["type"]
    _, end = period_of(subscription)
    recurring = items_of(subscription)[0]["price"]["recurring"]
    if anchor == "unchanged":
        if params.get("proration_behavior", "create_prorations") != "none":
            raise not_built("prorations (ask for `none`)", param="proration_behavior")
        if end <= work.now:
            set_period(
                subscription, work.now, period_end(subscription["billing_cycle_anchor"], recurring, start=work.now)
            )
            work.tx.save(subscription)
        return finish_resuming(work, subscription)
    before = snapshot(subscription)
    subscription["billing_cycle_anchor"] = work.now
    set_period(subscription, work.now, period_end(work.now, recurring, start=work.now))
    invoice = invoices.draft(work, subscription, reason="subscription_update", usage=(work.now, work.now))
    behavior = params.get("payment_behavior", "resume_on_payment_attempt")
    work.tx.save_hidden(invoice["id"], {"resumes": behavior})
    subscription["latest_invoice"] = invoice["id"]
    tell(work, subscription, before)
    invoices.finalize(work, invoice)
    work.schedule(work.now + RESUMPTION_SECONDS, "give_up_resuming", invoice["id"])
    if invoice["amount_due"] == 0 or behavior == "resume_on_payment_success":
        collecting.collect_first(work, invoice)
    return one(work, "subscription", subscription["id"])


def give_up_resuming(work: Work, invoice_id: str) -> None:
    """Nobody tried to pay the invoice of a resumption: it is void, and the subscription stays paused."""
    invoice = one(work, "invoice", invoice_id)
    if invoice["status"] == "open" and not invoice["attempted"]:
        invoices.void(work, invoice)
