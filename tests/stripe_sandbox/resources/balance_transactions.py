"""Balance transactions: what each movement of money brings, costs and leaves."""

from decimal import ROUND_HALF_UP, Decimal

from tests.stripe_sandbox.resources.lists import list_page, one, same
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id

RATE = Decimal("0.029")
FIXED_MINOR = 30
DAYS_UNTIL_AVAILABLE = 2
_DAY = 24 * 60 * 60


def fee_for(amount: int) -> int:
    """Stripe's list price for cards in the US, in minor units. Source: https://stripe.com/pricing"""
    return int((amount * RATE).quantize(Decimal(1), rounding=ROUND_HALF_UP)) + FIXED_MINOR


def record_charge(work: Work, charge: Json) -> Json:
    return _record(work, charge, amount=charge["amount"], fee=fee_for(charge["amount"]), type="charge")


def record_refund(work: Work, refund: Json) -> Json:
    """A refund takes the whole amount: Stripe keeps its fee. Source: https://docs.stripe.com/refunds"""
    return _record(work, refund, amount=-refund["amount"], fee=0, type="refund")


def record_failed_refund(work: Work, refund: Json) -> Json:
    """The money of a refund that failed comes back to the balance."""
    return _record(work, refund, amount=refund["amount"], fee=0, type="refund_failure")


def retrieve(work: Work, params: Json, id: str) -> Json:
    return one(work, "balance_transaction", id)


def list_(work: Work, params: Json) -> Json:
    filters = same(params, "type", "source", "currency")
    return list_page(work, "balance_transaction", "/v1/balance_transactions", params, filters=filters)


def _record(work: Work, source: Json, *, amount: int, fee: int, type: str) -> Json:
    currency = source["currency"]
    details = [
        {
            "amount": fee,
            "application": None,
            "currency": currency,
            "description": "Stripe processing fees",
            "type": "stripe_fee",
        }
    ]
    return work.tx.insert(
        {
            "id": new_id("txn"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": work.now + DAYS_UNTIL_AVAILABLE * _DAY,
            "balance_type": "payments",
            "created": work.now,
            "currency": currency,
            "description": source.get("description"),
            "exchange_rate": None,
            "fee": fee,
            "fee_details": details if fee else [],
            "net": amount - fee,
            "reporting_category": type,
            "source": source["id"],
            "status": "pending",
            "type": type,
        }
    )
