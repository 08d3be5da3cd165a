"""Lists: pages, filters, and expansion."""

import pytest

from tests.stripe_sandbox import payer
from tests.stripe_sandbox.tests.conftest import refusal


def test_newest_comes_first_and_pages_follow_on(client):
    made = [client.v1.customers.create({"name": f"Alice {number}"}).id for number in range(5)]
    page = client.v1.customers.list({"limit": 2})
    assert [customer.id for customer in page.data] == made[:2:-1]
    assert [customer.id for customer in page.auto_paging_iter()][:5] == made[::-1]
    before = client.v1.customers.list({"limit": 2, "ending_before": made[0]})
    assert [customer.id for customer in before.data] == [made[2], made[1]]


def test_lists_are_filtered(client, open_session):
    paid, unpaid = open_session(), open_session()
    payer.pay(paid.url, email="alice@example.org")
    intent = client.v1.checkout.sessions.retrieve(paid.id).payment_intent
    sessions = client.v1.checkout.sessions
    assert [one.id for one in sessions.list({"payment_intent": intent}).data] == [paid.id]
    assert unpaid.id in [one.id for one in sessions.list({"status": "open"}).data]
    assert paid.id in [one.id for one in sessions.list({"customer_details": {"email": "alice@example.org"}}).data]
    assert [one.payment_intent for one in client.v1.charges.list({"payment_intent": intent}).data] == [intent]


def test_lists_are_filtered_by_time(client, open_session):
    session = open_session()
    sessions = client.v1.checkout.sessions
    assert session.id in [one.id for one in sessions.list({"created": {"gte": session.created}}).data]
    assert sessions.list({"created": {"gt": session.created + 60}}).data == []
    assert sessions.list({"created": session.created - 3600}).data == []


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 101}, {"starting_after": "cus_unknown"}])
def test_impossible_page_is_refused(client, params):
    assert refusal(lambda: client.v1.customers.list(params)).param in params


def test_items_of_a_list_are_expanded(client, open_session):
    session = open_session()
    payer.pay(session.url)
    page = client.v1.checkout.sessions.list({"limit": 1, "expand": ["data.payment_intent.latest_charge"]})
    assert page.data[0].payment_intent.latest_charge.amount == 2850


@pytest.mark.parametrize("path", ["payment_intent.latest_charge.balance_transaction", "shipping_cost.shipping_rate"])
def test_what_is_not_there_yet_expands_to_nothing(client, open_session, path):
    session = client.v1.checkout.sessions.retrieve(open_session().id, {"expand": [path]})
    assert getattr(session, path.partition(".")[0]) is None


@pytest.mark.parametrize("path", ["status", "amount_total", "surprise", "total_details", "payment_intent.a.b.c.d"])
def test_what_cannot_be_expanded_is_refused(client, open_session, path):
    session = open_session()
    error = refusal(lambda: client.v1.checkout.sessions.retrieve(session.id, {"expand": [path]}))
    assert error.param == "expand"


def test_unknown_object_is_a_404(client):
    error = refusal(lambda: client.v1.checkout.sessions.retrieve("cs_test_nothing"))
    assert (error.http_status, error.code) == (404, "resource_missing")


def test_id_of_another_kind_is_a_404(client, open_session):
    session = open_session()
    assert refusal(lambda: client.v1.charges.retrieve(session.id)).http_status == 404
