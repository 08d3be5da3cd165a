"""A gift as a row of a spreadsheet."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from donations.models import Gift
from shop.money import to_decimal

COLUMNS = (
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
)


def gift_cells(gift: Gift) -> list[Any]:
    """One cell for each of `COLUMNS`."""
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
