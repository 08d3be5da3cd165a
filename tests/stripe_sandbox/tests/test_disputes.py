"""Disputes: the money leaves, may be answered for, and comes back or not. Source: https://docs.stripe.com/disputes"""

from datetime import UTC, datetime

import pytest

from tests.stripe_sandbox import payer
from tests.stripe_sandbox.tests.conftest import refusal
from tests.stripe_sandbox.tests.paying import DAY, paid, types_about, wait


@pytest.fixture
def disputed(client, sandbox, open_session):
    """A dispute of $28.50, as the test card for fraud brings it."""
    charge = paid(client, open_session, card=payer.DISPUTED)
    wait(sandbox)
    return client.v1.disputes.list({"charge": charge.id}).data[0]


def winning(text: str = "winning_evidence"):
    return {"evidence": {"uncategorized_text": text}}


@pytest.mark.parametrize(
    ("card", "reason", "status", "case_type"),
    [
        (payer.DISPUTED, "fraudulent", "needs_response", "chargeback"),
        (payer.NOT_RECEIVED, "product_not_received", "needs_response", "chargeback"),
        (payer.INQUIRED, "general", "warning_needs_response", "inquiry"),
    ],
)
def test_test_card_brings_its_dispute(client, sandbox, open_session, card, reason, status, case_type):
    charge = paid(client, open_session, card=card)
    wait(sandbox)
    dispute = client.v1.disputes.list({"payment_intent": charge.payment_intent}).data[0]
    assert (dispute.reason, dispute.status, dispute.amount, dispute.charge) == (reason, status, 2850, charge.id)
    assert dispute.payment_method_details.card.case_type == case_type
    assert client.v1.charges.retrieve(charge.id).disputed


def test_dispute_takes_the_amount_and_a_fee(client, disputed):
    (entry,) = disputed.balance_transactions
    assert (entry.amount, entry.fee, entry.net) == (-2850, 1500, -4350)
    assert (entry.type, entry.reporting_category, entry.source) == ("adjustment", "dispute", disputed.id)
    assert entry.fee_details[0].description == "Dispute fee"
    assert types_about(client, disputed.id) == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]


def test_inquiry_takes_nothing_and_closes(client, sandbox, open_session):
    charge = paid(client, open_session, card=payer.INQUIRED)
    wait(sandbox)
    dispute = client.v1.disputes.list({"charge": charge.id}).data[0]
    assert (dispute.balance_transactions, dispute.is_charge_refundable) == ([], True)
    wait(sandbox, 121 * DAY)
    assert client.v1.disputes.retrieve(dispute.id).status == "warning_closed"
    assert types_about(client, dispute.id) == ["charge.dispute.created", "charge.dispute.closed"]


def test_answer_is_due_by_the_end_of_a_day(disputed):
    due_by = datetime.fromtimestamp(disputed.evidence_details.due_by, UTC)
    assert (due_by.hour, due_by.minute, due_by.second) == (23, 59, 59)
    assert 7 * DAY < disputed.evidence_details.due_by - disputed.created < 10 * DAY


def test_winning_evidence_brings_amount_and_fee_back(client, sandbox, disputed):
    assert client.v1.disputes.update(disputed.id, winning()).status == "under_review"
    wait(sandbox, 20)
    dispute = client.v1.disputes.retrieve(disputed.id)
    assert dispute.status == "won"
    withdrawn, reversal = dispute.balance_transactions
    assert (reversal.net, reversal.reporting_category) == (4350, "dispute_reversal")
    assert withdrawn.net + reversal.net == 0
    assert types_about(client, disputed.id)[2:] == [
        "charge.dispute.updated",
        "charge.dispute.closed",
        "charge.dispute.funds_reinstated",
    ]


def test_losing_evidence_leaves_the_money_gone(client, sandbox, disputed):
    client.v1.disputes.update(disputed.id, winning("losing_evidence"))
    wait(sandbox, 20)
    dispute = client.v1.disputes.retrieve(disputed.id)
    assert (dispute.status, len(dispute.balance_transactions)) == ("lost", 1)
    assert types_about(client, disputed.id)[-1] == "charge.dispute.closed"


def test_evidence_can_be_staged_and_is_sent_later(client, sandbox, disputed):
    staged = client.v1.disputes.update(disputed.id, {**winning(), "submit": False})
    assert (staged.status, staged.evidence_details.has_evidence) == ("needs_response", True)
    assert staged.evidence_details.submission_count == 0
    sent = client.v1.disputes.update(disputed.id, {"submit": True})
    assert (sent.status, sent.evidence_details.submission_count) == ("under_review", 1)


def test_metadata_alone_sends_nothing(client, disputed):
    changed = client.v1.disputes.update(disputed.id, {"metadata": {"case": "7"}})
    assert (changed.status, changed.metadata.to_dict()) == ("needs_response", {"case": "7"})


def test_dispute_without_an_answer_is_lost_when_time_is_over(client, sandbox, disputed):
    wait(sandbox, 10 * DAY)
    assert client.v1.disputes.retrieve(disputed.id).status == "lost"


def test_dispute_under_review_waits_for_the_bank(client, sandbox, disputed):
    client.v1.disputes.update(disputed.id, winning("It was delivered."))
    wait(sandbox, 10 * DAY)
    assert client.v1.disputes.retrieve(disputed.id).status == "under_review"


def test_closing_accepts_the_loss_once(client, disputed):
    assert client.v1.disputes.close(disputed.id).status == "lost"
    assert "already closed" in str(refusal(lambda: client.v1.disputes.close(disputed.id)))
    assert "already closed" in str(refusal(lambda: client.v1.disputes.update(disputed.id, winning())))


def test_files_as_evidence_are_not_imitated(client, disputed):
    error = refusal(lambda: client.v1.disputes.update(disputed.id, {"evidence": {"receipt": "file_1"}}))
    assert error.http_status == 501


@pytest.mark.parametrize(("action", "status"), [("win-dispute", "won"), ("lose-dispute", "lost")])
def test_test_may_open_and_decide_a_dispute(client, sandbox, open_session, action, status):
    charge = paid(client, open_session)
    told = sandbox.control("dispute", payment_intent=charge.payment_intent, reason="duplicate", amount=1000)
    dispute = client.v1.disputes.retrieve(told["id"])
    assert (dispute.amount, dispute.reason, dispute.status) == (1000, "duplicate", "needs_response")
    assert sandbox.control(action, dispute=dispute.id)["status"] == status


def test_disputed_charge_cannot_be_refunded(client, disputed):
    error = refusal(lambda: client.v1.refunds.create({"charge": disputed.charge}))
    assert error.code == "charge_disputed"
    assert "has been charged back; cannot issue a refund." in str(error)
    client.v1.disputes.close(disputed.id)
    assert refusal(lambda: client.v1.refunds.create({"charge": disputed.charge})).code == "charge_disputed"


def test_charge_can_be_refunded_after_a_won_dispute(client, sandbox, disputed):
    sandbox.control("win-dispute", dispute=disputed.id)
    assert client.v1.refunds.create({"charge": disputed.charge}).status == "succeeded"


def test_refund_of_the_whole_charge_closes_an_inquiry(client, sandbox, open_session):
    charge = paid(client, open_session, card=payer.INQUIRED)
    wait(sandbox)
    client.v1.refunds.create({"charge": charge.id})
    assert client.v1.disputes.list({"charge": charge.id}).data[0].status == "warning_closed"
