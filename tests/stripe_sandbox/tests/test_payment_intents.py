"""Payment intents and charges, as far as a session leaves them to the API."""

import pytest

from tests.stripe_sandbox import payer
from tests.stripe_sandbox.tests.conftest import refusal

_DAY = 24 * 60 * 60


@pytest.fixture
def intent(client, open_session) -> str:
    """An unpaid intent, after a declined card."""
    session = open_session()
    payer.pay(session.url, card=payer.DECLINED)
    return client.v1.checkout.sessions.retrieve(session.id).payment_intent


def test_intent_of_a_session_is_canceled_by_the_session_alone(client, intent):
    error = refusal(lambda: client.v1.payment_intents.cancel(intent))
    assert error.code == "payment_intent_unexpected_state"
    assert client.v1.payment_intents.retrieve(intent).status == "requires_payment_method"


def test_metadata_of_intent_and_charge_can_be_changed(client, intent):
    assert client.v1.payment_intents.update(intent, {"metadata": {"order": "A7K2"}}).metadata.to_dict() == {
        "order": "A7K2"
    }
    charge = client.v1.charges.list({"payment_intent": intent}).data[0]
    assert client.v1.charges.update(charge.id, {"description": "Order A7K2"}).description == "Order A7K2"
    assert refusal(lambda: client.v1.payment_intents.update(intent, {"amount": 1})).http_status == 501


def test_intents_are_listed(client, intent):
    assert client.v1.payment_intents.list({"limit": 1}).data[0].id == intent


def test_money_is_available_two_days_later(client, open_session):
    session = open_session()
    payer.pay(session.url)
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    client.v1.refunds.create({"payment_intent": intent})
    entry = client.v1.balance_transactions.list({"type": "charge", "limit": 1}).data[0]
    assert entry.available_on - entry.created == 2 * _DAY
    assert client.v1.balance_transactions.retrieve(entry.id).net == entry.amount - entry.fee
