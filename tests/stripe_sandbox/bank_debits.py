"""Paying a checkout session from a bank account: accepted at once, known to have worked days later.

Source: https://docs.stripe.com/payments/ach-direct-debit/accept-a-payment
"""

from tests.stripe_sandbox.bank_accounts import FAILURES, IS_DISPUTED, TEST_ROUTING_NUMBER, BankAccount
from tests.stripe_sandbox.payments import Payer, begin, complete
from tests.stripe_sandbox.resources import charges, disputes, payment_intents, refund_outcomes
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import one
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, random_text


def attempt(work: Work, session: Json, account: BankAccount, payer: Payer) -> None:
    """Debit the account for an open session: the session completes unpaid, its intent is processing."""
    intent, _ = begin(work, session, payer)
    charge = {
        **charges.new(work, intent=intent, name=payer.name, email=payer.email, prefix="py"),
        "payment_method_details": {"type": "us_bank_account", "us_bank_account": _details(account)},
    }
    hidden = {"account": account.number, "receipt_url": f"{work.origin}/receipts/{intent['id']}"}
    work.tx.insert(charge, hidden=hidden)
    emit(work, "charge.pending", charge)
    payment_intents.wait_for_bank(work, intent, charge)
    complete(work, session, payer, payment_status="unpaid")
    if account.fate:
        work.tx.due_at(work.now + refund_outcomes.debit_seconds(work), account.fate, charge["id"])


def succeed(work: Work, charge_id: str) -> None:
    """The money has come. What was asked back meanwhile goes back now."""
    charge = one(work, "charge", charge_id)
    hidden = work.tx.hidden(charge_id)
    charge |= {
        "amount_captured": charge["amount"],
        "captured": True,
        "outcome": charges.APPROVED,
        "paid": True,
        "receipt_url": hidden["receipt_url"],
        "status": "succeeded",
    }
    emit(work, "charge.succeeded", work.tx.save(charge))
    payment_intents.succeed(work, one(work, "payment_intent", charge["payment_intent"]), charge)
    charges.settle(work, charge_id)
    refund_outcomes.settle(work, charge)
    _tell_session(work, charge, "paid", "checkout.session.async_payment_succeeded")
    if hidden["account"] == IS_DISPUTED:
        work.tx.due_at(work.now + work.settle_after, "debit_returns", charge_id)


def fail(work: Work, charge_id: str) -> None:
    """The bank refused, days later. The session stays complete and unpaid."""
    charge = one(work, "charge", charge_id)
    failure = FAILURES[work.tx.hidden(charge_id)["account"]]
    refund_outcomes.drop(work, charge)
    charge |= {"failure_code": failure.code, "failure_message": failure.message, "status": "failed"}
    emit(work, "charge.failed", work.tx.save(charge))
    intent = one(work, "payment_intent", charge["payment_intent"])
    payment_intents.fail(work, intent, failure, charge_id=charge_id)
    _tell_session(work, charge, "unpaid", "checkout.session.async_payment_failed")


def come_back(work: Work, charge_id: str) -> None:
    """The customer's bank takes a debit back that had succeeded: an ACH return."""
    disputes.open_on(work, one(work, "charge", charge_id), reason="debit_not_authorized")


def _tell_session(work: Work, charge: Json, payment_status: str, event: str) -> None:
    where = "json_extract(data, '$.payment_intent') = ?"
    for session in work.tx.select("checkout.session", where, (charge["payment_intent"],)):
        session["payment_status"] = payment_status
        emit(work, event, work.tx.save(session))


def _details(account: BankAccount) -> Json:
    return {
        "account_holder_type": "individual",
        "account_type": "checking",
        "bank_name": "STRIPE TEST BANK",
        "expected_debit_date": None,
        "fingerprint": f"test_{account.number[-6:]}",
        "last4": account.last4,
        "mandate": None,
        "payment_reference": random_text(15),
        "routing_number": TEST_ROUTING_NUMBER,
    }
