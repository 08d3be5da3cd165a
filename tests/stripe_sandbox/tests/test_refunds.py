"""Refunds: whole or in part, never more than was paid. Source: https://docs.stripe.com/refunds"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe

from tests.stripe_sandbox import payer
from tests.stripe_sandbox.receiver import eventually
from tests.stripe_sandbox.tests.conftest import refusal


@pytest.fixture
def intent(client, open_session) -> str:
    """A paid intent of $28.50."""
    session = open_session()
    payer.pay(session.url)
    return client.v1.checkout.sessions.retrieve(session.id).payment_intent


def charge_of(client, intent):
    return client.v1.charges.list({"payment_intent": intent, "expand": ["data.refunds"]}).data[0]


def test_refund_is_of_the_whole_charge_unless_told_otherwise(client, intent):
    refund = client.v1.refunds.create(
        {"payment_intent": intent, "reason": "requested_by_customer", "metadata": {"order": "A7"}}
    )
    assert (refund.amount, refund.status, refund.metadata.to_dict()) == (2850, "succeeded", {"order": "A7"})
    charge = charge_of(client, intent)
    assert (charge.amount_refunded, charge.refunded) == (2850, True)
    assert [one.id for one in charge.refunds.data] == [refund.id]


def test_refunds_in_part_add_up_and_no_further(client, intent):
    client.v1.refunds.create({"payment_intent": intent, "amount": 1000})
    assert charge_of(client, intent).refunded is False
    error = refusal(lambda: client.v1.refunds.create({"payment_intent": intent, "amount": 1851}))
    assert "Refund amount ($18.51) is greater than unrefunded amount on charge ($18.50)" in str(error)
    client.v1.refunds.create({"charge": charge_of(client, intent).id, "amount": 1850})
    error = refusal(lambda: client.v1.refunds.create({"payment_intent": intent}))
    assert error.code == "charge_already_refunded"
    assert sum(refund.amount for refund in client.v1.refunds.list({"payment_intent": intent}).data) == 2850


def test_refunds_at_once_never_exceed_the_charge(client, intent):
    def refund(_: int) -> int:
        try:
            return client.v1.refunds.create({"payment_intent": intent, "amount": 1000}).amount
        except stripe.InvalidRequestError:
            return 0

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(refund, range(6))) == 2000
    assert charge_of(client, intent).amount_refunded == 2000


@pytest.mark.parametrize("amount", [0, -1])
def test_refund_of_nothing_is_refused(client, intent, amount):
    assert refusal(lambda: client.v1.refunds.create({"payment_intent": intent, "amount": amount})).param == "amount"


def test_refund_names_one_payment(client, intent):
    refusal(lambda: client.v1.refunds.create({"amount": 100}))
    charge = charge_of(client, intent).id
    refusal(lambda: client.v1.refunds.create({"payment_intent": intent, "charge": charge}))
    assert refusal(lambda: client.v1.refunds.create({"charge": "ch_unknown"})).http_status == 404


def test_unpaid_intent_cannot_be_refunded(client, open_session):
    session = open_session()
    payer.pay(session.url, card=payer.DECLINED)
    unpaid = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    assert "successful charge" in str(refusal(lambda: client.v1.refunds.create({"payment_intent": unpaid})))


def test_refund_keeps_the_fee(client, intent):
    refund = client.v1.refunds.create({"payment_intent": intent, "amount": 1000, "expand": ["balance_transaction"]})
    balance = refund.balance_transaction
    assert (balance.amount, balance.fee, balance.net, balance.type) == (-1000, 0, -1000, "refund")
    charge = client.v1.charges.retrieve(charge_of(client, intent).id, {"expand": ["balance_transaction"]})
    assert charge.balance_transaction.net == 2737
    books = client.v1.balance_transactions.list({"limit": 10}).data
    assert {entry.source for entry in books} >= {refund.id, charge.id}, "in either order: a charge is booked late"


def test_refund_is_told_by_events(client, sandbox, listener, intent):
    refund = client.v1.refunds.create({"payment_intent": intent})
    events = client.v1.events.list({"types": ["refund.created", "charge.refunded"], "limit": 2}).data
    assert {event.type for event in events} == {"refund.created", "charge.refunded"}
    assert events[1].data.object["id"] == refund.id
    assert events[0].data.previous_attributes["amount_refunded"] == 0


@pytest.mark.parametrize(
    ("card", "at_first", "at_last", "event"),
    [
        ("4000000000007726", "pending", "succeeded", "refund.updated"),
        ("4000000000005126", "succeeded", "failed", "refund.failed"),
    ],
)
def test_refund_can_take_its_time(client, open_session, card, at_first, at_last, event):
    session = open_session()
    payer.pay(session.url, card=card)
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    refund = client.v1.refunds.create({"payment_intent": intent})
    assert refund.status == at_first
    eventually(lambda: client.v1.refunds.retrieve(refund.id).status == at_last)
    assert client.v1.events.list({"type": event}).data[0].data.object["id"] == refund.id
    assert charge_of(client, intent).refunded is (at_last == "succeeded")


def test_failed_refund_comes_back_to_the_balance(client, open_session):
    session = open_session()
    payer.pay(session.url, card="4000000000005126")
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    refund = client.v1.refunds.create({"payment_intent": intent})
    eventually(lambda: client.v1.refunds.retrieve(refund.id).status == "failed")
    entries = client.v1.balance_transactions.list({"source": refund.id}).data
    assert sum(entry.net for entry in entries) == 0


def test_reason_of_fraud_is_noted_on_the_charge(client, intent):
    client.v1.refunds.create({"payment_intent": intent, "reason": "fraudulent"})
    assert charge_of(client, intent).fraud_details.user_report == "fraudulent"
    assert refusal(lambda: client.v1.refunds.create({"payment_intent": intent, "reason": "mood"})).param == "reason"


def test_refund_that_waits_for_no_action_cannot_be_canceled(client, intent):
    refund = client.v1.refunds.create({"payment_intent": intent})
    assert "requires_action" in str(refusal(lambda: client.v1.refunds.cancel(refund.id)))


@pytest.mark.parametrize(
    ("status", "reason", "events"),
    [
        ("failed", "lost_or_stolen_card", ["refund.updated", "charge.refund.updated", "refund.failed"]),
        ("canceled", "merchant_request", ["refund.updated", "charge.refund.updated"]),
        ("succeeded", None, ["refund.updated", "charge.refund.updated"]),
    ],
)
def test_test_may_end_a_refund(client, sandbox, open_session, status, reason, events):
    sandbox.control("bank-debit", days=1)
    session = open_session()
    payer.pay_by_bank(session.url)
    sandbox.control("clock", offset=86_400 + 60)
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    refund = client.v1.refunds.create({"payment_intent": intent})
    sandbox.control("refund", refund=refund.id, status=status, reason="lost_or_stolen_card")
    ended = client.v1.refunds.retrieve(refund.id)
    assert (ended.status, getattr(ended, "failure_reason", None)) == (status, reason)
    assert charge_of(client, intent).refunded is (status == "succeeded")
    told = client.v1.events.list({"types": ["refund.updated", "charge.refund.updated", "refund.failed"], "limit": 3})
    assert [event.type for event in told.data if event.data.object["id"] == refund.id][::-1] == events


def test_refunds_are_listed_by_their_charge_and_time(client, intent):
    refund = client.v1.refunds.create({"payment_intent": intent, "amount": 100})
    params: Any = {"charge": charge_of(client, intent).id, "created": {"gte": refund.created}}
    assert [one.id for one in client.v1.refunds.list(params).data] == [refund.id]
    assert client.v1.refunds.list({**params, "created": {"gt": refund.created + 3600}}).data == []
