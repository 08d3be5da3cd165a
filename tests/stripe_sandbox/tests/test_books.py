"""The sandbox's own books, which a site's ledger is compared with."""

import pytest

from tests.stripe_sandbox import payer
from tests.stripe_sandbox.tests.paying import DAY, paid, wait


@pytest.fixture
def row(sandbox):
    def of(charge) -> dict:
        return next(row for row in sandbox.control("ledger")["charges"] if row["charge"] == charge.id)

    return of


def test_charge_its_fee_and_net_are_told(client, sandbox, open_session, row):
    charge = paid(client, open_session)
    wait(sandbox)
    assert row(charge) == {
        "charge": charge.id,
        "payment_intent": charge.payment_intent,
        "currency": "usd",
        "status": "succeeded",
        "amount": 2850,
        "refunded": 0,
        "refund_pending": 0,
        "refund_waiting": 0,
        "dispute": None,
        "disputed": 0,
        "fee": 113,
        "net": 2737,
    }


def test_refunds_count_once_they_succeeded(client, open_session, row):
    charge = paid(client, open_session)
    client.v1.refunds.create({"charge": charge.id, "amount": 1000})
    assert (row(charge)["refunded"], row(charge)["net"]) == (1000, 2737 - 1000)


def test_failed_refund_does_not_count(client, sandbox, open_session, row):
    charge = paid(client, open_session)
    refund = client.v1.refunds.create({"charge": charge.id})
    sandbox.control("refund", refund=refund.id, status="failed")
    assert (row(charge)["refunded"], row(charge)["net"]) == (0, 2737)


@pytest.mark.parametrize(("action", "away", "fee"), [("win-dispute", 0, 113), ("lose-dispute", 2850, 1613)])
def test_dispute_counts_as_long_as_its_money_is_away(client, sandbox, open_session, row, action, away, fee):
    charge = paid(client, open_session)
    dispute = sandbox.control("dispute", charge=charge.id)
    assert (row(charge)["dispute"], row(charge)["disputed"]) == ("needs_response", 2850)
    sandbox.control(action, dispute=dispute["id"])
    told = row(charge)
    assert (told["disputed"], told["fee"], told["net"]) == (away, fee, 2850 - away - fee)


def test_declined_card_counts_nothing(client, open_session, sandbox):
    session = open_session()
    payer.pay(session.url, card=payer.DECLINED)
    told = sandbox.control("ledger")["charges"][-1]
    assert (told["status"], told["amount"], told["net"]) == ("failed", 0, 0)


def test_totals_are_what_was_paid_out_and_what_is_left(client, sandbox, open_session):
    paid(client, open_session)
    wait(sandbox, 4 * DAY)
    told = sandbox.control("ledger")
    total = told["totals"]["usd"]
    assert total["net"] == sum(row["net"] for row in told["charges"]) == total["paid_out"] + total["balance"]
    assert total["paid_out"] == sum(payout.amount for payout in client.v1.payouts.list({"limit": 100}).data)
