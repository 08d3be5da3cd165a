"""Asking for money, and what became of it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from shop.money import CURRENCY
from shop.stripe_payments import client
from shop.stripe_payments.client import CheckoutSession, StripeRefused
from shop.stripe_payments.ledger import subscriptions
from shop.stripe_payments.ledger.changes import PaymentMismatch, What, change_status, locked, write_down
from shop.stripe_payments.models import Payment, PaymentLine, Subscription

logger = logging.getLogger(__name__)
Status = Payment.Status


@dataclass(frozen=True)
class NewLine:
    """A part of a payment that is about to be asked for."""

    purpose: str
    reference: str
    amount_minor: int


@dataclass(frozen=True)
class NewPromise:
    """What a payment is to be the first month of: the amount is the payment's."""

    purpose: str
    reference: str


@transaction.atomic
def open_payment(
    *, lines: Sequence[NewLine], expires_at: datetime, now: datetime, promise: NewPromise | None = None
) -> Payment:
    """Record that money will be asked for. Call it in the transaction that writes the order or the gift.

    With a `promise` it will be asked for every month, and this is the first one.
    """
    amount_minor = sum(line.amount_minor for line in lines)
    payment = Payment.objects.create(
        currency=CURRENCY,
        amount_minor=amount_minor,
        is_live=client.is_live(),
        expires_at=expires_at,
        subscription=_new_subscription(promise, amount_minor) if promise else None,
    )
    for line in lines:
        PaymentLine.objects.create(
            payment=payment, purpose=line.purpose, reference=line.reference, amount_minor=line.amount_minor
        )
    write_down(payment, What.ASKED_FOR, from_status="", cause="asked for")
    return payment


@transaction.atomic
def remember_session(payment_id: int, session: CheckoutSession) -> Payment:
    """Keep which hosted page stands for the payment: the first one, and none for a payment that was given up meanwhile.

    A second page could be paid beside the first, and no payment of ours would stand behind it: whoever made it looks
    at the answer, and closes it.
    """
    payment = locked(payment_id)
    if payment.status != Status.OPEN or payment.checkout_session_id not in (None, session.id):
        return payment
    payment.checkout_session_id, payment.checkout_url = session.id, session.url
    payment.save(update_fields=["checkout_session_id", "checkout_url"])
    return payment


@transaction.atomic
def begin_new_attempt(payment_id: int, *, after: int, cause: str) -> Payment:
    """Leave the idempotency key of the attempt `after` behind, under which Stripe keeps a failure.

    Of two that met the same failure both get the same new attempt.
    """
    payment = locked(payment_id)
    if payment.attempt == after:
        payment.attempt += 1
        payment.save(update_fields=["attempt"])
        write_down(payment, What.NEW_ATTEMPT, cause=cause)
    return payment


def settle(reference: str, *, now: datetime | None = None, cause: str = "return page") -> Payment:
    """Ask Stripe what became of a payment, and apply it once.

    The first month of a promise begins the promise, too. Of a renewal, which is paid from its first moment, only
    the fee can still be asked for. Raises `StripeDidNotAnswer`; `PaymentMismatch` when Stripe's session is not
    ours. Safe to repeat.
    """
    payment = Payment.objects.get(reference=reference)
    if payment.checkout_session_id is None:
        return _read_fee(payment) if payment.is_paid else payment
    client.refuse_other_mode(is_live_there=payment.is_live)
    truth = client.retrieve_checkout_session(payment.checkout_session_id)
    return _apply(payment.pk, truth, now=now or timezone.now(), cause=cause)


def settle_session(session_id: str, *, now: datetime | None = None, cause: str) -> Payment | None:
    """As `settle`, starting from Stripe's side; None when the session is none of ours."""
    truth = client.retrieve_checkout_session(session_id)
    payment = Payment.objects.filter(reference=truth.reference).first()
    if payment is None:
        logger.warning("Checkout Session %s is none of ours", session_id)
        return None
    return _apply(payment.pk, truth, now=now or timezone.now(), cause=cause)


def close(reference: str, *, now: datetime | None = None, cause: str) -> Payment:
    """End an unfinished payment: close its hosted page, then apply what Stripe says.

    The answer may be a paid payment, when the visitor was faster. A payment whose page was never made just
    expires, and so does a test payment when the key is live. Raises `StripeDidNotAnswer`.
    """
    now = now or timezone.now()
    payment = Payment.objects.get(reference=reference)
    if payment.is_unfinished and client.is_live() and not payment.is_live:
        return _expire_unasked(payment.pk, now=now, cause="a test payment; the key is live now")
    if payment.status != Status.OPEN:
        return payment
    if payment.checkout_session_id is None:
        return _expire_unsent(payment.pk, now=now, cause=cause)
    client.refuse_other_mode(is_live_there=payment.is_live)
    try:
        client.expire_checkout_session(payment.checkout_session_id)
    except StripeRefused:
        logger.info("Payment %s could not be closed: it has ended already", reference)
    return settle(reference, now=now, cause=cause)


@transaction.atomic
def _apply(payment_id: int, truth: CheckoutSession, *, now: datetime, cause: str) -> Payment:
    payment = locked(payment_id)
    _refuse_mismatch(payment, truth)
    _remember_what_stripe_knows(payment, truth)
    new_status = _next_status(payment, truth)
    if new_status == Status.PAID:
        _pay(payment, truth, now=now, cause=cause)
    elif new_status is not None:
        _go_to(payment, new_status, now=now, cause=cause)
    return payment


def _pay(payment: Payment, truth: CheckoutSession, *, now: datetime, cause: str) -> None:
    """The money is here, and with it the promise, if it is the first month of one."""
    paid_at = _paid_at(payment, truth, now)
    if payment.subscription_id is None or truth.subscription is None:
        change_status(payment, Status.PAID, now=now, cause=cause, paid_at=paid_at)
        return
    subscriptions.begin(payment.subscription_id, truth.subscription, cause=cause)
    change_status(payment, Status.PAID, now=now, cause=cause, paid_at=paid_at)
    subscriptions.tell_begun(payment.subscription_id, truth.subscription, now=now, cause=cause)


def _go_to(payment: Payment, status: Payment.Status, *, now: datetime, cause: str) -> None:
    change_status(payment, status, now=now, cause=cause)
    if payment.subscription_id is not None and not payment.is_unfinished:
        subscriptions.give_up(payment.subscription_id)


def _new_subscription(promise: NewPromise, amount_minor: int) -> Subscription:
    return Subscription.objects.create(
        purpose=promise.purpose,
        purpose_reference=promise.reference,
        currency=CURRENCY,
        amount_minor=amount_minor,
        is_live=client.is_live(),
    )


def _read_fee(payment: Payment) -> Payment:
    """Of a payment that was taken over paid: the balance transaction can arrive after it."""
    if payment.fee_minor is None and payment.payment_intent_id is not None:
        client.refuse_other_mode(is_live_there=payment.is_live)
        payment.fee_minor = client.retrieve_intent(payment.payment_intent_id).fee_minor
        payment.save(update_fields=["fee_minor"])
    return payment


def _paid_at(payment: Payment, truth: CheckoutSession, now: datetime) -> datetime:
    """When the card was charged, so that a webhook that is late does not move a gift into another year.

    A bank debit is charged days before its money is here: it counts from now.
    """
    return now if payment.status == Status.PROCESSING else truth.charged_at or now


def _refuse_mismatch(payment: Payment, truth: CheckoutSession) -> None:
    ours = (payment.reference, payment.amount_minor, payment.currency, payment.is_live)
    theirs = (truth.reference, truth.amount_minor, truth.currency, truth.is_live)
    is_another = payment.checkout_session_id not in (None, truth.id)
    # A promise has its subscription once it is paid for, and nothing else has one.
    is_another |= truth.payment_status == "paid" and (payment.subscription_id is None) != (truth.subscription is None)
    if ours != theirs or is_another:
        logger.error("Payment %s: Stripe's session %s is not the one we asked for", payment.reference, truth.id)
        raise PaymentMismatch(f"{payment.reference} {truth.id}")


def _remember_what_stripe_knows(payment: Payment, truth: CheckoutSession) -> None:
    payment.checkout_session_id = truth.id
    payment.payment_intent_id = truth.payment_intent_id or payment.payment_intent_id
    if truth.payment_status == "paid":  # before that, the latest charge may be a declined one
        payment.charge_id = truth.charge_id or payment.charge_id
        payment.fee_minor = truth.fee_minor if truth.fee_minor is not None else payment.fee_minor
    payment.invoice_id = truth.invoice_id or payment.invoice_id
    payment.save(update_fields=["checkout_session_id", "payment_intent_id", "charge_id", "fee_minor", "invoice_id"])


def _next_status(payment: Payment, truth: CheckoutSession) -> Payment.Status | None:
    """The status to go to; None when nothing changes. Money that arrives after the end counts as paid."""
    if payment.is_paid:
        return None
    if truth.status == "expired":
        return Status.EXPIRED if payment.status == Status.OPEN else None
    if truth.status != "complete":
        return None
    if truth.payment_status in ("paid", "no_payment_required"):
        return Status.PAID
    if truth.has_intent_failed:
        return Status.FAILED if payment.is_unfinished else None
    return Status.PROCESSING if payment.status == Status.OPEN else None


@transaction.atomic
def _expire_unsent(payment_id: int, *, now: datetime, cause: str) -> Payment:
    payment = locked(payment_id)
    if payment.status == Status.OPEN and payment.checkout_session_id is None:
        _go_to(payment, Status.EXPIRED, now=now, cause=cause)
    return payment


@transaction.atomic
def _expire_unasked(payment_id: int, *, now: datetime, cause: str) -> Payment:
    payment = locked(payment_id)
    if payment.is_unfinished:
        _go_to(payment, Status.EXPIRED, now=now, cause=cause)
    return payment
