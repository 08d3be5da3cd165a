"""What each kind of Stripe event makes us do. The event only says where to look: Stripe is asked again."""

import logging
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import Any

from django.conf import settings

from shop.stripe_payments import client, dispatch_subscriptions, ledger
from shop.stripe_payments.books import read_payout
from shop.stripe_payments.models import Payment, StripeEvent
from shop.tasks import tell_staff

logger = logging.getLogger(__name__)

Action = Callable[[StripeEvent, datetime], None]


def handle(event: StripeEvent, *, now: datetime) -> None:
    """Act on a stored event. Safe to repeat; raises what the client raises.

    An event about a session that is not what we asked for is not tried again: staff must look at it.
    """
    action = ACTIONS.get(event.type)
    if action is None:
        logger.info("Event %s of type %s: nothing to do", event.event_id, event.type)
        return
    try:
        action(event, now)
    except ledger.PaymentMismatch:
        tell_staff.defer(what="Stripe reports a payment that is not what we asked for", reference=event.object_id)


def _settle(event: StripeEvent, now: datetime) -> None:
    ledger.settle_session(event.object_id, now=now, cause=event.event_id)


def _refresh_charge(event: StripeEvent, now: datetime) -> None:
    """The balance transaction, and with it the fee, can arrive after the payment."""
    payment = Payment.objects.filter(charge_id=event.object_id).first()
    if payment is not None and payment.fee_minor is None:
        ledger.settle(payment.reference, now=now, cause=event.event_id)


def _refresh_refund(event: StripeEvent, now: datetime) -> None:
    truth = client.retrieve_refund(event.object_id)
    payment = ledger.find_payment(truth.payment_intent_id, now=now, cause=event.event_id)
    if payment is None:
        _tell_of_stranger("A refund at Stripe belongs to no payment of ours", event)
        return
    ledger.take_over_refund(payment.pk, truth, now=now, cause=event.event_id)


def _refresh_refunds_of_charge(event: StripeEvent, now: datetime) -> None:
    """A cross-check: every refund of the charge, whichever event told of it first."""
    intent_id = client.intent_of_charge(event.object_id)
    payment = ledger.find_payment(intent_id, now=now, cause=event.event_id)
    if payment is None or intent_id is None:
        _tell_of_stranger("A charge at Stripe that is none of ours was refunded", event)
        return
    for truth in client.refunds_of(intent_id):
        ledger.take_over_refund(payment.pk, truth, now=now, cause=event.event_id)


def _note_declined(event: StripeEvent, now: datetime) -> None:
    """A card was declined. The hosted page lets the visitor try again, so the payment stays open.

    `settings.DECLINE_WATCHERS` names the modules that are told, through `note_declined(*, payment, attempt, now)`.
    Every decline so far is told each time under the same name, so that none is missed and none counts twice.
    """
    declines = client.count_declines(event.object_id)
    payment = ledger.note_declined(declines.reference, declines=declines.count, cause=event.event_id)
    if payment is None:
        logger.info("A payment attempt failed that is none of ours: %s", event.object_id)
        return
    for name in settings.DECLINE_WATCHERS:
        watcher: Any = import_module(name)
        for number in range(1, declines.count + 1):
            watcher.note_declined(payment=payment, attempt=f"{event.object_id} {number}", now=now)


def _refresh_dispute(event: StripeEvent, now: datetime) -> None:
    truth = client.retrieve_dispute(event.object_id)
    payment = ledger.find_payment(truth.payment_intent_id, now=now, cause=event.event_id)
    if payment is None:
        _tell_of_stranger("A dispute at Stripe belongs to no payment of ours", event)
        return
    ledger.apply_dispute(payment.pk, truth, now=now, cause=event.event_id)


def _refresh_fraud_warning(event: StripeEvent, now: datetime) -> None:
    truth = client.retrieve_fraud_warning(event.object_id)
    payment = ledger.find_payment(truth.payment_intent_id, now=now, cause=event.event_id)
    if payment is None:
        _tell_of_stranger("A warning of fraud belongs to no payment of ours", event)
        return
    ledger.apply_fraud_warning(payment.pk, truth, cause=event.event_id)


def _refresh_payout(event: StripeEvent, now: datetime) -> None:
    read_payout(client.retrieve_payout(event.object_id))


def _tell_of_stranger(what: str, event: StripeEvent) -> None:
    if event.type.endswith(".created") or event.type == "charge.refunded":  # once, not with every change of it
        tell_staff.defer(what=what, reference=event.object_id)


ACTIONS: dict[str, Action] = {
    "checkout.session.completed": _settle,
    "checkout.session.async_payment_succeeded": _settle,
    "checkout.session.async_payment_failed": _settle,
    "checkout.session.expired": _settle,
    "payment_intent.payment_failed": _note_declined,
    "charge.updated": _refresh_charge,
    "charge.refunded": _refresh_refunds_of_charge,
    "refund.created": _refresh_refund,
    "refund.updated": _refresh_refund,
    "refund.failed": _refresh_refund,
    "charge.dispute.created": _refresh_dispute,
    "charge.dispute.updated": _refresh_dispute,
    "charge.dispute.closed": _refresh_dispute,
    "charge.dispute.funds_withdrawn": _refresh_dispute,
    "charge.dispute.funds_reinstated": _refresh_dispute,
    "radar.early_fraud_warning.created": _refresh_fraud_warning,
    "payout.created": _refresh_payout,
    "payout.updated": _refresh_payout,
    "payout.paid": _refresh_payout,
    "payout.failed": _refresh_payout,
    "payout.reconciliation_completed": _refresh_payout,
    **dispatch_subscriptions.ACTIONS,
}
