"""Payouts: what is available goes to the bank account, each midnight by itself or on command.

Source: https://docs.stripe.com/payouts, https://docs.stripe.com/payouts/reconciliation
"""

from tests.stripe_sandbox.errors import refused
from tests.stripe_sandbox.money import written
from tests.stripe_sandbox.resources import balance_transactions
from tests.stripe_sandbox.resources.balance_transactions import DAY
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import list_page, one, same, within
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id

RECONCILED_AFTER_SECONDS = 60
DESTINATION = "ba_sandbox"
_FREE = "json_extract(hidden, '$.payout') IS NULL AND json_extract(data, '$.currency') = ?"
_FAILURES = {
    "account_closed": "The bank account has been closed.",
    "account_frozen": "The bank account has been frozen.",
    "could_not_process": "The bank could not process this payout.",
    "insufficient_funds": "Your Stripe account has insufficient funds to cover the payout.",
    "no_account": "The bank account details on file are probably incorrect. No bank account could be found.",
}
"""Source: https://docs.stripe.com/api/payouts/failures"""


def pay_out_daily(work: Work, currency: str) -> None:
    """The automatic payout of this midnight, if there is anything to pay out."""
    if work.conditions.has_daily_payouts:
        pay_out(work, currency)


def pay_out(work: Work, currency: str, *, is_early: bool = False) -> Json | None:
    """Pay out everything available, or `is_early` what is still pending too. Nothing happens unless it adds up to more than 0."""
    entries = work.tx.select("balance_transaction", _FREE, (currency,))
    entries = [entry for entry in entries if is_early or entry["available_on"] <= work.now]
    amount = sum(entry["net"] for entry in entries)
    if amount <= 0:
        return None
    payout = _new(work, amount, currency, is_automatic=True)
    for entry in entries:
        _put_into(work, entry, payout)
    _put_into(work, one(work, "balance_transaction", payout["balance_transaction"]), payout)
    work.tx.due_at(work.now + RECONCILED_AFTER_SECONDS, "payout_reconciled", payout["id"])
    return payout


def pay_out_by_hand(work: Work, currency: str, amount: int) -> Json:
    """A manual payout: Stripe cannot say what is inside. Raises StripeError when less is available."""
    entries = work.tx.select("balance_transaction", "json_extract(data, '$.currency') = ?", (currency,))
    available = sum(entry["net"] for entry in entries if entry["available_on"] <= work.now)
    if not 0 < amount <= available:
        raise refused(
            f"You have insufficient funds in your Stripe account for this transfer: {written(available, currency)} is available.",
            code="balance_insufficient",
        )
    return _new(work, amount, currency, is_automatic=False)


def become_reconciled(work: Work, id: str) -> None:
    """From now on the payout's content can be listed."""
    payout = one(work, "payout", id)
    _change(work, payout, reconciliation_status="completed")
    emit(work, "payout.reconciliation_completed", payout)


def arrive(work: Work, id: str) -> None:
    payout = one(work, "payout", id)
    if payout["status"] == "in_transit":
        _change(work, payout, status="paid")
        emit(work, "payout.paid", payout)


def fail(work: Work, id: str, *, code: str = "account_closed") -> Json:
    """The bank sends the money back, also after `paid`. Raises KeyError for a code that Stripe does not know."""
    payout = one(work, "payout", id)
    if payout["status"] == "failed":
        raise refused(f"Payout {id} has failed already.")
    entry = balance_transactions.record_failed_payout(work, payout)
    _change(
        work,
        payout,
        status="failed",
        failure_code=code,
        failure_message=_FAILURES[code],
        failure_balance_transaction=entry["id"],
    )
    emit(work, "payout.failed", payout)
    return payout


def retrieve(work: Work, params: Json, payout: str) -> Json:
    return one(work, "payout", payout, param="payout")


def list_(work: Work, params: Json) -> Json:
    filters = [*same(params, "status", "destination"), *within(params, "arrival_date")]
    return list_page(work, "payout", "/v1/payouts", params, filters=filters)


def _put_into(work: Work, entry: Json, payout: Json) -> None:
    work.tx.save_hidden(entry["id"], {"payout": payout["id"]})


def _change(work: Work, payout: Json, **changes: object) -> None:
    before = dict(payout)
    payout |= changes
    emit(work, "payout.updated", work.tx.save(payout), before=before)


def _new(work: Work, amount: int, currency: str, *, is_automatic: bool) -> Json:
    payout: Json = {
        "id": new_id("po"),
        "object": "payout",
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": (work.now // DAY + 1) * DAY,
        "automatic": is_automatic,
        "balance_transaction": None,
        "created": work.now,
        "currency": currency,
        "description": "STRIPE PAYOUT",
        "destination": DESTINATION,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "in_progress" if is_automatic else "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "in_transit",
        "trace_id": None,
        "type": "bank_account",
    }
    payout["balance_transaction"] = balance_transactions.record_payout(work, payout)["id"]
    work.tx.insert(payout)
    emit(work, "payout.created", payout)
    work.tx.due_at(payout["arrival_date"], "payout_arrives", payout["id"])
    return payout
