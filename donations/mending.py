"""The link to mend a month that could not be charged, and where it leads."""

from django.core import signing
from django.urls import reverse

from donations.models import MonthlyGift
from shop.stripe_payments import client

_SALT = "donations.mending"
_LONGEST = 300
# Stripe tries for two weeks; a mail may lie a while.
_GOOD_FOR_SECONDS = 60 * 24 * 60 * 60


def path_to_mend(monthly: MonthlyGift, *, invoice_id: str) -> str:
    """Only we can make it. It says nothing of the donor."""
    token = signing.dumps([monthly.reference, invoice_id], salt=_SALT)
    return reverse("donations:mend", args=[token])


def find(token: str) -> tuple[MonthlyGift, str] | None:
    """The monthly gift and the invoice that a link is about; None for a link that is not ours, or too old."""
    try:
        reference, invoice_id = signing.loads(token[:_LONGEST], salt=_SALT, max_age=_GOOD_FOR_SECONDS)
    except signing.BadSignature:
        return None
    monthly = MonthlyGift.objects.select_related("subscription").filter(
        reference=reference, subscription__is_live=client.is_live()
    )
    found = monthly.first()
    return (found, invoice_id) if found else None
