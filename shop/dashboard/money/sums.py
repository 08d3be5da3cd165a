"""What movements of the balance add up to, by kind: counted in the database, whatever their number."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet, Sum

from shop.dashboard.money.books import DISPUTE_KINDS, FEE_KINDS, REFUND_KINDS
from shop.stripe_payments.models import BalanceEntry


@dataclass
class Sums:
    """Minor units; money that leaves is negative, fees too. The counts are of movements, of lines for orders and gifts."""

    key: Any = None
    orders_minor: int = 0
    orders: int = 0
    gifts_minor: int = 0
    gifts: int = 0
    refunds_minor: int = 0
    refunds: int = 0
    disputes_minor: int = 0
    disputes: int = 0
    other_minor: int = 0
    other: int = 0
    fees_minor: int = 0
    to_bank_minor: int = 0
    to_bank: int = 0

    @property
    def net_minor(self) -> int:
        """What came in, less what went out again and what Stripe took; payouts to the bank apart."""
        return (
            self.orders_minor
            + self.gifts_minor
            + self.refunds_minor
            + self.disputes_minor
            + self.other_minor
            + self.fees_minor
        )

    @property
    def went_back_minor(self) -> int:
        return self.refunds_minor + self.disputes_minor

    def add(self, name: str, amount_minor: int, count: int) -> None:
        setattr(self, f"{name}_minor", getattr(self, f"{name}_minor") + amount_minor)
        setattr(self, name, getattr(self, name) + count)


def sums_by(entries: QuerySet[BalanceEntry], key: str) -> dict[Any, Sums]:
    """Sums for each value of a field of the entries, in two queries."""
    sums: dict[Any, Sums] = {}
    entries = entries.order_by()
    kinds = entries.values(by=F(key), what=F("kind")).annotate(
        amount=Sum("amount_minor"), fees=Sum("fee_minor"), count=Count("pk")
    )
    for row in kinds:
        of_key = sums.setdefault(row["by"], Sums(key=row["by"]))
        of_key.fees_minor -= row["fees"]
        if row["what"] in FEE_KINDS:
            of_key.fees_minor += row["amount"]
        else:
            of_key.add(_name(row["what"]), row["amount"], 0 if row["what"] == "charge" else row["count"])
    for row in _charged_lines(entries, key):
        name = {"order": "orders", "gift": "gifts"}.get(row["purpose"])
        if name:  # the charge stands in "other" until its lines tell more
            of_key = sums[row["by"]]
            of_key.add(name, row["amount"], row["count"])
            of_key.add("other", -row["amount"], 0)
    return sums


def sums_of(entries: QuerySet[BalanceEntry]) -> Sums:
    """One for all of them; the site takes one currency."""
    return sums_by(entries, "currency").popitem()[1] if entries.exists() else Sums()


def _charged_lines(entries: QuerySet[BalanceEntry], key: str) -> Any:
    charges = entries.filter(kind="charge", payment__isnull=False)
    lines = charges.values(by=F(key), purpose=F("payment__lines__purpose"))
    return lines.annotate(amount=Sum("payment__lines__amount_minor"), count=Count("payment__lines__pk"))


def _name(kind: str) -> str:
    if kind in REFUND_KINDS:
        return "refunds"
    if kind in DISPUTE_KINDS:
        return "disputes"
    return "to_bank" if kind.startswith("payout") else "other"
