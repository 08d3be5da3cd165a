"""How each movement of a payment's money falls to merchandise, shipping, sales tax and gifts.

Note [How a partial refund splits]
A refund names a line of a payment, not a part of an order. It is taken from the order's merchandise, shipping and
sales tax in proportion to what is left of each, rounded down to the cent; the cents that remain go one each to the
parts with the largest fractions lost, and among equals to merchandise first, then shipping, then tax. So the parts
add up to the refund exactly, no part ever goes below zero, and refunds that add up to the whole order take exactly
the whole of each part. A refund that failed puts back exactly what it had taken.

A dispute, and a refund that was made in Stripe's dashboard and is not known here yet, names no line: it takes from
the lines in their order, as the ledger does. What cannot be told stands in "other", so nothing is ever lost.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

PARTS = ("merchandise", "shipping", "tax", "gifts", "other")

# Stripe's reporting categories. Source: docs.stripe.com/reports/reporting-categories
TAKING = ("refund", "dispute", "charge_failure")
GIVING_BACK = ("refund_failure", "dispute_reversal", "partial_capture_reversal")

Parts = Counter[str]


def in_proportion(left: Parts, amount_minor: int) -> Parts:
    """Take an amount, at most all that is left, as in Note [How a partial refund splits]."""
    total = left.total()
    if not 0 <= amount_minor <= total:
        raise ValueError(f"{amount_minor} of {total}")
    if amount_minor == 0:
        return Counter()
    names = [name for name in PARTS if left[name]]
    taken = Counter({name: amount_minor * left[name] // total for name in names})
    by_lost_fraction = sorted(names, key=lambda name: -(amount_minor * left[name] % total))
    for name in by_lost_fraction[: amount_minor - taken.total()]:
        taken[name] += 1
    return taken


@dataclass
class PaymentSplitter:
    """Goes through the movements of one payment in order of time. Line id -> what of each part is still there."""

    lines: Mapping[int, Parts]
    left: dict[int, Parts] = field(default_factory=dict)
    taken: dict[str, dict[int, Parts]] = field(default_factory=dict)

    def split(self, *, kind: str, amount_minor: int, source_id: str, named: Sequence[tuple[int, int]]) -> Parts:
        """The parts of one movement, which add up to it. `named`: (line id, amount) of the refunds behind it."""
        parts: Parts = Counter()
        if kind == "charge" and not self.left:
            self.left = {line_id: Counter(whole) for line_id, whole in self.lines.items()}
            parts = _added(self.lines.values())
        elif kind in TAKING and amount_minor < 0:
            parts = _negative(self._take(-amount_minor, source_id, named))
        elif kind in GIVING_BACK and amount_minor > 0:
            parts = self._give_back(amount_minor, source_id)
        parts["other"] += amount_minor - parts.total()
        return parts

    def _take(self, amount_minor: int, source_id: str, named: Sequence[tuple[int, int]]) -> Parts:
        wanted = list(named) if sum(amount for _line, amount in named) == amount_minor else []
        if not wanted:
            wanted = [(line_id, amount_minor) for line_id in self.left]
        remembered, taken = self.taken.setdefault(source_id, {}), Counter[str]()
        for line_id, wish in wanted:
            left = self.left.get(line_id, Counter())
            share = in_proportion(left, min(wish, amount_minor - taken.total(), left.total()))
            left.subtract(share)
            remembered[line_id] = remembered.get(line_id, Counter()) + share
            taken.update(share)
        return taken

    def _give_back(self, amount_minor: int, source_id: str) -> Parts:
        back: Parts = Counter()
        for line_id, taken in self.taken.get(source_id, {}).items():
            share = in_proportion(taken, min(amount_minor - back.total(), taken.total()))
            taken.subtract(share)
            self.left[line_id].update(share)
            back.update(share)
        return back


def _added(many: Iterable[Parts]) -> Parts:
    total: Parts = Counter()
    for parts in many:
        total.update(parts)
    return total


def _negative(parts: Parts) -> Parts:
    return Counter({name: -amount for name, amount in parts.items()})
