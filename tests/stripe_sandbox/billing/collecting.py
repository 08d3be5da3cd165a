"""Collecting an invoice: which card, the attempt, the retries, and what becomes of the subscription.

Source: https://docs.stripe.com/billing/revenue-recovery/smart-retries
"""

from tests.stripe_sandbox.billing import ending, renewal
from tests.stripe_sandbox.billing import invoice as invoices
from tests.stripe_sandbox.billing.periods import DAY
from tests.stripe_sandbox.billing.subscription import ENDED, set_status
from tests.stripe_sandbox.cards import Decline
from tests.stripe_sandbox.cards_on_file import HARD_DECLINES
from tests.stripe_sandbox.resources import charges, payment_intents, payment_methods
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import one
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work

RETRY_DAYS = (1, 2, 4, 6, 8, 10, 12, 14)
"""Eight tries in two weeks, counted from the first attempt. Stripe chooses the moments by machine learning."""
DRAFT_SECONDS = 60 * 60
"""How long a renewal's invoice stays a draft."""
NO_METHOD = Decline(
    "missing",
    "missing",
    "There is no default payment method on this subscription, invoice or customer.",
)


def finalize_and_collect(work: Work, id: str) -> None:
    """What happens to a draft by itself an hour after it was made, unless somebody stopped it."""
    invoice = one(work, "invoice", id)
    if invoice["status"] != "draft" or not invoice["auto_advance"]:
        return
    if work.tx.hidden(invoice["customer"]).get("finalization_fails"):
        _fail_to_finalize(work, invoice)
        return
    collect_first(work, invoices.finalize(work, invoice))


def collect_first(work: Work, invoice: Json) -> Decline | None:
    """The first attempt at an open invoice. Without an amount it is paid at once."""
    if invoice["amount_due"] == 0:
        settle(work, invoice)
        return None
    return attempt(work, invoice, default_method(work, invoice), is_scheduled=True)


def retry(work: Work, id: str) -> None:
    """A try of the schedule. After a hard decline it waits for another card."""
    invoice = one(work, "invoice", id)
    if invoice["status"] != "open" or invoice["next_payment_attempt"] != work.now:
        return
    method = default_method(work, invoice)
    hidden = work.tx.hidden(id)
    if method is not None and method["id"] == hidden.get("hard_declined"):
        _plan_next(work, invoice)
        if invoice["next_payment_attempt"] is None:
            _give_up(work, invoice)
        return
    attempt(work, invoice, method, is_scheduled=True)


def attempt(
    work: Work, invoice: Json, method: Json | None, *, is_scheduled: bool, is_present: bool = False
) -> Decline | None:
    """Charge an open invoice. Returns the decline, if any; all that follows from it has been done.

    `is_present`: the card's owner is there and has answered what the bank asked.
    """
    is_first = not invoice["attempted"]
    invoice["attempted"] = True
    invoice["attempt_count"] += 1 if is_first or is_scheduled else 0
    payment = invoices.payment_of(work, invoice)
    assert payment is not None
    intent = one(work, "payment_intent", payment["payment"]["payment_intent"])
    if method is None:
        _after_failure(work, invoice, NO_METHOD, None, is_planned=is_first or is_scheduled)
        return NO_METHOD
    decline = payment_methods.decline_of(work, method, is_present=is_present)
    charge = _charge(work, intent, method, decline)
    if decline:
        payment_intents.fail(work, intent, decline, charge_id=charge["id"])
        _after_failure(work, invoice, decline, method, is_planned=is_first or is_scheduled)
        return decline
    payment_intents.succeed(work, intent, charge)
    settle(work, invoice)
    return None


def settle(work: Work, invoice: Json) -> None:
    """The money came, or none was due: the invoice is paid, and its subscription in order again."""
    invoices.settle_payment(work, invoice)
    invoices.mark_paid(work, invoice)
    subscription = subscription_of(work, invoice)
    if subscription["latest_invoice"] == invoice["id"] and subscription["status"] in (
        "past_due",
        "unpaid",
        "incomplete",
    ):
        set_status(work, subscription, "active")
    if work.tx.hidden(invoice["id"]).get("resumes"):
        renewal.finish_resuming(work, subscription)


def subscription_of(work: Work, invoice: Json) -> Json:
    return one(work, "subscription", invoice["parent"]["subscription_details"]["subscription"])


def default_method(work: Work, invoice: Json) -> Json | None:
    """Invoice, subscription, customer: the first that names one."""
    customer = one(work, "customer", invoice["customer"])
    id = (
        invoice["default_payment_method"]
        or subscription_of(work, invoice)["default_payment_method"]
        or customer.get("invoice_settings", {}).get("default_payment_method")
    )
    return work.tx.find(id, "payment_method") if id else None


def _charge(work: Work, intent: Json, method: Json, decline: Decline | None) -> Json:
    details = method["billing_details"]
    return charges.record_attempt(
        work,
        intent=intent,
        card=payment_methods.card_of(work, method),
        name=details["name"],
        email=details["email"],
        decline=decline,
        method=method["id"],
    )


def _after_failure(work: Work, invoice: Json, decline: Decline, method: Json | None, *, is_planned: bool) -> None:
    if method is not None and decline.decline_code in HARD_DECLINES:
        work.tx.save_hidden(invoice["id"], {**work.tx.hidden(invoice["id"]), "hard_declined": method["id"]})
    subscription = subscription_of(work, invoice)
    resumes = work.tx.hidden(invoice["id"]).get("resumes") if subscription["status"] == "paused" else None
    is_tried_again = invoice["auto_advance"] and (
        subscription["status"] in ("active", "past_due") or resumes == "resume_on_payment_success"
    )
    if is_tried_again and is_planned:
        _plan_next(work, invoice)
    emit(work, "invoice.payment_failed", work.tx.save(invoice))
    if decline.decline_code == "authentication_required":
        emit(work, "invoice.payment_action_required", invoice)
    if subscription["status"] == "active":
        set_status(work, subscription, "past_due")
    if resumes == "resume_on_payment_attempt":
        renewal.finish_resuming(work, subscription, status="past_due")
    if is_tried_again and invoice["next_payment_attempt"] is None:
        _give_up(work, invoice)


def _plan_next(work: Work, invoice: Json) -> None:
    """Put the next try of the schedule on the invoice, or none after the last."""
    hidden = work.tx.hidden(invoice["id"])
    first = hidden.setdefault("first_failed_at", work.now)
    tries = hidden.get("tries", 0)
    work.tx.save_hidden(invoice["id"], {**hidden, "tries": tries + 1})
    if tries >= len(RETRY_DAYS):
        invoice["next_payment_attempt"] = None
    else:
        invoice["next_payment_attempt"] = first + RETRY_DAYS[tries] * DAY
        work.schedule(invoice["next_payment_attempt"], "retry_invoice", invoice["id"])
    work.tx.save(invoice)


def _give_up(work: Work, invoice: Json) -> None:
    """After the last try the subscription is canceled, which is what an account's settings say at first: assumed.

    One that was to be resumed stays paused: assumed.
    """
    subscription = subscription_of(work, invoice)
    if subscription["status"] == "paused":
        invoices.void(work, invoice)
    elif subscription["status"] not in ENDED:
        ending.cancel(work, subscription, reason="payment_failed")


def _fail_to_finalize(work: Work, invoice: Json) -> None:
    """What a test asked for. Stripe fails so when it cannot compute the tax, for example."""
    invoice["last_finalization_error"] = {
        "code": "customer_tax_location_invalid",
        "message": "The customer's location isn't recognized. Set a valid customer address in order to automatically calculate tax.",
        "type": "invalid_request_error",
    }
    invoice["auto_advance"] = False
    emit(work, "invoice.finalization_failed", work.tx.save(invoice))
