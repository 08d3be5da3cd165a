"""Test clocks: a customer's time stands still until it is advanced, and nobody else's moves with it."""

import pytest

from tests.stripe_sandbox import payer
from tests.stripe_sandbox.receiver import eventually
from tests.stripe_sandbox.tests.billing import DAY, invoices_of, let_pass, monthly, period, subscribe
from tests.stripe_sandbox.tests.conftest import refusal

START = 1_900_000_000


@pytest.fixture
def clock(client):
    return client.v1.test_helpers.test_clocks.create({"frozen_time": START, "name": "A year of gifts"})


@pytest.fixture
def customer(client, clock):
    made = client.v1.customers.create({"email": "alice@example.org", "test_clock": clock.id})
    method = client.v1.payment_methods.attach("pm_card_visa", {"customer": made.id})
    client.v1.customers.update(made.id, {"invoice_settings": {"default_payment_method": method.id}})
    return made


@pytest.fixture
def subscription(client, customer):
    product = client.v1.products.create({"name": "Monthly gift"}).id
    return client.v1.subscriptions.create(
        {"customer": customer.id, "items": [{"price_data": monthly(2500, product=product)}]}
    )


def advance(client, clock, to):
    answer = client.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": to})
    assert (answer.status, answer.status_details.advancing.target_frozen_time) == ("advancing", to)
    eventually(lambda: client.v1.test_helpers.test_clocks.retrieve(clock.id).status == "ready")


def test_objects_live_at_the_frozen_time(subscription, customer):
    assert (customer.created, subscription.created, period(subscription)[0]) == (START, START, START)
    assert subscription.test_clock == customer.test_clock


def test_advancing_renews_this_customer_alone(client, clock, subscription):
    other = subscribe(client)
    advance(client, clock, START + 32 * DAY)
    advance(client, clock, START + 64 * DAY)
    invoices = invoices_of(client, subscription)
    assert [invoice.status for invoice in invoices] == ["paid"] * 3
    assert invoices[0].created == period(client.v1.subscriptions.retrieve(subscription.id))[0]
    assert len(invoices_of(client, other)) == 1
    assert client.v1.test_helpers.test_clocks.retrieve(clock.id).frozen_time == START + 64 * DAY


def test_money_settles_by_the_ordinary_clock(client, clock, subscription):
    advance(client, clock, START + 32 * DAY)
    charges = client.v1.charges.list({"customer": subscription.customer}).data
    assert len(charges) == 2
    eventually(lambda: client.v1.charges.retrieve(charges[0].id).balance_transaction is not None)


def test_ordinary_clock_does_not_move_it(client, sandbox, subscription):
    let_pass(sandbox, 70 * DAY)
    assert len(invoices_of(client, subscription)) == 1


def test_arrival_and_what_happened_on_the_way_are_delivered_at_once(client, clock, sandbox, listener, subscription):
    listener.received.clear()
    advance(client, clock, START + 32 * DAY)
    wanted = {"test_helpers.test_clock.ready", "customer.subscription.updated", "invoice.paid"}
    eventually(lambda: wanted <= set(listener.types(sandbox.webhook_secret)))


def test_checkout_of_a_clocks_customer_begins_at_its_time(client, customer):
    begun = subscribe(client, customer=customer.id)
    assert begun.created == START


def test_clock_goes_forward_and_not_too_far(client, clock, subscription):
    for target in (START, START - DAY, START + 63 * DAY):
        error = refusal(
            lambda target=target: client.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": target})
        )
        assert error.param == "frozen_time"


def test_lists_keep_the_clocks_objects_apart(client, clock, customer, subscription):
    assert customer.id not in [one.id for one in client.v1.customers.list().data]
    assert [one.id for one in client.v1.customers.list({"test_clock": clock.id}).data] == [customer.id]
    assert subscription.id not in [one.id for one in client.v1.subscriptions.list().data]
    assert [one.id for one in client.v1.subscriptions.list({"test_clock": clock.id}).data] == [subscription.id]
    assert [one.id for one in client.v1.subscriptions.list({"customer": customer.id}).data] == [subscription.id]


def test_deleted_clock_takes_its_customers_along(client, clock, customer, subscription):
    assert clock.id in [one.id for one in client.v1.test_helpers.test_clocks.list().data]
    assert client.v1.test_helpers.test_clocks.delete(clock.id).deleted
    for call in (
        lambda: client.v1.test_helpers.test_clocks.retrieve(clock.id),
        lambda: client.v1.customers.retrieve(customer.id),
        lambda: client.v1.subscriptions.retrieve(subscription.id),
    ):
        assert refusal(call).code == "resource_missing"


def test_portal_of_a_clocks_customer_acts_at_its_time(client, customer, subscription):
    session = client.v1.billing_portal.sessions.create({"customer": customer.id})
    payer.cancel_in_portal(session.url, subscription.id)
    assert client.v1.subscriptions.retrieve(subscription.id).canceled_at == START
