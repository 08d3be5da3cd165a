"""Control of money: what banks, issuers and payers do, and the sandbox's own books."""

from typing import Any

from tests.stripe_sandbox.books import ledger_of
from tests.stripe_sandbox.program import Program
from tests.stripe_sandbox.resources import charges, disputes, early_fraud_warnings, payouts, refund_outcomes
from tests.stripe_sandbox.resources.lists import one
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work


def open_dispute(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """On `charge` or `payment_intent`; `reason`, `amount`, `inquiry`. Of a bank debit it is a return, lost at once."""
    with program.work(origin="") as work:
        charge = _settled_charge(work, wish)
        is_debit = charge["payment_method_details"]["type"] == "us_bank_account"
        reason = str(wish.get("reason", "debit_not_authorized" if is_debit else "fraudulent"))
        amount = int(wish["amount"]) if "amount" in wish else None
        return disputes.open_on(work, charge, reason=reason, amount=amount, is_inquiry=bool(wish.get("inquiry")))


def win_dispute(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """`dispute`: the bank takes our side."""
    with program.work(origin="") as work:
        return disputes.win(work, str(wish["dispute"]))


def lose_dispute(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """`dispute`: the bank takes the customer's side."""
    with program.work(origin="") as work:
        return disputes.lose(work, str(wish["dispute"]))


def warn_of_fraud(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """On `charge` or `payment_intent`; `fraud_type`."""
    with program.work(origin="") as work:
        fraud_type = str(wish.get("fraud_type", "made_with_stolen_card"))
        return early_fraud_warnings.warn(work, _settled_charge(work, wish), fraud_type=fraud_type)


def set_bank_debit(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """`on`: whether new sessions offer a bank account; `days`: until a debit, or its refund, is known to have worked."""
    program.conditions.has_bank_debit = bool(wish.get("on", True))
    program.conditions.debit_days = float(wish.get("days", program.conditions.debit_days))
    return {}


def end_refund(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """`refund` ends as `status`: succeeded, failed (with `reason`, also after it had succeeded) or canceled."""
    with program.work(origin="") as work:
        id, status = str(wish["refund"]), wish["status"]
        if status == "failed":
            return refund_outcomes.fail(work, id, reason=str(wish.get("reason", "expired_or_canceled_card")))
        if status == "canceled":
            return refund_outcomes.cancel(work, id)
        if status != "succeeded":
            raise ValueError("status is one of succeeded, failed, canceled")
        refund_outcomes.succeed_later(work, id)
        return one(work, "refund", id)


def pay_out(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """Now: what is available in `currency`; with `early` what is pending too; with `amount` a manual payout. `{}` if there is none."""
    with program.work(origin="") as work:
        currency = str(wish.get("currency", "usd"))
        if "amount" in wish:
            return payouts.pay_out_by_hand(work, currency, int(wish["amount"]))
        if wish.get("early"):
            charges.settle_all(work)
        return payouts.pay_out(work, currency, is_early=bool(wish.get("early"))) or {}


def fail_payout(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """`payout` comes back from the bank, with `code`."""
    with program.work(origin="") as work:
        return payouts.fail(work, str(wish["payout"]), code=str(wish.get("code", "account_closed")))


def set_payouts(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """`daily`: whether what is available is paid out each midnight (UTC)."""
    program.conditions.has_daily_payouts = bool(wish["daily"])
    return {}


def show_ledger(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """The sandbox's own books: see books.py."""
    with program.work(origin="") as work:
        return ledger_of(work)


ACTIONS = {
    "dispute": open_dispute,
    "win-dispute": win_dispute,
    "lose-dispute": lose_dispute,
    "fraud-warning": warn_of_fraud,
    "bank-debit": set_bank_debit,
    "refund": end_refund,
    "payout": pay_out,
    "fail-payout": fail_payout,
    "payouts": set_payouts,
    "ledger": show_ledger,
}


def _settled_charge(work: Work, wish: dict[str, Any]) -> Json:
    id = wish.get("charge") or one(work, "payment_intent", str(wish["payment_intent"]))["latest_charge"]
    charge = one(work, "charge", str(id))
    if charge["status"] != "succeeded":
        raise ValueError(f"{id} is {charge['status']}")
    charges.settle(work, charge["id"])
    return one(work, "charge", charge["id"])
