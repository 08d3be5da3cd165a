"""What each kind of Stripe event makes us do. The event only says where to look: Stripe is asked again."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from shop.stripe_payments import client, ledger
from shop.stripe_payments.models import Payment, Refund, StripeEvent
from shop.tasks import tell_staff

logger = logging.getLogger(__name__)


def handle(event: StripeEvent, *, now: datetime) -> None:
    """Act on a stored event. Safe to repeat; raises what the client raises.

    An event about a session that is not what we asked for is not tried again: staff must look at it.
    """
    action = ACTIONS.get(event.type)
    if action is None:
        logger.info("Event %s of type %s: nothing to do", event.event_id, event.type)
    else:
        try:
            action(event, now)
        except ledger.PaymentMismatch:
            tell_staff.defer(what="Stripe reports a payment that is not what we asked for", reference=event.object_id)
    event.handled_at = now
    event.save(update_fields=["handled_at"])


def _settle(event: StripeEvent, now: datetime) -> None:
    ledger.settle_session(event.object_id, now=now, cause=event.event_id)


def _fail(event: StripeEvent, now: datetime) -> None:
    ledger.fail_processing(event.object_id, now=now, cause=event.event_id)


def _refresh_charge(event: StripeEvent, now: datetime) -> None:
    """The balance transaction, and with it the fee, can arrive after the payment."""
    payment = Payment.objects.filter(charge_id=event.object_id).first()
    if payment is not None:
        ledger.settle(payment.reference, now=now, cause=event.event_id)


def _refresh_refund(event: StripeEvent, now: datetime) -> None:
    truth = client.retrieve_refund(event.object_id)
    refund = Refund.objects.filter(reference=truth.reference).first() if truth.reference else None
    if refund is None:
        if event.type == "refund.created":
            tell_staff.defer(what="A refund was made at Stripe that is not known here", reference=truth.id)
        return
    ledger.apply_refund(refund.pk, truth, now=now)


def _note_failed_attempt(event: StripeEvent, now: datetime) -> None:
    """A card was declined. The hosted page lets the visitor try again, so the payment stays open."""
    logger.info("A payment attempt failed: %s", event.object_id)


def _tell_of_dispute(event: StripeEvent, now: datetime) -> None:
    tell_staff.defer(what="A payment is disputed: answer in Stripe's dashboard", reference=event.object_id)


ACTIONS: dict[str, Callable[[StripeEvent, datetime], None]] = {
    "checkout.session.completed": _settle,
    "checkout.session.async_payment_succeeded": _settle,
    "checkout.session.async_payment_failed": _fail,
    "checkout.session.expired": _settle,
    "payment_intent.payment_failed": _note_failed_attempt,
    "charge.updated": _refresh_charge,
    "refund.created": _refresh_refund,
    "refund.updated": _refresh_refund,
    "refund.failed": _refresh_refund,
    "charge.dispute.created": _tell_of_dispute,
}


def handle_stored(event_id: str) -> None:
    """Act on the event that the webhook stored."""
    handle(StripeEvent.objects.get(event_id=event_id), now=timezone.now())
