"""The mails about a gift, one function each."""

from donations.models import Gift, Receipt
from donations.receipts import receipt_file_name, receipt_pdf
from shop import mail


def send_receipt(receipt: Receipt, *, key: str) -> None:
    """The receipt, with the PDF. Carries no appeal."""
    mail.send(
        name="gift_receipt",
        to=receipt.gift.donor.email,
        key=key,
        context={"gift": receipt.gift, "receipt": receipt},
        attachments=[(receipt_file_name(receipt), receipt_pdf(receipt), "application/pdf")],
    )


def send_correction(gift: Gift, *, net_minor: int) -> None:
    """What still counts as given after a refund or a chargeback, and that the receipt is corrected by this."""
    mail.send(
        name="gift_correction",
        to=gift.donor.email,
        key=f"gift_correction-{gift.reference}-{net_minor}",
        context={
            "gift": gift,
            "receipt": gift.receipt,
            "net_minor": net_minor,
            "returned_minor": gift.amount_minor - net_minor,
        },
    )
