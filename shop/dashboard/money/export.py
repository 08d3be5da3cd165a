"""The bookkeeper's table. See Note [What the books hold] in `books`."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from shop.dashboard.money.books import BookRow, rows_of
from shop.money import to_decimal
from shop.spreadsheets import csv_lines
from shop.stripe_payments.models import BalanceEntry

COLUMNS = (
    _("Date"),
    _("Kind"),
    _("For"),
    _("Program"),
    _("Currency"),
    _("Merchandise"),
    _("Shipping"),
    _("Sales tax"),
    _("Gifts"),
    _("Other"),
    _("Stripe fees"),
    _("To the bank"),
    _("Net"),
    _("Contained: refunds"),
    _("Contained: disputes"),
    _("Reason"),
    _("Payout"),
    _("Stripe movement"),
    _("Stripe source"),
    _("Our payment"),
)


def book_lines(entries: Any) -> Iterator[str]:
    """Lines of CSV for a queryset of `BalanceEntry` from `books`."""
    return csv_lines([str(column) for column in COLUMNS], map(_cells, rows_of(entries.select_related("payment"))))


def _cells(row: BookRow) -> list[Any]:
    entry = row.entry
    amounts = (
        row.parts["merchandise"],
        row.parts["shipping"],
        row.parts["tax"],
        row.parts["gifts"],
        row.other_minor,
        row.fee_minor,
        row.to_bank_minor,
        row.net_minor,
        row.refunded_minor,
        row.disputed_minor,
    )
    return [
        row.day.isoformat(),
        row.kind,
        _joined(purpose.label for purpose in row.purposes),
        _joined(purpose.program for purpose in row.purposes),
        entry.currency,
        *(to_decimal(amount, entry.currency) for amount in amounts),
        row.reason,
        entry.payout.stripe_payout_id if entry.payout else "",
        *_ids(entry),
    ]


def _ids(entry: BalanceEntry) -> list[str]:
    return [entry.stripe_id, entry.source_id, entry.payment.reference if entry.payment else ""]


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(filter(None, texts)))
