"""Jobs about gifts: mails that are sent once the change that causes them is written."""

from datetime import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from donations import emails, reminders
from donations.models import Gift, MonthlyGift, Receipt
from donations.my_giving import link
from shop.tasks import PATIENT


@app.task(queue="mail", retry=PATIENT)
def send_receipt_mail(receipt_id: int) -> None:
    """The first mail of a receipt. A job that runs twice sends once: what was sent is written down."""
    receipt = _receipt(receipt_id)
    if receipt.mailed_at is None:
        emails.send_receipt(receipt, key=f"gift_receipt-{receipt.number}")
        _remember_mailing(receipt)


@app.task(queue="mail", retry=PATIENT)
def send_receipt_again(receipt_id: int, request: str) -> None:
    """The receipt once more, to the donor's own address. `request` is random: one for each time staff asked."""
    receipt = _receipt(receipt_id)
    emails.send_receipt(receipt, key=f"gift_receipt-{receipt.number}-{request}")
    _remember_mailing(receipt)


@app.task(queue="mail", retry=PATIENT)
def send_correction_mail(gift_id: int, net_minor: int, told_at: str) -> None:
    """What still counts after money went back. `net_minor` is what counted at `told_at`, in ISO 8601."""
    gift = Gift.objects.select_related("donor", "receipt", "program").get(pk=gift_id)
    emails.send_correction(gift, net_minor=net_minor, told_at=told_at)


@app.task(queue="mail", retry=PATIENT)
def send_monthly_mail(name: str, monthly_gift_id: int, amount_minor: int, next_at: str | None, told_at: str) -> None:
    """A mail about the promise itself. What it says was true at `told_at`; times are ISO 8601."""
    facts = emails.MonthlyFacts(amount_minor, next_at=_moment(next_at))
    emails.send_monthly(name, _monthly_gift(monthly_gift_id), facts, told_at=told_at)


@app.task(queue="mail", retry=PATIENT)
def send_renewal_mail(
    name: str, monthly_gift_id: int, invoice_id: str, amount_minor: int, attempt: int, next_try_at: str | None
) -> None:
    """One month was not charged: what happened, and the link to mend it."""
    emails.send_renewal(
        name,
        _monthly_gift(monthly_gift_id),
        invoice_id=invoice_id,
        amount_minor=amount_minor,
        attempt=attempt,
        next_try_at=_moment(next_try_at),
    )


@app.task(queue="mail", retry=PATIENT)
def send_my_giving_link(link_id: int) -> None:
    """The link to "My giving", if the address ever gave. Asked here and not on the page: both take the same time."""
    link.mail(link_id, now=timezone.now())


@app.periodic(cron="*/30 * * * *")
@app.task(queue="housekeeping")
def forget_my_giving_links(timestamp: int) -> None:
    """An address that somebody typed is kept no longer than its link works."""
    link.forget_old(now=timezone.now())


@app.periodic(cron="20 14 * * *")
@app.task(queue="mail")
def remind_of_monthly_gifts(timestamp: int) -> None:
    """Once a year each donor hears what they give every month, and how to change it."""
    for monthly_gift_id in reminders.due(now=timezone.now()):
        send_yearly_reminder.defer(monthly_gift_id=monthly_gift_id)


@app.task(queue="mail", retry=PATIENT)
def send_yearly_reminder(monthly_gift_id: int) -> None:
    """Safe to repeat: the next reminder's day is written down with the sending."""
    reminders.send(monthly_gift_id, now=timezone.now())


def _monthly_gift(monthly_gift_id: int) -> MonthlyGift:
    return MonthlyGift.objects.select_related("donor", "program", "subscription").get(pk=monthly_gift_id)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _receipt(receipt_id: int) -> Receipt:
    return Receipt.objects.select_related("gift__donor", "gift__program").get(pk=receipt_id)


def _remember_mailing(receipt: Receipt) -> None:
    receipt.mailed_at = timezone.now()
    receipt.save(update_fields=["mailed_at"])
