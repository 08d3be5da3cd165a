"""Jobs about gifts: mails that are sent once the change that causes them is written."""

from django.utils import timezone
from procrastinate.contrib.django import app

from donations import emails
from donations.models import Gift, Receipt
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
def send_correction_mail(gift_id: int, net_minor: int) -> None:
    """What still counts after money went back. `net_minor` is what counted when this was deferred."""
    emails.send_correction(
        Gift.objects.select_related("donor", "receipt", "program").get(pk=gift_id), net_minor=net_minor
    )


def _receipt(receipt_id: int) -> Receipt:
    return Receipt.objects.select_related("gift__donor", "gift__program").get(pk=receipt_id)


def _remember_mailing(receipt: Receipt) -> None:
    receipt.mailed_at = timezone.now()
    receipt.save(update_fields=["mailed_at"])
