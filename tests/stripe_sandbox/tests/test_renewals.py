"""Renewals: each at its own moment, collected an hour later, and what a failing card leads to."""

from datetime import UTC, datetime

import pytest

from tests.stripe_sandbox.billing.periods import period_end
from tests.stripe_sandbox.receiver import eventually
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

HOUR = 60 * 60
MONTHLY = {"interval": "month", "interval_count": 1}


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def test_three_months_bring_three_renewals_each_at_its_moment(client, sandbox):
    subscription = subscribe(client)
    let_pass(sandbox, 3 * MONTH)
    invoices = invoices_of(client, subscription)[::-1]
    assert [invoice.status for invoice in invoices] == ["paid"] * 4
    assert [invoice.billing_reason for invoice in invoices] == ["subscription_create"] + ["subscription_cycle"] * 3
    boundary = subscription.created
    for invoice in invoices[1:]:
        boundary = period_end(subscription.billing_cycle_anchor, MONTHLY, start=boundary)
        assert invoice.created == boundary
        assert invoice.status_transitions.paid_at == boundary + HOUR
        payment = client.v1.invoice_payments.list(
            {"invoice": invoice.id, "expand": ["data.payment.payment_intent.latest_charge"]}
        )
        charge = payment.data[0].payment.payment_intent.latest_charge
        balance = client.v1.balance_transactions.list({"source": charge.id}).data[0]
        assert (charge.created, balance.created) == (boundary + HOUR, boundary + HOUR)
    assert period(client.v1.subscriptions.retrieve(subscription.id))[0] == boundary


def test_renewal_is_told_at_its_moment(client, sandbox):
    subscription = subscribe(client)
    let_pass(sandbox, MONTH)
    invoice = invoices_of(client, subscription)[0]
    assert events_about(client, invoice.id) == [
        "invoice.created",
        "invoice.finalized",
        "invoice.paid",
        "invoice.payment_succeeded",
    ]
    _, end = period(subscription)
    renewal = next(
        event
        for event in client.v1.events.list({"type": "customer.subscription.updated"}).data
        if event.data.object["id"] == subscription.id
    )
    assert renewal.created == end
    assert "items" in renewal.data.previous_attributes


def test_what_fell_due_happens_in_the_order_of_its_time(client, sandbox):
    subscription = subscribe(client)
    let_pass(sandbox, 3 * MONTH)
    events = client.v1.events.list({"limit": 100, "types": ["customer.subscription.updated", "invoice.upcoming"]}).data
    ours = [event for event in events if event.data.object["customer"] == subscription.customer][::-1]
    assert [event.type for event in ours][:6] == ["invoice.upcoming", "customer.subscription.updated"] * 3
    assert [event.created for event in ours] == sorted(event.created for event in ours)


def test_renewal_that_was_caught_up_with_is_delivered(client, sandbox, listener):
    subscription = subscribe(client)
    listener.received.clear()
    let_pass(sandbox, MONTH)

    def told():
        return [event for event in listener.events(sandbox.webhook_secret) if event.type == "invoice.paid"]

    eventually(lambda: any(event.data.object["customer"] == subscription.customer for event in told()))


def test_invoice_stays_a_draft_for_an_hour(client, sandbox):
    subscription = subscribe(client)
    _, end = period(subscription)
    let_pass(sandbox, end - subscription.created + 60)
    draft = invoices_of(client, subscription)[0]
    assert (draft.status, draft.automatically_finalizes_at, draft.attempted) == ("draft", end + HOUR, False)


def test_renewal_is_announced_a_week_before(client, sandbox):
    subscription = subscribe(client)
    _, end = period(subscription)
    let_pass(sandbox, end - subscription.created - 7 * DAY + 60)
    notice = client.v1.events.list({"type": "invoice.upcoming", "limit": 1}).data[0]
    assert notice.created == end - 7 * DAY
    assert (notice.data.object["amount_due"], notice.data.object["customer"]) == (2500, subscription.customer)


@pytest.mark.parametrize(
    ("anchor", "start", "end"),
    [
        ("2026-01-31T10:00", "2026-01-31T10:00", "2026-02-28T10:00"),
        ("2026-01-31T10:00", "2026-02-28T10:00", "2026-03-31T10:00"),
        ("2027-12-30T23:59", "2028-01-30T23:59", "2028-02-29T23:59"),
        ("2026-05-15T00:00", "2026-12-15T00:00", "2027-01-15T00:00"),
    ],
)
def test_month_ends_on_the_day_of_its_anchor_or_its_last(anchor, start, end):
    assert period_end(at(anchor), MONTHLY, start=at(start)) == at(end)


@pytest.mark.parametrize(("interval", "many", "days"), [("day", 3, 3), ("week", 2, 14), ("year", 1, 365)])
def test_other_intervals_are_counted_from_the_anchor(interval, many, days):
    anchor = at("2026-03-01T00:00")
    assert period_end(anchor, {"interval": interval, "interval_count": many}, start=anchor) == anchor + days * DAY


def test_failing_renewal_is_past_due_and_tried_again(client, sandbox):
    subscription = subscribe(client)
    use_card(client, subscription, "pm_card_chargeCustomerFail")
    _, end = period(subscription)
    let_pass(sandbox, end - subscription.created + 2 * HOUR)
    invoice = invoices_of(client, subscription)[0]
    assert (invoice.status, invoice.attempt_count, invoice.attempted) == ("open", 1, True)
    assert invoice.next_payment_attempt == end + HOUR + DAY
    assert client.v1.subscriptions.retrieve(subscription.id).status == "past_due"
    assert events_about(client, invoice.id)[-1] == "invoice.payment_failed"
    let_pass(sandbox, end - subscription.created + 2 * HOUR + DAY)
    assert client.v1.invoices.retrieve(invoice.id).attempt_count == 2


def test_retry_with_another_card_makes_it_active_again(client, sandbox):
    subscription = subscribe(client)
    use_card(client, subscription, "pm_card_chargeCustomerFail")
    _, end = period(subscription)
    let_pass(sandbox, end - subscription.created + 2 * HOUR)
    use_card(client, subscription, "pm_card_visa")
    let_pass(sandbox, end - subscription.created + 2 * HOUR + DAY)
    invoice = invoices_of(client, subscription)[0]
    assert (invoice.status, invoice.attempt_count, invoice.next_payment_attempt) == ("paid", 2, None)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"


def test_after_eight_retries_in_two_weeks_the_subscription_is_canceled(client, sandbox):
    subscription = subscribe(client)
    use_card(client, subscription, "pm_card_chargeCustomerFail")
    _, end = period(subscription)
    let_pass(sandbox, end - subscription.created + 14 * DAY + 2 * HOUR)
    ended = client.v1.subscriptions.retrieve(subscription.id)
    assert (ended.status, ended.cancellation_details.reason) == ("canceled", "payment_failed")
    assert ended.ended_at == end + HOUR + 14 * DAY
    invoice = invoices_of(client, subscription)[0]
    assert (invoice.status, invoice.attempt_count, invoice.next_payment_attempt, invoice.auto_advance) == (
        "open",
        9,
        None,
        False,
    )
    assert events_about(client, subscription.id)[-1] == "customer.subscription.deleted"
    let_pass(sandbox, 4 * MONTH)
    assert len(invoices_of(client, subscription)) == 2


def test_card_that_wants_its_owner_asks_for_action(client, sandbox):
    subscription = subscribe(client)
    use_card(client, subscription, "pm_card_authenticationRequired")
    _, end = period(subscription)
    let_pass(sandbox, end - subscription.created + 2 * HOUR)
    invoice = invoices_of(client, subscription)[0]
    assert events_about(client, invoice.id)[-2:] == ["invoice.payment_failed", "invoice.payment_action_required"]
