"""Paying from a bank account: known only days later. Source: https://docs.stripe.com/payments/ach-direct-debit"""

import pytest

from tests.stripe_sandbox import payer
from tests.stripe_sandbox.tests.conftest import line, refusal
from tests.stripe_sandbox.tests.paying import DAY, charge_of, types_about, wait


@pytest.fixture
def _bank(sandbox):
    """Sessions offer a bank account, and debits take two days."""
    sandbox.control("bank-debit", days=2)


@pytest.fixture
def debited(client, _bank, open_session):
    """A session that was paid from a bank account a moment ago."""

    def pay(account: str = payer.BANK_SUCCEEDS):
        session = open_session()
        page = payer.pay_by_bank(session.url, account=account)
        assert (page.status, page.location) == (303, f"http://shop.example/thank-you/?session={session.id}")
        return session

    return pay


def test_page_offers_a_bank_account_only_when_it_is_on(client, sandbox, open_session):
    assert "Bank account" not in payer.get(open_session().url).text
    sandbox.control("bank-debit")
    session = open_session()
    assert session.payment_method_types == ["card", "us_bank_account"]
    for words in ("Payment method", "Routing number", "Account number", "Account holder name", "Card number"):
        assert words in payer.get(session.url).text


@pytest.mark.usefixtures("_bank")
@pytest.mark.parametrize(
    "changes",
    [
        {"excluded_payment_method_types": ["us_bank_account"]},
        {"allowed_payment_method_types": ["card"]},
        {"line_items": [line("Tag", 1200, currency="eur")]},
    ],
)
def test_session_may_rule_the_bank_account_out(open_session, changes):
    session = open_session(**changes)
    assert session.payment_method_types == ["card"]
    assert "Bank account" not in payer.get(session.url).text


@pytest.mark.usefixtures("_bank")
def test_card_still_works_beside_the_bank_account(client, open_session):
    session = open_session()
    assert payer.pay(session.url).status == 303
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_session_completes_unpaid_and_is_paid_days_later(client, sandbox, debited):
    session = debited()
    told = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (told.status, told.payment_status, told.payment_intent.status) == ("complete", "unpaid", "processing")
    charge = charge_of(client, session.id)
    assert (charge.status, charge.paid, charge.balance_transaction) == ("pending", False, None)
    wait(sandbox, 2 * DAY + 5)
    told = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (told.payment_status, told.payment_intent.status) == ("paid", "succeeded")
    assert types_about(client, session.id, charge.id, told.payment_intent.id) == [
        "payment_intent.created",
        "charge.pending",
        "payment_intent.processing",
        "checkout.session.completed",
        "charge.succeeded",
        "payment_intent.succeeded",
        "charge.updated",
        "checkout.session.async_payment_succeeded",
    ]


def test_bank_debit_costs_less_than_a_card(client, sandbox, debited):
    session = debited()
    wait(sandbox, 3 * DAY)
    entry = client.v1.balance_transactions.retrieve(charge_of(client, session.id).balance_transaction)
    assert (entry.fee, entry.net, entry.type, entry.reporting_category) == (23, 2827, "payment", "charge")


@pytest.mark.usefixtures("_bank")
def test_fee_of_a_bank_debit_is_capped(client, sandbox, open_session):
    session = open_session(line_items=[line("Gift", 100_000)])
    payer.pay_by_bank(session.url)
    wait(sandbox, 3 * DAY)
    assert client.v1.balance_transactions.retrieve(charge_of(client, session.id).balance_transaction).fee == 500


@pytest.mark.parametrize(
    ("account", "code"),
    [
        ("000111111113", "account_closed"),
        ("000111111116", "no_account"),
        ("000222222227", "insufficient_funds"),
        ("000333333335", "debit_not_authorized"),
    ],
)
def test_bank_that_refuses_says_so_days_later(client, sandbox, debited, account, code):
    session = debited(account)
    wait(sandbox, 2 * DAY + 5)
    told = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    intent = told.payment_intent
    assert (told.status, told.payment_status, intent.status) == ("complete", "unpaid", "requires_payment_method")
    assert (intent.last_payment_error.code, intent.latest_charge.status) == (code, "failed")
    assert intent.latest_charge.failure_code == code
    assert types_about(client, session.id, intent.id, intent.latest_charge.id)[-3:] == [
        "charge.failed",
        "payment_intent.payment_failed",
        "checkout.session.async_payment_failed",
    ]


def test_bank_may_never_answer(client, sandbox, debited):
    session = debited(payer.BANK_NEVER_ANSWERS)
    wait(sandbox, 60 * DAY)
    assert charge_of(client, session.id).status == "pending"


def test_debit_that_comes_back_is_a_dispute_lost_at_once(client, sandbox, debited):
    session = debited(payer.BANK_RETURNS)
    wait(sandbox, 2 * DAY + 60)
    charge = charge_of(client, session.id)
    (dispute,) = client.v1.disputes.list({"charge": charge.id}).data
    assert (dispute.status, dispute.reason, dispute.evidence_details.due_by) == ("lost", "debit_not_authorized", 0)
    assert (charge.disputed, dispute.balance_transactions[0].amount) == (True, -2850)
    assert types_about(client, dispute.id) == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.closed",
    ]
    assert "already closed" in str(refusal(lambda: client.v1.disputes.close(dispute.id)))


def test_test_may_send_a_debit_back(client, sandbox, debited):
    session = debited()
    wait(sandbox, 3 * DAY)
    told = sandbox.control("dispute", charge=charge_of(client, session.id).id, reason="insufficient_funds")
    assert (told["status"], told["reason"]) == ("lost", "insufficient_funds")


def test_refund_of_a_debit_takes_days_too(client, sandbox, debited):
    session = debited()
    wait(sandbox, 3 * DAY)
    refund = client.v1.refunds.create({"payment_intent": charge_of(client, session.id).payment_intent})
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    assert client.v1.balance_transactions.retrieve(refund.balance_transaction).type == "payment_refund"
    wait(sandbox, 6 * DAY)
    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"


def test_pending_refund_fails_when_its_debit_comes_back(client, sandbox, debited):
    session = debited()
    wait(sandbox, 3 * DAY)
    charge = charge_of(client, session.id)
    refund = client.v1.refunds.create({"charge": charge.id, "amount": 1000})
    sandbox.control("dispute", charge=charge.id)
    refund = client.v1.refunds.retrieve(refund.id)
    assert (refund.status, refund.failure_reason) == ("failed", "charge_for_pending_refund_disputed")
    assert client.v1.disputes.list({"charge": charge.id}).data[0].amount == 2850


@pytest.mark.parametrize(("account", "ends"), [(payer.BANK_SUCCEEDS, "succeeded"), (payer.BANK_FAILS, "failed")])
def test_refund_of_a_debit_under_way_waits_for_it(client, sandbox, debited, account, ends):
    session = debited(account)
    refund = client.v1.refunds.create({"charge": charge_of(client, session.id).id, "amount": 500})
    assert (refund.status, refund.pending_reason, refund.balance_transaction) == ("pending", "charge_pending", None)
    wait(sandbox, 6 * DAY)
    assert client.v1.refunds.retrieve(refund.id).status == ends
    entries = client.v1.balance_transactions.list({"source": refund.id}).data
    assert [entry.amount for entry in entries] == ([-500] if ends == "succeeded" else [])
    assert charge_of(client, session.id).amount_refunded == (500 if ends == "succeeded" else 0)


@pytest.mark.usefixtures("_bank")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"routing": "021000021"}, "routing_number"),
        ({"account": "123456789"}, "account_number"),
        ({"holder": ""}, "account_holder"),
        ({"holder": "x" * 256}, "account_holder"),
        ({"email": "alice"}, "email"),
    ],
)
def test_error_of_a_bank_account_stands_beside_its_field(client, open_session, changes, field):
    session = open_session()
    page = payer.pay_by_bank(session.url, **changes)
    assert page.status == 200
    assert f'<p class="error" id="{field}-error">' in page.text
    assert 'value="us_bank_account" checked' in page.text
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_page_of_a_debit_under_way_says_so(debited):
    assert "$28.50 is being debited." in payer.get(debited().url).text
