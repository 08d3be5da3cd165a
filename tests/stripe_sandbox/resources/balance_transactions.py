"""Balance transactions: what each movement of money brings, costs and leaves."""

from decimal import ROUND_HALF_UP, Decimal

from tests.stripe_sandbox.errors import StripeError, invalid
from tests.stripe_sandbox.resources.lists import Filter, list_page, one, same
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id

RATE = Decimal("0.029")
FIXED_MINOR = 30
BANK_DEBIT_RATE = Decimal("0.008")
BANK_DEBIT_MOST_MINOR = 500
DISPUTE_FEE_MINOR = 1500
DAYS_UNTIL_AVAILABLE = 2
DAY = 24 * 60 * 60


def fee_for(amount: int) -> int:
    """Stripe's list price for cards in the US, in minor units. Source: https://stripe.com/pricing"""
    return _rounded(amount * RATE) + FIXED_MINOR


def bank_debit_fee_for(amount: int) -> int:
    """Source: https://stripe.com/pricing/local-payment-methods"""
    return min(_rounded(amount * BANK_DEBIT_RATE), BANK_DEBIT_MOST_MINOR)


def record_charge(work: Work, charge: Json) -> Json:
    is_debit = charge["payment_method_details"]["type"] == "us_bank_account"
    fee = (bank_debit_fee_for if is_debit else fee_for)(charge["amount"])
    return _record(work, charge, amount=charge["amount"], fee=fee, type="payment" if is_debit else "charge")


def record_refund(work: Work, refund: Json) -> Json:
    """A refund takes the whole amount: Stripe keeps its fee. Source: https://docs.stripe.com/refunds"""
    is_debit = refund["charge"].startswith("py_")
    return _record(work, refund, amount=-refund["amount"], type="payment_refund" if is_debit else "refund")


def record_failed_refund(work: Work, refund: Json) -> Json:
    """The money of a refund that failed or was canceled comes back to the balance."""
    return _record(work, refund, amount=refund["amount"], type="refund_failure")


def record_dispute(work: Work, dispute: Json) -> Json:
    """The disputed amount and the fee leave at once. Source: https://docs.stripe.com/disputes/how-disputes-work"""
    text = f"Chargeback withdrawal for {dispute['charge']}"
    amount, fee = -dispute["amount"], DISPUTE_FEE_MINOR
    return _record(work, dispute, amount=amount, fee=fee, type="adjustment", category="dispute", description=text)


def record_won_dispute(work: Work, dispute: Json) -> Json:
    """The amount "and related fees" come back. Source: https://docs.stripe.com/testing#disputes"""
    text = f"Chargeback reversal for {dispute['charge']}"
    amount, fee = dispute["amount"], -DISPUTE_FEE_MINOR
    category = "dispute_reversal"
    return _record(work, dispute, amount=amount, fee=fee, type="adjustment", category=category, description=text)


def record_payout(work: Work, payout: Json) -> Json:
    return _record(work, payout, amount=-payout["amount"], type="payout", is_available=True)


def record_failed_payout(work: Work, payout: Json) -> Json:
    """The money of a payout that the bank sent back, ready for the next one."""
    text = f"REFUND FOR PAYOUT ({payout['description']})"
    amount, type, category = payout["amount"], "payout_failure", "payout_reversal"
    return _record(
        work, payout, amount=amount, type=type, category=category, description=text, is_available=True, pays_out=True
    )


def become_available(work: Work, id: str) -> None:
    entry = one(work, "balance_transaction", id)
    entry["status"] = "available"
    work.tx.save(entry)


def retrieve(work: Work, params: Json, id: str) -> Json:
    return one(work, "balance_transaction", id)


def list_(work: Work, params: Json) -> Json:
    """With `payout`, what an automatic payout paid out, and the payout's own entry, which takes it from the balance."""
    filters = same(params, "type", "source", "currency")
    if "payout" in params:
        payout = one(work, "payout", params["payout"], param="payout")
        _refuse_unmapped(payout)
        filters.append(Filter("json_extract(hidden, '$.payout') = ?", payout["id"]))
    return list_page(work, "balance_transaction", "/v1/balance_transactions", params, filters=filters)


def _refuse_unmapped(payout: Json) -> None:
    """Source: https://docs.stripe.com/payouts/reconciliation; the code is in the SDK."""
    if not payout["automatic"]:
        raise invalid(
            "Balance transaction history can only be filtered on automatic transfers, not manual.", param="payout"
        )
    if payout["reconciliation_status"] != "completed":
        raise StripeError(
            f"The balance transactions of {payout['id']} are not ready yet. Wait for payout.reconciliation_completed.",
            code="payout_reconciliation_not_ready",
            param="payout",
        )


_CATEGORIES = {"payment": "charge", "payment_refund": "refund"}
"""What bank debits are called in reports. Source: https://docs.stripe.com/reports/balance-transaction-types"""


def _record(
    work: Work,
    source: Json,
    *,
    amount: int,
    type: str,
    fee: int = 0,
    category: str = "",
    description: str | None = None,
    is_available: bool = False,
    pays_out: bool = False,
) -> Json:
    available_on = work.now + (0 if is_available else DAYS_UNTIL_AVAILABLE * DAY)
    entry = {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": available_on,
        "balance_type": "payments",
        "created": work.now,
        "currency": source["currency"],
        "description": description or source.get("description"),
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [_fee_detail(fee, source["currency"], category)] if fee else [],
        "net": amount - fee,
        "reporting_category": category or _CATEGORIES.get(type, type),
        "source": source["id"],
        "status": "available" if is_available else "pending",
        "type": type,
    }
    work.tx.insert(entry)
    if not is_available:
        work.tx.due_at(available_on, "become_available", entry["id"])
    if pays_out or not is_available:
        work.tx.due_once(next_payout_at(available_on), "pay_out", source["currency"])
    return entry


def next_payout_at(moment: int) -> int:
    """The first midnight (UTC) at or after `moment`."""
    return -(-moment // DAY) * DAY


def _fee_detail(fee: int, currency: str, category: str) -> Json:
    text = "Dispute fee" if category.startswith("dispute") else "Stripe processing fees"
    return {"amount": fee, "application": None, "currency": currency, "description": text, "type": "stripe_fee"}


def _rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
