"""What can happen to monthly gifts at Stripe: one scenario for each row of the table of events that is about them."""

from typing import Any

from django.utils import timezone

from shop.stripe_payments import client, ledger
from shop.stripe_payments.models import Subscription
from tests.hosted_page import IS_DECLINED, pay
from tests.shop.stripe_payments.events.at_stripe import refund_at_stripe
from tests.shop.stripe_payments.events.scenario import NOTHING, Scenario
from tests.shop.stripe_payments.promises import (
    DAY,
    MONTH,
    invoices_of,
    known_promise,
    let_pass,
    paid_promise,
    promise_on_the_page,
    stripes,
    turn_card,
)
from tests.stripe_sandbox import payer
from tests.stripe_sandbox.launch import Sandbox

HOUR = 60 * 60


def _a_promise_begins(sandbox: Sandbox) -> None:
    paid_promise()


def _a_card_is_declined(sandbox: Sandbox) -> None:
    payment = promise_on_the_page()
    for _time in range(2):
        pay(payment.checkout_url, card=IS_DECLINED)


def _it_is_renewed(sandbox: Sandbox) -> None:
    known_promise()
    let_pass(sandbox, MONTH)


def _a_renewal_is_refunded(sandbox: Sandbox) -> None:
    """Staff gave it back in Stripe's dashboard before we heard of it."""
    promise = known_promise()
    let_pass(sandbox, MONTH)
    intent = client.retrieve_invoice(invoices_of(promise)[0].id).payment_intent_id
    refund_at_stripe(str(intent), amount_minor=5000)


def _a_renewal_is_declined(sandbox: Sandbox) -> None:
    """Once: the first try again is a day later."""
    promise = known_promise()
    turn_card(sandbox, promise)
    let_pass(sandbox, _until_renewal(promise) + 2 * HOUR)


def _a_renewal_needs_a_confirmation(sandbox: Sandbox) -> None:
    """With a card that asks its owner every time."""
    promise = known_promise()
    card = stripes().v1.payment_methods.attach(
        "pm_card_authenticationRequired", {"customer": promise.stripe_customer_id}
    )
    _update(promise, {"default_payment_method": card.id})
    promise = ledger.mirror(promise, now=timezone.now(), cause="test")
    let_pass(sandbox, _until_renewal(promise) + 2 * HOUR)


def _an_invoice_is_stuck(sandbox: Sandbox) -> None:
    promise = known_promise()
    sandbox.control("finalization", customer=promise.stripe_customer_id, fails=True)
    let_pass(sandbox, _until_renewal(promise) + 2 * HOUR)


def _a_renewal_comes_near(sandbox: Sandbox) -> None:
    let_pass(sandbox, _until_renewal(known_promise()) - 6 * DAY)


def _collection_is_paused(sandbox: Sandbox, *, behavior: str = "void") -> Subscription:
    promise = known_promise()
    _update(promise, {"pause_collection": {"behavior": behavior}})
    return promise


def _it_is_paused(sandbox: Sandbox) -> None:
    _collection_is_paused(sandbox)


def _a_month_is_skipped(sandbox: Sandbox) -> None:
    _collection_is_paused(sandbox)
    let_pass(sandbox, MONTH)


def _a_month_is_given_up(sandbox: Sandbox) -> None:
    _collection_is_paused(sandbox, behavior="mark_uncollectible")
    let_pass(sandbox, MONTH)


def _stripes_other_pause(sandbox: Sandbox) -> str:
    promise = known_promise().stripe_subscription_id or ""
    stripes().v1.subscriptions.pause(promise, {"bill_for": {"unused_time_from": {"type": "none"}}})
    return promise


def _it_is_paused_the_other_way(sandbox: Sandbox) -> None:
    _stripes_other_pause(sandbox)


def _it_is_resumed(sandbox: Sandbox) -> None:
    promise = _stripes_other_pause(sandbox)
    unchanged: Any = {"billing_cycle_anchor": {"type": "unchanged"}, "proration_behavior": "none"}
    stripes().v1.subscriptions.resume(promise, unchanged)


def _it_is_ended(sandbox: Sandbox) -> None:
    stripes().v1.subscriptions.cancel(known_promise().stripe_subscription_id or "")


def _its_customer_is_deleted(sandbox: Sandbox) -> None:
    stripes().v1.customers.delete(known_promise().stripe_customer_id)


def _the_bank_renews_the_card(sandbox: Sandbox) -> None:
    sandbox.control("card-renewed", payment_method=known_promise().stripe_method_id)


def _the_donor_changes_the_card(sandbox: Sandbox) -> None:
    promise = known_promise()
    url = client.open_card_page(customer_id=promise.stripe_customer_id, return_url="http://testserver/")
    payer.change_card(url)


def _update(promise: Subscription, changes: Any) -> None:
    stripes().v1.subscriptions.update(promise.stripe_subscription_id or "", changes)


def _until_renewal(promise: Subscription) -> float:
    assert promise.next_payment_at is not None
    return (promise.next_payment_at - timezone.now()).total_seconds()


def _months(count: int, *, status: str = "active", steps: tuple[str, ...] = ()) -> dict[str, Any]:
    """So many months were paid, and this is how the promise stands."""
    return {
        "payments": [("paid", 5000, 0, 0, 0)] * count,
        "paid": count,
        "gifts": [("received", 5000, 0, 0)] * count,
        "receipts": count,
        "promises": [(status, 5000)],
        "steps": sorted(["started", *steps]),
    }


TOLD_ONCE = {"send_monthly_mail": 1}
BEGUN = {"send_receipt_mail": 1, "send_monthly_mail": 1}
PAUSED = NOTHING | _months(1, status="paused", steps=("paused",))
ENDED = NOTHING | _months(1, status="canceled", steps=("ended",))

PROMISE_SCENARIOS = [
    Scenario(
        "a promise begins",
        {"customer.subscription.created"},
        _a_promise_begins,
        NOTHING | _months(1),
        BEGUN,
    ),
    Scenario(
        "a promise's page is done", {"checkout.session.completed"}, _a_promise_begins, NOTHING | _months(1), BEGUN
    ),
    Scenario("a promise's first invoice is paid", {"invoice.paid"}, _a_promise_begins, NOTHING | _months(1), BEGUN),
    Scenario(
        "a card is declined for a promise",
        {"payment_intent.payment_failed"},
        _a_card_is_declined,
        NOTHING
        | {
            "payments": [("open", 5000, 0, 0, 2)],
            "gifts": [("started", 5000, 0, 0)],
            "promises": [("started", 5000)],
        },
    ),
    Scenario("a promise is renewed", {"invoice.paid"}, _it_is_renewed, NOTHING | _months(2), {"send_receipt_mail": 1}),
    Scenario(
        "a renewal is refunded in Stripe's dashboard",
        {"refund.created", "charge.refunded"},
        _a_renewal_is_refunded,
        NOTHING
        | _months(2)
        | {
            "payments": [("paid", 5000, 0, 0, 0), ("refunded", 5000, 5000, 0, 0)],
            "gifts": [("received", 5000, 0, 0), ("refunded", 5000, 5000, 0)],
            "refunds": [("succeeded", 5000)],
        },
        {"send_receipt_mail": 1, "send_correction_mail": 1},
    ),
    Scenario(
        "a renewal is declined",
        {"invoice.payment_failed"},
        _a_renewal_is_declined,
        NOTHING | _months(1, status="past_due", steps=("payment_failed",)),
        {"send_renewal_mail": 1},
    ),
    Scenario(
        "a renewal needs the donor's confirmation",
        {"invoice.payment_action_required"},
        _a_renewal_needs_a_confirmation,
        NOTHING | _months(1, status="past_due", steps=("action_required", "card_changed")),
        {"send_renewal_mail": 1},
    ),
    Scenario(
        "Stripe cannot make an invoice",
        {"invoice.finalization_failed"},
        _an_invoice_is_stuck,
        NOTHING | _months(1, steps=("invoice_stuck",)),
    ),
    Scenario("a renewal comes near", {"invoice.upcoming"}, _a_renewal_comes_near, NOTHING | _months(1)),
    Scenario("a promise is paused", {"customer.subscription.updated"}, _it_is_paused, PAUSED, TOLD_ONCE),
    Scenario("a month of a pause is skipped", {"invoice.voided"}, _a_month_is_skipped, PAUSED, TOLD_ONCE),
    Scenario(
        "a month of a pause is given up", {"invoice.marked_uncollectible"}, _a_month_is_given_up, PAUSED, TOLD_ONCE
    ),
    Scenario(
        "a promise is paused the other way",
        {"customer.subscription.paused"},
        _it_is_paused_the_other_way,
        PAUSED,
        TOLD_ONCE,
    ),
    Scenario(
        "a promise is resumed before we heard of a pause",
        {"customer.subscription.resumed"},
        _it_is_resumed,
        NOTHING | _months(1),
    ),
    Scenario("a promise is ended at Stripe", {"customer.subscription.deleted"}, _it_is_ended, ENDED, TOLD_ONCE),
    Scenario("a promise's customer is deleted", {"customer.deleted"}, _its_customer_is_deleted, ENDED, TOLD_ONCE),
    Scenario(
        "a bank renews the card of a promise",
        {"payment_method.automatically_updated"},
        _the_bank_renews_the_card,
        NOTHING | _months(1, steps=("card_changed",)),
    ),
    Scenario(
        "a donor changes the card of a promise",
        {"customer.updated"},
        _the_donor_changes_the_card,
        NOTHING | _months(1, steps=("card_changed",)),
    ),
]
