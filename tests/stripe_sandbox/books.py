"""The sandbox's own books, for tests that compare a site's ledger with the truth, to the cent.

Everything is summed from balance transactions, which alone say what money moved.
"""

from collections.abc import Callable

from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work


def ledger_of(work: Work) -> Json:
    """`charges`, oldest first, and `totals` by currency. All amounts in minor units.

    Of a charge: `amount`, `refunded` (succeeded), `refund_pending` (the money has left), `refund_waiting` (for a bank debit under
    way), `dispute` (status or null), `disputed` (amount that is away because of disputes), `fee` (disputes' fees included) and
    `net`: what all its balance transactions leave.
    """
    entries = _grouped(work, "balance_transaction", "source")
    refunds, disputes = _grouped(work, "refund", "charge"), _grouped(work, "dispute", "charge")
    rows = [
        _row(charge, refunds.get(charge["id"], []), disputes.get(charge["id"], []), entries)
        for charge in work.tx.select("charge", tail="ORDER BY seq")
    ]
    return {"charges": rows, "totals": _totals(work, rows)}


def _grouped(work: Work, kind: str, name: str) -> dict[str, list[Json]]:
    """All objects of a kind, newest first, by their field `name`."""
    groups: dict[str, list[Json]] = {}
    for item in work.tx.select(kind):
        groups.setdefault(item[name], []).append(item)
    return groups


def _row(charge: Json, refunds: list[Json], disputes: list[Json], entries: dict[str, list[Json]]) -> Json:
    sources = [charge, *refunds, *disputes]
    pending = [refund for refund in refunds if refund["status"] == "pending"]
    moved = [entry for source in sources for entry in entries.get(source["id"], [])]
    away = [entry for dispute in disputes for entry in entries.get(dispute["id"], [])]
    return {
        "charge": charge["id"],
        "payment_intent": charge["payment_intent"],
        "currency": charge["currency"],
        "status": charge["status"],
        "amount": charge["amount"] if charge["status"] == "succeeded" else 0,
        "refunded": _sum(refunds, lambda refund: refund["status"] == "succeeded"),
        "refund_pending": _sum(pending, lambda refund: refund["balance_transaction"]),
        "refund_waiting": _sum(pending, lambda refund: not refund["balance_transaction"]),
        "dispute": disputes[0]["status"] if disputes else None,
        "disputed": -sum(entry["amount"] for entry in away),
        "fee": sum(entry["fee"] for entry in moved),
        "net": sum(entry["net"] for entry in moved),
    }


def _sum(items: list[Json], counts: Callable[[Json], object]) -> int:
    return sum(item["amount"] for item in items if counts(item))


def _totals(work: Work, rows: list[Json]) -> Json:
    totals: Json = {}
    for row in rows:
        total = totals.setdefault(row["currency"], {"amount": 0, "refunded": 0, "disputed": 0, "fee": 0, "net": 0})
        for name in total:
            total[name] += row[name]
    for currency, total in totals.items():
        total |= {"paid_out": 0, "balance": 0}
        for entry in work.tx.select("balance_transaction", "json_extract(data, '$.currency') = ?", (currency,)):
            total["balance"] += entry["net"]
            total["paid_out"] -= entry["net"] if entry["type"].startswith("payout") else 0
    return totals
