"""Cards that were declined on a hosted page."""

from django.db import transaction

from shop.stripe_payments.ledger.changes import What, locked, write_down
from shop.stripe_payments.models import Payment


@transaction.atomic
def note_declined(reference: str, *, declines: int, cause: str) -> Payment | None:
    """Keep how many cards were declined for a payment so far; None when it is none of ours. Safe to repeat.

    The payment stays open: its hosted page lets the visitor try again.
    """
    found = Payment.objects.filter(reference=reference).first()
    if found is None:
        return None
    payment = locked(found.pk)
    if declines > payment.declines:
        payment.declines = declines
        payment.save(update_fields=["declines"])
        write_down(payment, What.CARD_DECLINED, cause=cause)
    return payment
