"""A gift as a row of a spreadsheet."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.money import to_decimal
from shop.stripe_payments import client

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
    _("Mode"),
)


def gift_cells(gift: Any) -> list[Any]:
    """One cell for each of `COLUMNS`. `gift` is one of `queries.with_mode`; of the other mode it counts as nothing."""
    receipt = getattr(gift, "receipt", None)
    counts = gift.is_received and gift.is_live == client.is_live()
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
        to_decimal(gift.net_minor if counts else 0, gift.currency),
        receipt.number if receipt else "",
        "live" if gift.is_live else "test",
    ]
