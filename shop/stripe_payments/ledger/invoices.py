"""Invoices of subscriptions: a paid one is a payment, a failed one is a step in the promise's history.

Nobody is charged here: Stripe has asked for the money, or tried to, before we hear of it.
"""

import logging
from datetime import datetime

from django.db import transaction

from shop.stripe_payments import client
from shop.stripe_payments.client import IntentState, InvoiceState
from shop.stripe_payments.ledger import changes, payments, subscriptions
from shop.stripe_payments.ledger.changes import PaymentMismatch
from shop.stripe_payments.models import Payment, PaymentChange, PaymentLine, Subscription, SubscriptionChange
from shop.tasks import tell_staff

logger = logging.getLogger(__name__)
What = SubscriptionChange.What


class UnknownMoney(Exception):
    """A paid invoice that can become no payment of ours: a person must look at it. The message says why."""


def take_over_invoice(invoice_id: str, *, now: datetime, cause: str) -> Payment | None:
    """The payment of a paid invoice, made once; the first invoice of a promise settles its first payment instead.

    None when it is not paid or asks for nothing. Raises what the client raises, `PaymentMismatch`, and `UnknownMoney`
    when it belongs to no promise of ours or was paid outside of Stripe. Safe to repeat; not inside a transaction.
    """
    truth = client.retrieve_invoice(invoice_id)
    if truth.status != "paid" or truth.amount_paid_minor == 0:
        return None
    known = Payment.objects.filter(invoice_id=truth.id).first()
    if known is not None and known.is_paid:
        return known
    subscription = subscription_of(truth, now=now, cause=cause)
    if subscription is None:
        raise UnknownMoney("Stripe took money by an invoice that belongs to no promise of ours")
    if truth.payment_intent_id is None:
        raise UnknownMoney("An invoice was marked as paid outside of Stripe")
    if truth.is_first:
        return Payment.objects.filter(invoice_id=truth.id).first()
    charge = client.retrieve_intent(truth.payment_intent_id)
    payment = _record(subscription, truth, charge, now=now, cause=cause)
    subscriptions.mirror(subscription, now=now, cause=cause)
    return payment


def note_unpaid(invoice_id: str, *, now: datetime, cause: str) -> None:
    """A renewal was not paid, or the donor's bank wants the donor to confirm it: written down and told once.

    Stripe tells of the second by two events; it is told as what it is, and once for each invoice. A failure is told
    once for each try, as long as the invoice is neither paid nor given up. A first invoice fails on the hosted page,
    in front of the donor: that is a declined card and nothing else.
    """
    truth = client.retrieve_invoice(invoice_id)
    if truth.status not in ("open", "uncollectible") or truth.is_first:
        return
    subscription = subscription_of(truth, now=now, cause=cause)
    if subscription is None:
        return
    subscription = subscriptions.mirror(subscription, now=now, cause=cause)
    intent = client.retrieve_intent(truth.payment_intent_id) if truth.payment_intent_id else None
    if subscription.is_over:
        return
    if intent is not None and intent.needs_confirmation:
        _write_down_action(subscription, truth, now=now, cause=cause)
    else:
        _write_down_failed(subscription, truth, now=now, cause=cause)


def note_stuck(invoice_id: str, *, now: datetime, cause: str) -> None:
    """Stripe could not finalize a renewal's invoice: staff must look at it."""
    truth = client.retrieve_invoice(invoice_id)
    subscription = subscription_of(truth, now=now, cause=cause)
    if subscription is not None and truth.is_stuck:
        _write_down_stuck(subscription, truth, cause=cause)


def subscription_of(truth: InvoiceState, *, now: datetime, cause: str) -> Subscription | None:
    """Our begun subscription behind an invoice; None when it is none of ours."""
    if truth.subscription_id is None:
        return None
    found = find_subscription(truth.subscription_id, now=now, cause=cause)
    if found is not None and (found.currency, found.is_live) != (truth.currency, truth.is_live):
        raise PaymentMismatch(f"{found.reference} {truth.id}")
    return found


def find_subscription(subscription_id: str, *, now: datetime, cause: str) -> Subscription | None:
    """Our subscription of Stripe's id, begun; None when it is none of ours.

    Stripe may tell of it before its first payment was settled: then that is done first.
    """
    found = Subscription.objects.filter(stripe_subscription_id=subscription_id).first()
    if found is not None:
        return found
    session = client.find_checkout_session_of_subscription(subscription_id)
    if session is not None:
        payments.settle_session(session.id, now=now, cause=cause)
    return Subscription.objects.filter(stripe_subscription_id=subscription_id).first()


@transaction.atomic
def _record(
    subscription: Subscription, truth: InvoiceState, charge: IntentState, *, now: datetime, cause: str
) -> Payment:
    """The renewal's payment with its line, paid from its first moment. Once for each invoice, under the row's lock."""
    subscription = subscriptions.locked(subscription.pk)
    known = Payment.objects.filter(invoice_id=truth.id).first()
    if known is not None:
        return known
    reference = subscriptions.handler_of(subscription).payment_due(
        subscription, amount_minor=truth.amount_paid_minor, currency=truth.currency, now=now
    )
    payment = Payment.objects.create(
        subscription=subscription,
        invoice_id=truth.id,
        payment_intent_id=charge.id,
        charge_id=charge.charge_id,
        fee_minor=charge.fee_minor,
        currency=truth.currency,
        amount_minor=truth.amount_paid_minor,
        is_live=truth.is_live,
        expires_at=now,
    )
    PaymentLine.objects.create(
        payment=payment,
        purpose=_purpose_of_lines(subscription),
        reference=reference,
        amount_minor=truth.amount_paid_minor,
    )
    changes.write_down(payment, PaymentChange.What.ASKED_FOR, from_status="", cause=cause)
    changes.change_status(payment, Payment.Status.PAID, now=now, cause=cause, paid_at=charge.charged_at or now)
    return payment


def _purpose_of_lines(subscription: Subscription) -> str:
    """Every month is for what the first one was for."""
    return PaymentLine.objects.filter(payment__subscription=subscription).earliest("id").purpose


@transaction.atomic
def _write_down_failed(subscription: Subscription, truth: InvoiceState, *, now: datetime, cause: str) -> None:
    subscription = subscriptions.locked(subscription.pk)
    is_new = subscriptions.write_down(
        subscription,
        What.PAYMENT_FAILED,
        key=f"failed {truth.id} {truth.attempts}",
        amount_minor=truth.amount_due_minor,
        invoice_id=truth.id,
        cause=cause,
    )
    if is_new:
        subscriptions.handler_of(subscription).renewal_failed(
            subscription,
            invoice_id=truth.id,
            amount_minor=truth.amount_due_minor,
            attempt=truth.attempts,
            next_try_at=truth.next_try_at,
            now=now,
        )


@transaction.atomic
def _write_down_action(subscription: Subscription, truth: InvoiceState, *, now: datetime, cause: str) -> None:
    subscription = subscriptions.locked(subscription.pk)
    is_new = subscriptions.write_down(
        subscription,
        What.ACTION_REQUIRED,
        key=f"action {truth.id}",
        amount_minor=truth.amount_due_minor,
        invoice_id=truth.id,
        cause=cause,
    )
    if is_new:
        subscriptions.handler_of(subscription).renewal_needs_action(
            subscription, invoice_id=truth.id, amount_minor=truth.amount_due_minor, now=now
        )


@transaction.atomic
def _write_down_stuck(subscription: Subscription, truth: InvoiceState, *, cause: str) -> None:
    subscription = subscriptions.locked(subscription.pk)
    is_new = subscriptions.write_down(
        subscription,
        What.INVOICE_STUCK,
        key=f"stuck {truth.id}",
        amount_minor=truth.amount_due_minor,
        invoice_id=truth.id,
        cause=cause,
    )
    if is_new:
        tell_staff.defer(what="Stripe could not make the invoice of a monthly gift", reference=subscription.reference)
