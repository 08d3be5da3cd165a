"""Lead a visitor to Stripe's hosted page for a payment that is recorded already."""

from collections.abc import Sequence

from shop.stripe_payments import client, ledger
from shop.stripe_payments.client import CheckoutSession, Item, StripeDidNotAnswer, StripeRefused
from shop.stripe_payments.models import Payment

__all__ = ["Item", "StripeDidNotAnswer", "StripeRefused", "request"]


def request(
    payment: Payment,
    *,
    items: Sequence[Item],
    is_donation: bool,
    email: str,
    success_url: str,
    cancel_url: str,
) -> str:
    """The address of the payment's hosted page, made at most once however often this is called.

    `items` must add up to the payment. Raises `StripeDidNotAnswer` or `StripeRefused`. Not inside a transaction.
    """
    if sum(item.amount_minor * item.quantity for item in items) != payment.amount_minor:
        raise ValueError(f"The items of payment {payment.reference} do not add up to it")
    if payment.checkout_url:
        return payment.checkout_url

    def create() -> CheckoutSession:
        return client.create_checkout_session(
            reference=payment.reference,
            idempotency_key=payment.idempotency_key,
            currency=payment.currency,
            items=items,
            is_donation=is_donation,
            email=email,
            expires_at=payment.expires_at,
            success_url=success_url,
            cancel_url=cancel_url,
        )

    try:
        session = create()
    except StripeDidNotAnswer as error:
        if not error.is_kept_failure:
            raise
        # Stripe will answer this key with its failure for a day: look whether the page was made all the same.
        found = client.find_checkout_session(reference=payment.reference, created_after=payment.created_at)
        if found is None:
            payment = ledger.begin_new_attempt(payment.pk)
            found = create()
        session = found
    return ledger.remember_session(payment.pk, session).checkout_url
