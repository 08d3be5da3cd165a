"""One row for each money fact, for the bookkeeper: what moved the balance at Stripe, and for what.

Note [What the books hold]
A row is one movement of the balance at Stripe. Its parts add up to what moved, its fee is negative, and all of a
row's money columns together are its net, so columns may be summed freely. The two columns at the end repeat what
is contained before, for whoever wants refunds or disputes apart. There is no row of sums: bookkeeping programs
would take it for one more fact; the sums stand on the page.

Note [On which day]
A charge counts on the day that its payment counts, which is the day on the donor's receipt, and everything else on
the day that Stripe booked it, both in the organization's time zone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Case, F, When
from django.utils import timezone

from shop.dashboard.money.purposes import Purpose, purposes_of
from shop.dashboard.money.searching import midnight
from shop.dashboard.money.splitting import GIVING_BACK, TAKING, Parts, PaymentSplitter
from shop.dashboard.money.wholes import whole_parts
from shop.money import CURRENCY
from shop.spreadsheets import batches
from shop.stripe_payments import client
from shop.stripe_payments.models import BalanceEntry, PaymentLine, Payout, Refund

ROWS_AT_ONCE = 200
# What Stripe charges on its own, apart from a payment. Source: docs.stripe.com/reports/reporting-categories
FEE_KINDS = ("fee", "network_cost")
REFUND_KINDS = ("refund", "refund_failure")
DISPUTE_KINDS = ("dispute", "dispute_reversal")


@dataclass(frozen=True)
class BookRow:
    """One movement. Amounts are minor units; money that leaves is negative, fees too."""

    entry: BalanceEntry
    moment: datetime
    purposes: list[Purpose]
    parts: Parts
    reason: str = ""

    @property
    def day(self) -> date:
        return timezone.localdate(self.moment, timezone.get_default_timezone())

    @property
    def fee_minor(self) -> int:
        return -self.entry.fee_minor + (self.entry.amount_minor if self.entry.kind in FEE_KINDS else 0)

    @property
    def other_minor(self) -> int:
        return 0 if self.entry.is_payout or self.entry.kind in FEE_KINDS else self.parts["other"]

    @property
    def to_bank_minor(self) -> int:
        return self.entry.amount_minor if self.entry.is_payout else 0

    @property
    def net_minor(self) -> int:
        return self.entry.net_minor

    @property
    def refunded_minor(self) -> int:
        return self.entry.amount_minor if self.entry.kind in REFUND_KINDS else 0

    @property
    def disputed_minor(self) -> int:
        return self.entry.amount_minor if self.entry.kind in DISPUTE_KINDS else 0

    @property
    def kind(self) -> str:
        return self.entry.kind.replace("_", " ")


def all_entries() -> Any:
    """Every movement of the key's own mode, as a queryset with its `moment`. See Note [On which day]."""
    return _with_moment(BalanceEntry.objects.filter(is_live=client.is_live()))


def entries_of_month(month: date) -> Any:
    """`month` is any day of it."""
    first = month.replace(day=1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return all_entries().filter(moment__gte=midnight(first), moment__lt=midnight(following))


def entries_of_payout(payout: Payout) -> Any:
    return _with_moment(BalanceEntry.objects.filter(payout=payout))


def _with_moment(entries: Any) -> Any:
    is_charge = When(kind="charge", payment__paid_at__isnull=False, then=F("payment__paid_at"))
    return entries.filter(currency=CURRENCY).annotate(moment=Case(is_charge, default=F("created_at")))


def rows_of(entries: Any) -> Iterator[BookRow]:
    """The rows in order of time, whatever their number: a few queries for every two hundred."""
    # Stripe tells whole seconds: of one second, money in comes before money out.
    in_order = entries.select_related("payout").order_by("moment", "-amount_minor", "id")
    for batch in batches(in_order.iterator(chunk_size=ROWS_AT_ONCE), size=ROWS_AT_ONCE):
        yield from rows_at_once(batch)


def rows_at_once(entries: Iterable[BalanceEntry]) -> list[BookRow]:
    """The rows of these entries, which carry their `moment`."""
    entries = list(entries)
    payment_ids = {entry.payment_id for entry in entries if entry.payment_id}
    lines = list(PaymentLine.objects.filter(payment__in=payment_ids).order_by("id"))
    refunds = list(Refund.objects.filter(line__payment__in=payment_ids).exclude(stripe_refund_id=None).order_by("id"))
    purposes, parts = purposes_of(lines), _parts_of(payment_ids, lines, refunds)
    rows = []
    for entry in entries:
        behind = [refund for refund in refunds if refund.stripe_refund_id == entry.source_id]
        touched = {refund.line_id for refund in behind}
        about = [line for line in lines if line.payment_id == entry.payment_id and (line.pk in touched or not touched)]
        rows.append(
            BookRow(
                entry=entry,
                moment=getattr(entry, "moment", entry.created_at),
                purposes=[purposes[line.pk] for line in about],
                parts=parts.get(entry.pk, Parts({"other": entry.amount_minor})),
                reason=behind[0].reason if behind else "",
            )
        )
    return rows


def in_time(entry: BalanceEntry) -> tuple[Any, ...]:
    """Stripe's moments are whole seconds: within one, money comes before it goes, and goes before it comes back."""
    kinds = ("charge", *TAKING, *GIVING_BACK)
    return entry.created_at, kinds.index(entry.kind) if entry.kind in kinds else len(kinds), entry.pk


def _parts_of(payment_ids: Iterable[int], lines: list[PaymentLine], refunds: list[Refund]) -> dict[int, Parts]:
    """Entry id -> parts, from going through the whole history of each payment."""
    wholes = whole_parts(lines)
    history = BalanceEntry.objects.filter(payment__in=payment_ids).order_by("payment_id")
    parts = {}
    for payment_id, group in groupby(history, key=lambda entry: entry.payment_id):
        splitter = PaymentSplitter({line.pk: wholes[line.pk] for line in lines if line.payment_id == payment_id})
        for entry in sorted(group, key=in_time):
            named = [(r.line_id, r.amount_minor) for r in refunds if r.stripe_refund_id == entry.source_id]
            parts[entry.pk] = splitter.split(
                kind=entry.kind, amount_minor=entry.amount_minor, source_id=entry.source_id, named=named
            )
    return parts
