"""Which payment of ours a payment intent of Stripe's belongs to, also when we have not heard of it yet."""

import logging
from datetime import datetime

from shop.stripe_payments import client
from shop.stripe_payments.ledger.invoices import UnknownMoney, take_over_invoice
from shop.stripe_payments.ledger.payments import settle, settle_session
from shop.stripe_payments.models import Payment

logger = logging.getLogger(__name__)


def find_payment(payment_intent_id: str | None, *, now: datetime, cause: str) -> Payment | None:
    """The settled payment behind a payment intent; None when it is none of ours.

    A refund or a dispute may be told before the payment itself: then the payment is settled first, and a renewal's
    invoice is taken over. Raises what
    the client raises, and `PaymentMismatch`.
    """
    if not payment_intent_id:
        return None
    payment = Payment.objects.filter(payment_intent_id=payment_intent_id).first()
    if payment is not None:
        return payment if payment.is_paid else settle(payment.reference, now=now, cause=cause)
    session = client.find_checkout_session_of_intent(payment_intent_id)
    if session is not None:
        return settle_session(session.id, now=now, cause=cause)
    invoice = client.invoice_of_intent(payment_intent_id)
    if invoice is not None:
        try:
            return take_over_invoice(invoice.id, now=now, cause=cause)
        except UnknownMoney:  # staff hear of it from who asks, or from the invoice's own event
            return None
    logger.warning("Payment intent %s is none of ours", payment_intent_id)
    return None
