"""The two pauses of a subscription: of its collection, and of the subscription itself."""

import contextlib

import pytest
import stripe

from tests.stripe_sandbox.tests.billing import (
    DAY,
    MONTH,
    events_about,
    invoices_of,
    let_pass,
    period,
    subscribe,
    use_card,
)
from tests.stripe_sandbox.tests.conftest import refusal

PAUSE = {"bill_for": {"unused_time_from": {"type": "none"}}}


@pytest.fixture
def subscription(client):
    return subscribe(client)


@pytest.mark.parametrize(
    ("behavior", "status", "reason"),
    [
        ("void", "void", None),
        ("mark_uncollectible", "uncollectible", "subscription_paused"),
        ("keep_as_draft", "draft", None),
    ],
)
def test_collection_can_be_paused(client, sandbox, subscription, behavior, status, reason):
    client.v1.subscriptions.update(subscription.id, {"pause_collection": {"behavior": behavior}})
    let_pass(sandbox, MONTH)
    skipped = invoices_of(client, subscription)[0]
    assert (skipped.status, skipped.amount_due, skipped.amount_paid) == (status, 2500, 0)
    assert (skipped.status_details.uncollectible.reason if "status_details" in skipped else None) == reason
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"
    assert skipped.auto_advance is False


def test_pause_of_collection_ends_by_itself_without_catching_up(client, sandbox, subscription):
    _, end = period(subscription)
    resumes = end + 5 * DAY
    paused = client.v1.subscriptions.update(
        subscription.id, {"pause_collection": {"behavior": "void", "resumes_at": resumes}}
    )
    assert paused.pause_collection.resumes_at == resumes
    let_pass(sandbox, 2 * MONTH)
    assert [invoice.status for invoice in invoices_of(client, subscription)] == ["paid", "void", "paid"]
    assert client.v1.subscriptions.retrieve(subscription.id).pause_collection is None
    told = [
        event.created
        for event in client.v1.events.list({"type": "customer.subscription.updated", "limit": 20}).data
        if event.data.object["id"] == subscription.id and "pause_collection" in event.data.previous_attributes
    ]
    assert told[0] == resumes


def test_invoice_at_the_moment_of_resuming_is_collected(client, sandbox, subscription):
    _, end = period(subscription)
    client.v1.subscriptions.update(subscription.id, {"pause_collection": {"behavior": "void", "resumes_at": end}})
    let_pass(sandbox, MONTH)
    assert invoices_of(client, subscription)[0].status == "paid"


def test_paused_collection_announces_nothing(client, sandbox, subscription):
    client.v1.subscriptions.update(subscription.id, {"pause_collection": {"behavior": "void"}})
    let_pass(sandbox, MONTH)
    notices = client.v1.events.list({"type": "invoice.upcoming", "limit": 20}).data
    assert subscription.customer not in [notice.data.object["customer"] for notice in notices]


def test_pause_is_ended_by_an_empty_value(client, sandbox, subscription):
    client.v1.subscriptions.update(subscription.id, {"pause_collection": {"behavior": "void"}})
    assert client.v1.subscriptions.update(subscription.id, {"pause_collection": ""}).pause_collection is None
    let_pass(sandbox, MONTH)
    assert invoices_of(client, subscription)[0].status == "paid"


def test_end_of_a_pause_lies_ahead(client, subscription):
    wish = {"pause_collection": {"behavior": "void", "resumes_at": subscription.created - DAY}}
    error = refusal(lambda: client.v1.subscriptions.update(subscription.id, wish))
    assert error.param == "pause_collection[resumes_at]"


def test_paused_subscription_has_no_periods_until_it_is_resumed(client, sandbox, subscription):
    paused = client.v1.subscriptions.pause(subscription.id, PAUSE)
    assert (paused.status, paused.status_details.paused.subscription.type) == ("paused", "pause_requested")
    let_pass(sandbox, 3 * MONTH)
    assert len(invoices_of(client, subscription)) == 1
    resumed = client.v1.subscriptions.resume(subscription.id, {"payment_behavior": "resume_on_payment_success"})
    assert resumed.status == "active"
    assert period(resumed)[0] == resumed.billing_cycle_anchor
    assert [invoice.status for invoice in invoices_of(client, subscription)] == ["paid", "paid"]
    told = events_about(client, subscription.id, "customer.subscription.paused", "customer.subscription.resumed")
    assert told == ["customer.subscription.paused", "customer.subscription.resumed"]
    let_pass(sandbox, 4 * MONTH)
    assert len(invoices_of(client, subscription)) == 3


def test_resuming_without_a_payment_stays_paused_and_is_given_up(client, sandbox, subscription):
    client.v1.subscriptions.pause(subscription.id, PAUSE)
    resumed = client.v1.subscriptions.resume(subscription.id)
    assert resumed.status == "paused"
    assert client.v1.invoices.retrieve(resumed.latest_invoice).status == "open"
    let_pass(sandbox, DAY)
    assert client.v1.invoices.retrieve(resumed.latest_invoice).status == "void"
    assert client.v1.subscriptions.retrieve(subscription.id).status == "paused"


def test_resuming_in_the_old_rhythm_needs_no_payment(client, sandbox, subscription):
    client.v1.subscriptions.pause(subscription.id, PAUSE)
    resumed = client.v1.subscriptions.resume(
        subscription.id, {"billing_cycle_anchor": {"type": "unchanged"}, "proration_behavior": "none"}
    )
    assert (resumed.status, period(resumed)) == ("active", period(subscription))
    let_pass(sandbox, MONTH)
    assert len(invoices_of(client, subscription)) == 2


def test_credit_for_a_pause_is_not_imitated(client, subscription):
    assert refusal(lambda: client.v1.subscriptions.pause(subscription.id)).http_status == 501


def test_resuming_on_success_waits_for_the_money(client, sandbox, subscription):
    client.v1.subscriptions.pause(subscription.id, PAUSE)
    use_card(client, subscription, "pm_card_chargeCustomerFail")
    resumed = client.v1.subscriptions.resume(subscription.id, {"payment_behavior": "resume_on_payment_success"})
    assert resumed.status == "paused"
    assert client.v1.invoices.retrieve(resumed.latest_invoice).next_payment_attempt is not None
    use_card(client, subscription, "pm_card_visa")
    let_pass(sandbox, 2 * DAY)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"


def test_resuming_that_is_never_paid_stays_paused(client, sandbox, subscription):
    client.v1.subscriptions.pause(subscription.id, PAUSE)
    use_card(client, subscription, "pm_card_chargeCustomerFail")
    resumed = client.v1.subscriptions.resume(subscription.id, {"payment_behavior": "resume_on_payment_success"})
    let_pass(sandbox, 15 * DAY)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "paused"
    assert client.v1.invoices.retrieve(resumed.latest_invoice).status == "void"


@pytest.mark.parametrize(("card", "status"), [("pm_card_visa", "active"), ("pm_card_chargeCustomerFail", "past_due")])
def test_resuming_on_attempt_follows_the_attempt(client, subscription, card, status):
    client.v1.subscriptions.pause(subscription.id, PAUSE)
    method = client.v1.payment_methods.attach(card, {"customer": subscription.customer}).id
    resumed = client.v1.subscriptions.resume(subscription.id)
    with contextlib.suppress(stripe.CardError):
        client.v1.invoices.pay(resumed.latest_invoice, {"payment_method": method})
    assert client.v1.subscriptions.retrieve(subscription.id).status == status


def test_only_an_active_subscription_is_paused_and_only_a_paused_one_resumed(client, subscription):
    assert refusal(lambda: client.v1.subscriptions.resume(subscription.id)).http_status == 400
    client.v1.subscriptions.update(subscription.id, {"pause_collection": {"behavior": "void"}})
    assert refusal(lambda: client.v1.subscriptions.pause(subscription.id, PAUSE)).http_status == 400
