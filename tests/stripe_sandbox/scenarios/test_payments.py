"""What follows a payment on the hosted page: charge, fee, refund, dispute, warning."""

from typing import Any

import pytest
import stripe

from tests.stripe_sandbox.scenarios import hosted_payment

_EXPAND = "payment_intent.latest_charge.balance_transaction"


def charge_of(target, session_id: str) -> Any:
    """The session's charge, once its balance transaction has come."""
    found: list[Any] = []

    def is_settled() -> bool:
        session = target.client.v1.checkout.sessions.retrieve(session_id, {"expand": [_EXPAND]})
        found.append(session)
        return session.status == "complete" and session.payment_intent.latest_charge.balance_transaction is not None

    target.eventually(is_settled)
    return found[-1].payment_intent.latest_charge


def newest(list_: Any) -> Any:
    return list_.data[0] if list_.data else None


@pytest.fixture(scope="module")
def paid(target, browser):
    """The charge of a session that was paid by card."""
    session = target.session(payment_intent_data={"metadata": {"payment": "A7K2"}})
    hosted_payment.pay(browser, session.url)
    return charge_of(target, session.id)


def test_paid_session_has_a_charge_with_fee_and_net(paid):
    assert (paid.status, paid.paid, paid.amount, paid.currency) == ("succeeded", True, 2850, "usd")
    assert (paid.payment_method_details.card.brand, paid.payment_method_details.card.last4) == ("visa", "4242")
    assert paid.metadata["payment"] == "A7K2"
    entry = paid.balance_transaction
    assert (entry.type, entry.amount, entry.net) == ("charge", 2850, 2850 - entry.fee)
    assert 0 < entry.fee < 300


def test_refund_in_part_keeps_the_fee_and_no_more_than_the_rest_can_follow(target, paid):
    refunds = target.client.v1.refunds
    refund = refunds.create({"charge": paid.id, "amount": 1000, "expand": ["balance_transaction"]})
    assert (refund.status, refund.amount, refund.payment_intent) == ("succeeded", 1000, paid.payment_intent)
    entry: Any = refund.balance_transaction
    assert (entry.type, entry.amount, entry.fee, entry.net) == ("refund", -1000, 0, -1000)
    with pytest.raises(stripe.InvalidRequestError):
        refunds.create({"charge": paid.id, "amount": 1851})
    charge = target.client.v1.charges.retrieve(paid.id)
    assert (charge.amount_refunded, charge.refunded) == (1000, False)


def test_declined_card_leaves_the_session_open(target, browser):
    session = target.session()
    hosted_payment.be_declined(browser, session.url)
    told: Any = target.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (told.status, told.payment_status) == ("open", "unpaid")
    problem = told.payment_intent.last_payment_error
    assert (problem.type, problem.code, problem.decline_code) == ("card_error", "card_declined", "generic_decline")


def test_disputed_charge_takes_its_money_and_gives_it_back_when_won(target, browser):
    session = target.session()
    hosted_payment.pay(browser, session.url, card=hosted_payment.DISPUTED)
    charge = charge_of(target, session.id)
    disputes = target.client.v1.disputes
    target.eventually(lambda: newest(disputes.list({"charge": charge.id})) is not None)
    dispute = newest(disputes.list({"charge": charge.id}))
    assert (dispute.reason, dispute.status, dispute.amount) == ("fraudulent", "needs_response", 2850)
    assert target.client.v1.charges.retrieve(charge.id).disputed
    with pytest.raises(stripe.InvalidRequestError) as refused:
        target.client.v1.refunds.create({"charge": charge.id})
    assert refused.value.code == "charge_disputed"
    (withdrawn,) = dispute.balance_transactions
    assert (withdrawn.type, withdrawn.reporting_category, withdrawn.amount) == ("adjustment", "dispute", -2850)
    disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}})
    target.eventually(lambda: disputes.retrieve(dispute.id).status == "won")
    target.eventually(lambda: len(disputes.retrieve(dispute.id).balance_transactions) == 2)


def test_early_fraud_warning_is_actionable_until_the_refund(target, browser):
    session = target.session()
    hosted_payment.pay(browser, session.url, card=hosted_payment.WARNED_OF)
    charge = charge_of(target, session.id)
    warnings = target.client.v1.radar.early_fraud_warnings
    target.eventually(lambda: newest(warnings.list({"charge": charge.id})) is not None)
    warning = newest(warnings.list({"charge": charge.id}))
    assert (warning.actionable, warning.charge) == (True, charge.id)
    target.client.v1.refunds.create({"charge": charge.id})
    target.eventually(lambda: warnings.retrieve(warning.id).actionable is False)
