"""Jobs of the payment core. A job that fails is tried again, waiting longer each time, for about a day."""

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from shop.stripe_payments import client, dispatch, ledger
from shop.stripe_payments.models import Payment, Refund, StripeEvent
from shop.tasks import PATIENT

logger = logging.getLogger(__name__)

# A webhook is given this long to be handled before the sweep hands it out again.
EVENT_PATIENCE = timedelta(minutes=10)
# The visitor may pay in the very last second; Stripe closes the page itself.
GRACE = timedelta(minutes=1)


@app.task(queue="payments", retry=PATIENT, pass_context=False)
def handle_event(event_id: str) -> None:
    """Act on a stored webhook."""
    dispatch.handle_stored(event_id)


@app.task(queue="payments", retry=PATIENT)
def send_refund(refund_id: int) -> None:
    """Ask Stripe for a refund that is recorded here."""
    refund = Refund.objects.select_related("line__payment").get(pk=refund_id)
    if refund.status != Refund.Status.REQUESTED:
        return
    try:
        truth = client.create_refund(
            reference=refund.reference,
            idempotency_key=f"refund-{refund.reference}",
            payment_intent_id=refund.line.payment.payment_intent_id or "",
            amount_minor=refund.amount_minor,
        )
    except client.StripeRefused:
        logger.exception("Refund %s was refused", refund.reference)
        ledger.fail_refund(refund.pk)
        return
    ledger.apply_refund(refund.pk, truth, now=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(queue="payments", pass_context=False)
def sweep_unfinished_payments(timestamp: int) -> None:
    """Ask after payments whose time is over. One that fails does not keep the others from being asked after."""
    over = Payment.objects.unfinished().filter(expires_at__lt=timezone.now() - GRACE)
    for reference in over.order_by("expires_at").values_list("reference", flat=True)[:500]:
        _defer_once(settle_overdue_payment, f"payment-{reference}", reference=reference)


@app.task(queue="payments")
def handle_waiting_event(event_id: str) -> None:
    """As `handle_event`, once: the sweep itself is what tries again."""
    dispatch.handle_stored(event_id)


@app.task(queue="payments")
def settle_overdue_payment(reference: str) -> None:
    """Close a payment whose time is over, or take over that it was paid. The sweep tries again."""
    payment = ledger.close(reference, cause="sweep")
    if payment.status == Payment.Status.PROCESSING:
        ledger.settle(reference, cause="sweep")


@app.periodic(cron="*/5 * * * *")
@app.task(queue="payments", pass_context=False)
def sweep_unhandled_events(timestamp: int) -> None:
    """Hand out events again whose job was lost or gave up."""
    waiting = StripeEvent.objects.filter(handled_at=None, received_at__lt=timezone.now() - EVENT_PATIENCE)
    for event_id in waiting.order_by("received_at").values_list("event_id", flat=True)[:500]:
        _defer_once(handle_waiting_event, f"event-{event_id}", event_id=event_id)


def _defer_once(task: Any, lock: str, **arguments: Any) -> None:
    """Unless the same waits already."""
    try:
        with transaction.atomic():
            task.configure(queueing_lock=lock).defer(**arguments)
    except AlreadyEnqueued:
        logger.info("%s waits already", lock)
