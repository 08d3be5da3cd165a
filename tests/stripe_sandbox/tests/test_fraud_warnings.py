"""Early fraud warnings. Source: https://docs.stripe.com/disputes/how-disputes-work#early-fraud-warnings"""

import pytest

from tests.stripe_sandbox import payer
from tests.stripe_sandbox.tests.paying import paid, types_about, wait


def test_test_card_brings_a_warning(client, sandbox, open_session):
    charge = paid(client, open_session, card=payer.WARNED_OF)
    wait(sandbox)
    (warning,) = client.v1.radar.early_fraud_warnings.list({"charge": charge.id}).data
    assert (warning.actionable, warning.payment_intent) == (True, charge.payment_intent)
    assert client.v1.radar.early_fraud_warnings.retrieve(warning.id).fraud_type == "made_with_stolen_card"
    assert types_about(client, warning.id) == ["radar.early_fraud_warning.created"]


@pytest.mark.parametrize("is_refunded", [True, False])
def test_warning_is_moot_after_refund_or_dispute(client, sandbox, open_session, is_refunded):
    charge = paid(client, open_session)
    warning = sandbox.control("fraud-warning", charge=charge.id, fraud_type="misc")
    assert warning["actionable"]
    if is_refunded:
        client.v1.refunds.create({"charge": charge.id, "amount": 100})
        assert client.v1.radar.early_fraud_warnings.retrieve(warning["id"]).actionable
        client.v1.refunds.create({"charge": charge.id})
    else:
        sandbox.control("dispute", charge=charge.id)
    assert not client.v1.radar.early_fraud_warnings.retrieve(warning["id"]).actionable
    assert types_about(client, warning["id"])[-1] == "radar.early_fraud_warning.updated"
