"""Gifts as a CSV file that a spreadsheet opens without running anything in it."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from donations.models import Gift
from shop.money import to_decimal

# A cell that starts so is a formula to a spreadsheet. Source: OWASP, "CSV Injection".
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def gift_rows(gifts: Iterable[Gift]) -> Iterator[str]:
    """Lines of CSV, the header first; a byte order mark tells spreadsheets that this is UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(_header())
    for gift in gifts:
        yield writer.writerow([harmless(cell) for cell in _cells(gift)])


def harmless(cell: Any) -> str:
    """The cell as text that no spreadsheet takes for a formula: `=cmd` becomes `'=cmd`."""
    text = str(cell)
    return f"'{text}" if text.lstrip(" \u00a0").startswith(FORMULA_STARTS) else text


class _Echo:
    """Hands each line of the CSV writer back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def _header() -> list[str]:
    return [
        _("Gift number"),
        _("Status"),
        _("Gift date"),
        _("Started"),
        _("Name"),
        _("Email"),
        _("Program"),
        _("Frequency"),
        _("Currency"),
        _("Amount"),
        _("Refunded"),
        _("Counts as given"),
        _("Receipt"),
    ]


def _cells(gift: Gift) -> list[Any]:
    receipt = getattr(gift, "receipt", None)
    return [
        gift.reference,
        gift.status,
        gift.gift_date.isoformat() if gift.gift_date else "",
        timezone.localtime(gift.started_at).isoformat(timespec="seconds"),
        gift.donor_name,
        gift.donor.email,
        gift.program.title,
        gift.frequency,
        gift.currency,
        to_decimal(gift.amount_minor, gift.currency),
        to_decimal(gift.refunded_minor, gift.currency),
        to_decimal(gift.net_minor if gift.is_received else 0, gift.currency),
        receipt.number if receipt else "",
    ]
