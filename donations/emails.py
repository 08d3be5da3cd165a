"""The mails about a gift, one function each."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse

from donations import mending
from donations.models import Gift, MonthlyGift, MyGivingLink, Receipt
from donations.receipts import notice, receipt_file_name, receipt_pdf
from shop import mail


def send_receipt(receipt: Receipt, *, key: str) -> None:
    """The receipt, with the PDF and what went back since. Carries no appeal."""
    mail.send(
        name="gift_receipt",
        to=receipt.gift.donor.email,
        key=key,
        context={
            "gift": receipt.gift,
            "receipt": receipt,
            "notice": notice(receipt),
            "my_giving_url": my_giving_url(),
        },
        attachments=[(receipt_file_name(receipt), receipt_pdf(receipt), "application/pdf")],
    )


def send_correction(gift: Gift, *, net_minor: int, told_at: str) -> None:
    """What still counts as given after a refund or a chargeback, and that the receipt is corrected by this.

    `told_at` tells two corrections to the same sum apart.
    """
    mail.send(
        name="gift_correction",
        to=gift.donor.email,
        key=f"gift_correction-{gift.reference}-{net_minor}-{told_at}",
        context={
            "gift": gift,
            "receipt": gift.receipt,
            "net_minor": net_minor,
            "returned_minor": gift.amount_minor - net_minor,
        },
    )


@dataclass(frozen=True)
class MonthlyFacts:
    """How a monthly gift stood when something happened to it."""

    amount_minor: int
    next_at: datetime | None


def send_monthly(name: str, monthly: MonthlyGift, facts: MonthlyFacts, *, told_at: str) -> None:
    """`name` is one of the mails `monthly_...`; `told_at` tells two mails of one kind apart."""
    mail.send(
        name=name,
        to=monthly.donor.email,
        key=f"{name}-{monthly.reference}-{told_at}",
        context={"monthly": monthly, "facts": facts, "my_giving_url": my_giving_url()},
    )


def send_yearly_reminder(monthly: MonthlyGift, *, day: date) -> None:
    """What is given every month, and how to change it. Carries no appeal."""
    subscription = monthly.subscription
    facts = MonthlyFacts(subscription.amount_minor, subscription.next_payment_at)
    send_monthly("monthly_yearly_reminder", monthly, facts, told_at=day.isoformat())


def send_renewal(
    name: str, monthly: MonthlyGift, *, invoice_id: str, amount_minor: int, attempt: int, next_try_at: datetime | None
) -> None:
    """`name` is `renewal_failed` or `renewal_needs_action`."""
    mail.send(
        name=name,
        to=monthly.donor.email,
        key=f"{name}-{invoice_id}-{attempt}",
        context={
            "monthly": monthly,
            "amount_minor": amount_minor,
            "next_try_at": next_try_at,
            "is_last_try": next_try_at is None,
            "mend_url": settings.SITE_URL + mending.path_to_mend(monthly, invoice_id=invoice_id),
            "my_giving_url": my_giving_url(),
        },
    )


def send_my_giving_link(link: MyGivingLink, *, to: str) -> None:
    """The way in. It goes to the address on file, never to one that merely looks like it."""
    mail.send(
        name="my_giving_link",
        to=to,
        key=f"my_giving_link-{link.pk}-{link.made_at}",
        context={"link": settings.SITE_URL + reverse("donations:my-giving-open", args=[link.token])},
    )


def my_giving_url() -> str:
    """Where donors ask for their link."""
    return settings.SITE_URL + reverse("donations:my-giving")
