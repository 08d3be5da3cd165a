"""Receipts: numbered without gaps in each year, frozen as issued, voided when the money goes back.

What a receipt must say: IRS Publication 1771, "Written Acknowledgments": the organization's name, the amount, and
that no goods or services were provided. A receipt carries no appeal.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from donations.models import Gift, Receipt, ReceiptYear, Wording
from shop.documents import render_pdf
from shop.money import format_minor

NO_GOODS = "No goods or services were provided in exchange for this gift."


@transaction.atomic
def issue_receipt(*, gift: Gift, now: datetime) -> Receipt:
    """Number and freeze the receipt of a received gift. Safe to repeat: a gift has one receipt.

    The number is taken under the lock of its year's row, which is held until the transaction ends: a number that
    is rolled back is taken by the next.
    """
    if gift.gift_date is None:
        raise ValueError(f"Gift {gift.reference} was not received")
    issued = Receipt.objects.filter(gift=gift).first()
    if issued is not None:
        return issued
    year = gift.gift_date.year
    ReceiptYear.objects.get_or_create(year=year)
    counter = ReceiptYear.objects.select_for_update().get(year=year)
    counter.last_number += 1
    counter.save(update_fields=["last_number"])
    receipt = Receipt(gift=gift, year=year, sequence=counter.last_number, issued_at=now)
    receipt.content = _content(receipt)
    receipt.save(force_insert=True)
    return receipt


def void_receipt(receipt: Receipt, *, now: datetime) -> None:
    """The gift went back in full: the receipt stays in the books and counts no more."""
    if receipt.voided_at is None:
        receipt.voided_at = now
        receipt.save(update_fields=["voided_at"])


def reinstate_receipt(receipt: Receipt) -> None:
    """The money is here after all: a refund failed, or a dispute was won."""
    if receipt.voided_at is not None:
        receipt.voided_at = None
        receipt.save(update_fields=["voided_at"])


def receipt_pdf(receipt: Receipt) -> bytes:
    """The receipt as it was issued, with its notice above it."""
    with translation.override(settings.LANGUAGE_CODE):
        return render_pdf("gift_receipt", {**receipt.content, "notice": notice(receipt)})


def notice(receipt: Receipt) -> str:
    """What has happened to the gift since the receipt was issued: all or a part of it went back, or nothing (empty)."""
    gift = receipt.gift
    if receipt.is_void:
        return _("This receipt is void: the gift was returned.")
    if gift.returned_minor:
        return _("%(returned)s of this gift was returned. %(net)s counts as given.") % {
            "returned": format_minor(gift.returned_minor, gift.currency),
            "net": format_minor(gift.amount_minor - gift.returned_minor, gift.currency),
        }
    return ""


def receipt_file_name(receipt: Receipt) -> str:
    return f"gift-receipt-{receipt.number}.pdf"


def _content(receipt: Receipt) -> dict[str, Any]:
    """Everything that is printed. The structured values at the end are for whoever reads the table later."""
    gift, organization = receipt.gift, settings.ORGANIZATION
    with translation.override(settings.LANGUAGE_CODE):
        return {
            "language": translation.get_language().partition("-")[0],
            "title": _("Receipt for your gift"),
            "number": receipt.number,
            "issued": _("Receipt %(number)s, issued %(date)s")
            % {"number": receipt.number, "date": _long_date(timezone.localtime(receipt.issued_at))},
            "organization": {
                "name": organization["name"],
                "formerly": _("formerly %(name)s") % {"name": organization["formerly"]}
                if organization["formerly"]
                else "",
                "legal_name": organization["legal_name"],
                "address_lines": organization["address"].splitlines(),
                "ein": _("EIN %(ein)s") % {"ein": organization["ein"]},
            },
            "amount_label": _("Your gift"),
            "amount": format_minor(gift.amount_minor, gift.currency),
            "rows": [
                {"label": _("Given by"), "value": gift.donor_name},
                {"label": _("Date of the gift"), "value": _long_date(gift.gift_date)},
                *_which_month(gift),
                {"label": _("Designated to"), "value": gift.program.title},
                {"label": _("Gift number"), "value": gift.reference},
                {"label": _("Received by"), "value": organization["legal_name"]},
            ],
            "statement": _statement(),
            "contact": _("Questions about this receipt: %(email)s") % {"email": organization["contact_email"]},
            "amount_minor": gift.amount_minor,
            "currency": gift.currency,
            "gift_date": gift.gift_date.isoformat() if gift.gift_date else None,
            "donor_email": gift.donor.email,
        }


def _which_month(gift: Gift) -> list[dict[str, str]]:
    """One more row for a monthly gift."""
    if not gift.is_monthly or gift.gift_date is None:
        return []
    return [{"label": _("Monthly gift of"), "value": str(formats.date_format(gift.gift_date, "YEAR_MONTH_FORMAT"))}]


def _statement() -> list[str]:
    """The staff's words; the law's, when staff have none."""
    wording = Wording.objects.filter(key=Wording.Key.RECEIPT_STATEMENT).first()
    return (wording.paragraphs if wording else []) or [NO_GOODS]


def _long_date(day: Any) -> str:
    return str(formats.date_format(day, "DATE_FORMAT"))
