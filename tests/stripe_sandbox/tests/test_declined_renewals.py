"""What a decline of a renewal leads to: which are tried again, and when it ends."""

import pytest

from tests.stripe_sandbox.tests.billing import DAY, MONTH, invoices_of, let_pass, period, subscribe, use_card
from tests.stripe_sandbox.tests.conftest import refusal

HOUR = 60 * 60


@pytest.fixture
def subscription(client):
    return subscribe(client)


def test_hard_decline_is_not_tried_again_until_there_is_another_card(client, sandbox, subscription):
    sandbox.control("card-fate", payment_method=subscription.default_payment_method, decline="lost_card")
    _, end = period(subscription)
    let_pass(sandbox, end - subscription.created + 5 * DAY)
    invoice = invoices_of(client, subscription)[0]
    assert (invoice.status, invoice.attempt_count) == ("open", 1)
    assert len(client.v1.charges.list({"customer": subscription.customer}).data) == 2
    use_card(client, subscription, "pm_card_visa")
    let_pass(sandbox, end - subscription.created + 7 * DAY)
    assert client.v1.invoices.retrieve(invoice.id).status == "paid"


def test_fate_of_a_saved_card_can_turn_and_turn_back(client, sandbox, subscription):
    card = subscription.default_payment_method
    sandbox.control("card-fate", payment_method=card, decline="insufficient_funds")
    _, end = period(subscription)
    let_pass(sandbox, end - subscription.created + 2 * HOUR)
    charge = client.v1.charges.list({"customer": subscription.customer, "limit": 1}).data[0]
    assert charge.outcome.reason == "insufficient_funds"
    sandbox.control("card-fate", payment_method=card, decline="")
    let_pass(sandbox, end - subscription.created + 2 * HOUR + DAY)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"


def test_renewal_without_any_card_fails(client, sandbox, subscription):
    client.v1.payment_methods.detach(subscription.default_payment_method)
    let_pass(sandbox, MONTH)
    invoice = invoices_of(client, subscription)[0]
    assert (invoice.status, invoice.attempted) == ("open", True)
    assert len(client.v1.charges.list({"customer": subscription.customer}).data) == 1
    assert "default_payment_method" in str(refusal(lambda: client.v1.invoices.pay(invoice.id)))


def test_retries_end_with_a_hard_decline_too(client, sandbox, subscription):
    sandbox.control("card-fate", payment_method=subscription.default_payment_method, decline="stolen_card")
    _, end = period(subscription)
    let_pass(sandbox, end - subscription.created + 15 * DAY)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "canceled"
    assert len(client.v1.charges.list({"customer": subscription.customer}).data) == 2
