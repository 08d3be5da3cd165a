"""Subscriptions through the API: made, changed, paused, resumed and ended."""

import pytest

from tests.stripe_sandbox import payer
from tests.stripe_sandbox.tests.billing import (
    DAY,
    MONTH,
    events_about,
    gift,
    invoices_of,
    let_pass,
    monthly,
    period,
    subscribe,
    use_card,
)
from tests.stripe_sandbox.tests.conftest import refusal


@pytest.fixture
def product(client):
    return client.v1.products.create({"name": "Monthly gift"}).id


@pytest.fixture
def subscription(client):
    return subscribe(client)


def new_amount(subscription, product, amount):
    item = subscription["items"].data[0].id
    return {"items": [{"id": item, "price_data": monthly(amount, product=product)}], "proration_behavior": "none"}


def test_new_amount_counts_from_the_next_invoice(client, sandbox, subscription, product):
    changed = client.v1.subscriptions.update(subscription.id, new_amount(subscription, product, 4000))
    assert changed["items"].data[0].price.unit_amount == 4000
    assert period(changed) == period(subscription)
    assert len(invoices_of(client, subscription)) == 1
    let_pass(sandbox, MONTH)
    assert [invoice.amount_paid for invoice in invoices_of(client, subscription)] == [4000, 2500]


def test_new_price_brings_the_quantity_back_to_one(client, product):
    subscription = subscribe(client, line_items=[{"quantity": 3, "price_data": monthly(1000)}])
    changed = client.v1.subscriptions.update(subscription.id, new_amount(subscription, product, 4000))
    assert changed["items"].data[0].quantity == 1


@pytest.mark.parametrize(
    ("price", "more", "param", "status"),
    [
        ({"product_data": {"name": "Gift"}}, {}, "items[0][price_data][product_data]", 400),
        ({}, {"proration_behavior": "create_prorations"}, "proration_behavior", 501),
        ({"recurring": {"interval": "year"}}, {}, "items", 501),
        ({"unit_amount": 20}, {}, "items", 501),
    ],
)
def test_change_of_amount_that_cannot_be_is_refused(client, subscription, product, price, more, param, status):
    wish = new_amount(subscription, product, 4000)
    wish["items"][0]["price_data"] |= price
    error = refusal(lambda: client.v1.subscriptions.update(subscription.id, wish | more))
    assert (error.json_body["error"]["param"], error.http_status) == (param, status)
    assert client.v1.subscriptions.retrieve(subscription.id)["items"].data[0].price.unit_amount == 2500


def test_subscription_is_made_by_api_for_a_saved_card(client, product):
    customer = client.v1.customers.create({"email": "bob@example.org"}).id
    method = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer}).id
    wish = {"customer": customer, "items": [{"price_data": monthly(700, product=product)}], "metadata": {"gift": "G8"}}
    assert "payment method" in str(refusal(lambda: client.v1.subscriptions.create(wish)))
    client.v1.customers.update(customer, {"invoice_settings": {"default_payment_method": method}})
    made = client.v1.subscriptions.create({**wish, "expand": ["latest_invoice"]})
    assert (made.status, made.latest_invoice.status, made.latest_invoice.amount_paid) == ("active", "paid", 700)
    assert [one.id for one in client.v1.subscriptions.list({"customer": customer}).data] == [made.id]


def test_first_charge_declined_leaves_it_incomplete_for_23_hours(client, sandbox, product):
    customer = client.v1.customers.create({"email": "bob@example.org"}).id
    method = client.v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer}).id
    wish = {
        "customer": customer,
        "default_payment_method": method,
        "items": [{"price_data": monthly(700, product=product)}],
    }
    error = refusal(lambda: client.v1.subscriptions.create({**wish, "payment_behavior": "error_if_incomplete"}))
    assert (error.http_status, error.code) == (402, "card_declined")
    assert client.v1.subscriptions.list({"customer": customer, "status": "all"}).data == []
    made = client.v1.subscriptions.create(wish)
    assert made.status == "incomplete"
    let_pass(sandbox, DAY)
    assert client.v1.subscriptions.retrieve(made.id).status == "incomplete_expired"
    assert client.v1.invoices.retrieve(made.latest_invoice).status == "void"


def test_incomplete_subscription_becomes_active_when_its_invoice_is_paid(client, product):
    customer = client.v1.customers.create({"email": "bob@example.org"}).id
    method = client.v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer}).id
    good = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer}).id
    made = client.v1.subscriptions.create(
        {
            "customer": customer,
            "default_payment_method": method,
            "items": [{"price_data": monthly(700, product=product)}],
        }
    )
    client.v1.invoices.pay(made.latest_invoice, {"payment_method": good})
    assert client.v1.subscriptions.retrieve(made.id).status == "active"


def test_canceled_subscription_says_why(client, sandbox, subscription):
    details = {"feedback": "too_expensive", "comment": "Not this year"}
    ended = client.v1.subscriptions.cancel(subscription.id, {"cancellation_details": details})
    assert (ended.status, ended.cancellation_details.reason) == ("canceled", "cancellation_requested")
    assert (ended.cancellation_details.feedback, ended.cancellation_details.comment) == (
        "too_expensive",
        "Not this year",
    )
    assert events_about(client, subscription.id)[-1] == "customer.subscription.deleted"
    assert client.v1.subscriptions.list({"customer": subscription.customer}).data == []
    assert len(client.v1.subscriptions.list({"customer": subscription.customer, "status": "canceled"}).data) == 1
    let_pass(sandbox, MONTH)
    assert len(invoices_of(client, subscription)) == 1
    assert refusal(lambda: client.v1.subscriptions.cancel(subscription.id)).http_status == 404
    assert refusal(lambda: client.v1.subscriptions.update(subscription.id, {"description": "x"})).http_status == 400


def test_subscription_can_end_with_its_period_or_stay_after_all(client, sandbox, subscription):
    _, end = period(subscription)
    leaving = client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert (leaving.status, leaving.cancel_at) == ("active", end)
    staying = client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
    assert (staying.cancel_at, staying.canceled_at, staying.cancellation_details.reason) == (None, None, None)
    client.v1.subscriptions.update(subscription.id, {"cancel_at": "min_period_end"})
    let_pass(sandbox, MONTH)
    ended = client.v1.subscriptions.retrieve(subscription.id)
    assert (ended.status, ended.ended_at) == ("canceled", end)
    assert len(invoices_of(client, subscription)) == 1


def test_change_is_told_with_what_it_was_before(client, subscription):
    client.v1.subscriptions.update(subscription.id, {"metadata": {"gift": "G9"}})
    event = client.v1.events.list({"type": "customer.subscription.updated", "limit": 1}).data[0]
    assert event.data.previous_attributes.to_dict() == {"metadata": {"gift": "G7"}}


def test_change_of_nothing_is_not_told(client, subscription):
    client.v1.subscriptions.update(subscription.id, {"metadata": {"gift": "G7"}})
    assert events_about(client, subscription.id) == ["customer.subscription.created"]


def test_foreign_card_cannot_pay(client, subscription):
    other = client.v1.customers.create({"email": "bob@example.org"}).id
    card = client.v1.payment_methods.attach("pm_card_visa", {"customer": other}).id
    error = refusal(lambda: client.v1.subscriptions.update(subscription.id, {"default_payment_method": card}))
    assert error.param == "default_payment_method"


def test_unpaid_invoice_of_a_canceled_subscription_is_not_tried_again(client, sandbox, subscription):
    use_card(client, subscription, "pm_card_chargeCustomerFail")
    let_pass(sandbox, MONTH)
    client.v1.subscriptions.cancel(subscription.id)
    let_pass(sandbox, 2 * MONTH)
    invoice = invoices_of(client, subscription)[0]
    assert (invoice.status, invoice.next_payment_attempt, invoice.auto_advance) == ("open", None, False)


def test_unbuilt_parameter_is_named(client, subscription):
    error = refusal(lambda: client.v1.subscriptions.update(subscription.id, {"trial_end": "now"}))
    assert (error.http_status, error.json_body["error"]["param"]) == (501, "trial_end")


def test_paying_session_again_leads_to_the_same_subscription(client):
    session = client.v1.checkout.sessions.create(gift())
    payer.pay(session.url)
    payer.pay(session.url)
    customer = client.v1.checkout.sessions.retrieve(session.id).customer
    assert len(client.v1.subscriptions.list({"customer": customer}).data) == 1
