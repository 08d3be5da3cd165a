"""The balance: the sum of all balance transactions, available or pending. Source: https://docs.stripe.com/api/balance"""

from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work

DEFAULT_CURRENCY = "usd"


def retrieve(work: Work, params: Json) -> Json:
    rows = work.tx.execute(
        "SELECT json_extract(data, '$.currency') AS currency, sum(json_extract(data, '$.net')) AS total, "
        "sum(iif(json_extract(data, '$.available_on') <= ?, json_extract(data, '$.net'), 0)) AS available "
        "FROM objects WHERE object = 'balance_transaction' GROUP BY 1",
        (work.now,),
    ).fetchall()
    sums = {DEFAULT_CURRENCY: (0, 0), **{row["currency"]: (row["total"], row["available"]) for row in rows}}
    return {
        "object": "balance",
        "available": [_sum(currency, available) for currency, (_, available) in sums.items()],
        "livemode": False,
        "pending": [_sum(currency, total - available) for currency, (total, available) in sums.items()],
    }


def _sum(currency: str, amount: int) -> Json:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}
