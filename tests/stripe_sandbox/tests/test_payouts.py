"""Payouts: what is inside them adds up. Source: https://docs.stripe.com/payouts/reconciliation"""

import pytest

from tests.stripe_sandbox import payer
from tests.stripe_sandbox.launch import start_sandbox
from tests.stripe_sandbox.tests.conftest import client_of, line, order, refusal
from tests.stripe_sandbox.tests.paying import DAY, paid, types_about, wait


@pytest.fixture
def cleared(client, sandbox):
    """Nothing of earlier tests is left in the balance, and no payout comes by itself before three days."""
    sandbox.control("payout", early=True)


def inside(client, payout_id):
    """What the payout paid out, without its own entry."""
    page = client.v1.balance_transactions.list({"payout": payout_id, "limit": 100})
    return [entry for entry in page.auto_paging_iter() if entry.type != "payout"]


def newest(client):
    return client.v1.payouts.list({"limit": 1}).data[0]


@pytest.mark.usefixtures("cleared")
def test_payout_holds_exactly_what_adds_up_to_it(client, sandbox, open_session):
    kept, refunded, disputed = (paid(client, open_session) for _ in range(3))
    client.v1.refunds.create({"charge": refunded.id, "amount": 1001})
    dispute = sandbox.control("dispute", charge=disputed.id, amount=500)
    wait(sandbox, 4 * DAY)
    payout = newest(client)
    entries = inside(client, payout.id)
    assert sum(entry.net for entry in entries) == payout.amount == 3 * 2737 - 1001 - (500 + 1500)
    sources = {entry.source for entry in entries}
    assert {kept.id, refunded.id, disputed.id, dispute["id"]} < sources
    assert len(sources) == 5
    assert {entry.status for entry in entries} == {"available"}


@pytest.mark.usefixtures("cleared")
def test_payouts_own_entry_takes_it_from_the_balance(client, sandbox, open_session):
    paid(client, open_session)
    wait(sandbox, 4 * DAY)
    payout = newest(client)
    own = client.v1.balance_transactions.retrieve(payout.balance_transaction)
    assert (own.type, own.net, own.source) == ("payout", -payout.amount, payout.id)
    page = client.v1.balance_transactions.list({"payout": payout.id})
    assert own.id in [entry.id for entry in page.data]
    balance = client.v1.balance.retrieve()
    assert [(one.currency, one.amount) for one in balance.available] == [("usd", 0)]


@pytest.mark.usefixtures("cleared")
def test_payout_goes_its_way(client, sandbox, open_session):
    charge = paid(client, open_session)
    wait(sandbox, 60)
    assert client.v1.balance_transactions.retrieve(client.v1.charges.retrieve(charge.id).balance_transaction)
    wait(sandbox, 6 * DAY)
    payout = newest(client)
    assert (payout.status, payout.automatic, payout.reconciliation_status) == ("paid", True, "completed")
    assert payout.created % DAY == 0
    assert payout.arrival_date == payout.created + DAY
    assert types_about(client, payout.id) == [
        "payout.created",
        "payout.updated",
        "payout.reconciliation_completed",
        "payout.updated",
        "payout.paid",
    ]


@pytest.mark.usefixtures("cleared")
def test_each_day_has_its_own_payout(client, sandbox, open_session):
    before = len(client.v1.payouts.list({"limit": 100}).data)
    paid(client, open_session)
    wait(sandbox, 1 * DAY)
    paid(client, open_session)
    wait(sandbox, 9 * DAY)
    payouts = client.v1.payouts.list({"limit": 100}).data
    assert len(payouts) - before == 2
    assert [payout.amount for payout in payouts[:2]] == [2737, 2737]
    assert payouts[0].created - payouts[1].created == DAY


@pytest.mark.usefixtures("cleared")
def test_content_is_told_once_it_is_known(client, sandbox, open_session):
    paid(client, open_session)
    wait(sandbox, 60)
    told = sandbox.control("payout", early=True)
    error = refusal(lambda: inside(client, told["id"]))
    assert error.code == "payout_reconciliation_not_ready"
    wait(sandbox, 180)
    assert len(inside(client, told["id"])) == 1


@pytest.mark.usefixtures("cleared")
def test_failed_payout_comes_back_and_leaves_with_the_next(client, sandbox, open_session):
    paid(client, open_session)
    told = sandbox.control("payout", early=True)
    wait(sandbox, 2 * DAY)
    assert client.v1.payouts.retrieve(told["id"]).status == "paid"
    sandbox.control("fail-payout", payout=told["id"], code="no_account")
    failed = client.v1.payouts.retrieve(told["id"])
    assert (failed.status, failed.failure_code) == ("failed", "no_account")
    back = client.v1.balance_transactions.retrieve(failed.failure_balance_transaction)
    assert (back.type, back.net, back.source) == ("payout_failure", failed.amount, failed.id)
    assert types_about(client, failed.id)[-1] == "payout.failed"
    wait(sandbox, 4 * DAY)
    again = newest(client)
    assert (again.id != failed.id, again.amount) == (True, failed.amount)
    assert [entry.id for entry in inside(client, again.id)] == [back.id]


@pytest.mark.usefixtures("cleared")
def test_content_of_a_manual_payout_is_not_known(client, sandbox, open_session):
    paid(client, open_session)
    wait(sandbox, 2 * DAY + 60)
    payout = client.v1.payouts.retrieve(sandbox.control("payout", amount=1000)["id"])
    assert (payout.automatic, payout.reconciliation_status) == (False, "not_applicable")
    assert "only be filtered on automatic" in str(refusal(lambda: inside(client, payout.id)))
    wait(sandbox, 4 * DAY)
    assert newest(client).amount == 2737 - 1000


def test_more_than_is_available_cannot_be_paid_out(client, sandbox, open_session):
    paid(client, open_session)
    with pytest.raises(OSError, match="400"):
        sandbox.control("payout", amount=10_000_000)


@pytest.mark.usefixtures("cleared")
def test_balance_below_zero_is_not_paid_out(client, sandbox, open_session):
    charge = paid(client, open_session)
    sandbox.control("payout", early=True)
    client.v1.refunds.create({"charge": charge.id})
    before = newest(client).id
    wait(sandbox, 9 * DAY)
    assert newest(client).id == before
    assert client.v1.balance.retrieve().available[0].amount == -2850


def test_balance_tells_pending_from_available():
    with start_sandbox() as sandbox:
        client = client_of(sandbox)
        payer.pay(client.v1.checkout.sessions.create(order()).url)
        sandbox.control("payouts", daily=False)
        for offset, available, pending in ((60, 0, 2737), (3 * DAY, 2737, 0)):
            wait(sandbox, offset)
            balance = client.v1.balance.retrieve()
            assert (balance.available[0].amount, balance.pending[0].amount) == (available, pending)
        assert client.v1.payouts.list().data == []


def test_payouts_are_listed_by_status_and_arrival(client, sandbox, open_session):
    paid(client, open_session, line_items=[line("Gift", 100_000)])
    payout = sandbox.control("payout", early=True)
    on_its_way = client.v1.payouts.list({"status": "in_transit"}).data
    assert payout["id"] in [one.id for one in on_its_way]
    found = client.v1.payouts.list({"arrival_date": {"gte": payout["arrival_date"]}, "limit": 100}).data
    assert payout["id"] in [one.id for one in found]
    assert client.v1.payouts.list({"arrival_date": payout["arrival_date"] + 900 * DAY}).data == []
