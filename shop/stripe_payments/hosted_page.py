"""Lead a visitor to Stripe's hosted page for a payment that is recorded already."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from shop.stripe_payments import client, ledger
from shop.stripe_payments.client import CheckoutSession, Item, StripeDidNotAnswer, StripeRefused
from shop.stripe_payments.models import Payment

__all__ = ["TIME_TO_PAY", "Item", "StripeDidNotAnswer", "StripeRefused", "can_still_be_paid", "request"]

# Stripe keeps a hosted page open for at least 30 minutes; the rest is for asking.
TIME_TO_PAY = timedelta(minutes=35)
STRIPE_LEAST_TIME = timedelta(minutes=30, seconds=30)
# An open page that is about to close is not given to somebody who only now begins to type a card number.
WORTH_RETURNING_TO = timedelta(minutes=5)


class PageWithdrawn(StripeDidNotAnswer):
    """The payment was given up while its page was being made; the page is closed again."""


def can_still_be_paid(payment: Payment, *, now: datetime) -> bool:
    """Whether the payment's page, made or to be made, leaves a visitor the time to pay."""
    time_needed = WORTH_RETURNING_TO if payment.checkout_url else STRIPE_LEAST_TIME
    is_ours = payment.status == Payment.Status.OPEN and payment.is_live == client.is_live()
    return is_ours and payment.expires_at >= now + time_needed


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

    `items` must add up to the payment; the first month of a promise has exactly one. Raises `StripeDidNotAnswer` or
    `StripeRefused`. Not inside a transaction.
    """
    _refuse_what_does_not_fit(payment, items)
    client.refuse_other_mode(is_live_there=payment.is_live)
    if payment.checkout_url:
        return payment.checkout_url

    def create(payment: Payment) -> CheckoutSession:
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
            promise=payment.subscription.reference if payment.subscription else None,
        )

    return _make_once(payment, create)


def _refuse_what_does_not_fit(payment: Payment, items: Sequence[Item]) -> None:
    if sum(item.amount_minor * item.quantity for item in items) != payment.amount_minor:
        raise ValueError(f"The items of payment {payment.reference} do not add up to it")
    if payment.subscription and len(items) != 1:
        raise ValueError(f"Payment {payment.reference} begins a promise of more than one item")


def _make_once(payment: Payment, create: Callable[[Payment], CheckoutSession]) -> str:
    """Make the page, under another key where Stripe keeps a failure, and keep its address."""
    try:
        session = create(payment)
    except StripeRefused as error:
        if payment.subscription is None or error.code != "resource_missing":
            raise
        session = create(_with_monthly_product(payment))
    except StripeDidNotAnswer as error:
        failed = payment.attempt  # the other of two clicks may have begun the next one meanwhile
        payment.refresh_from_db()
        if payment.checkout_url:  # the other of two clicks was answered
            return payment.checkout_url
        if not error.is_kept_failure:
            raise
        session = _made_all_the_same(payment) or create(_with_another_key(payment, after=failed))
    return _remember(payment, session)


def _with_monthly_product(payment: Payment) -> Payment:
    """The product of all monthly gifts is not there. Stripe may keep this answer under the key, too."""
    client.ensure_monthly_product()
    return ledger.begin_new_attempt(payment.pk, after=payment.attempt, cause="the monthly gift's product was missing")


def _made_all_the_same(payment: Payment) -> CheckoutSession | None:
    """Stripe will answer this key with its failure for a day, and may have made the page before it failed."""
    return client.find_checkout_session(reference=payment.reference, created_after=payment.created_at)


def _with_another_key(payment: Payment, *, after: int) -> Payment:
    return ledger.begin_new_attempt(payment.pk, after=after, cause="Stripe failed on its side")


def _remember(payment: Payment, session: CheckoutSession) -> str:
    payment = ledger.remember_session(payment.pk, session)
    if payment.checkout_session_id != session.id:
        _close(session.id)
        if payment.status != Payment.Status.OPEN or not payment.checkout_url:
            raise PageWithdrawn(payment.reference)
    return payment.checkout_url


def _close(session_id: str) -> None:
    try:
        client.expire_checkout_session(session_id)
    except StripeRefused:  # it has ended by itself; if it was paid, the webhook settles it
        return
