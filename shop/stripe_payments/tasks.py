"""Jobs of the payment core. A job that fails is tried again, waiting longer each time, for about a day."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from shop.stripe_payments import books, client, intake, ledger, promises, reconciliation
from shop.stripe_payments.models import Payment, Refund, StripeEvent, Subscription
from shop.tasks import PATIENT

logger = logging.getLogger(__name__)

# Waits 3, 9, 27 seconds, ... up to sixteen hours; `intake` sets the event aside before these tries run out.
EVENT_RETRIES = RetryStrategy(max_attempts=intake.MOST_TRIES + 1, exponential_wait=3)
# A webhook whose job was lost is handed out again after this time.
EVENT_PATIENCE = timedelta(minutes=10)
# Longer than the longest wait between two tries of one event.
LONGEST_WAIT = timedelta(hours=18)
# What was asked for here and is not done after this time is asked for again.
WISH_PATIENCE = timedelta(hours=1)
# The visitor may pay in the very last second; Stripe closes the page itself.
GRACE = timedelta(minutes=1)


@app.task(queue="payments", retry=EVENT_RETRIES, pass_context=False)
def handle_event(event_id: str) -> None:
    """Act on a stored event."""
    intake.act_on(event_id, now=timezone.now())


@app.task(queue="payments", retry=PATIENT)
def send_refund(refund_id: int) -> None:
    """Ask Stripe for a refund that is recorded here. A key that is not accepted is no answer about the refund."""
    refund = Refund.objects.select_related("line__payment").get(pk=refund_id)
    if refund.status != Refund.Status.REQUESTED:
        return
    client.refuse_other_mode(is_live_there=refund.line.payment.is_live)
    payment_intent_id = refund.line.payment.payment_intent_id or ""
    try:
        truth = client.create_refund(
            reference=refund.reference,
            idempotency_key=refund.idempotency_key,
            payment_intent_id=payment_intent_id,
            amount_minor=refund.amount_minor,
        )
    except client.StripeRefused as refused:
        if refused.code == "key_refused":
            raise
        logger.exception("Refund %s was refused", refund.reference)
        ledger.fail_refund(refund.pk)
        return
    except client.StripeDidNotAnswer as error:
        if not error.is_kept_failure:
            raise
        made = [truth for truth in client.refunds_of(payment_intent_id) if truth.reference == refund.reference]
        if not made:
            ledger.begin_new_refund_attempt(refund.pk, after=refund.attempt)
            raise
        truth = made[0]
    ledger.apply_refund(refund.pk, truth, now=timezone.now())


@app.task(queue="payments", retry=PATIENT)
def end_promise(subscription_id: int, feedback: str) -> None:
    """A donor asked us to end a monthly gift: it ends, also if Stripe did not answer at once."""
    subscription = Subscription.objects.get(pk=subscription_id)
    promises.end(subscription, feedback=feedback, now=timezone.now(), cause="My giving")


@app.periodic(cron="*/5 * * * *")
@app.task(queue="payments", pass_context=False)
def sweep_unfinished_payments(timestamp: int) -> None:
    """Ask after payments whose time is over. One that fails does not keep the others from being asked after."""
    ours = Payment.objects.unfinished().that_a_key_may_close(is_live=client.is_live())
    over = ours.filter(expires_at__lt=timezone.now() - GRACE)
    for reference in over.order_by("expires_at").values_list("reference", flat=True)[:500]:
        _defer_once(settle_overdue_payment, f"payment-{reference}", reference=reference)


@app.task(queue="payments")
def settle_overdue_payment(reference: str) -> None:
    """Close a payment whose time is over, or take over that it was paid. The sweep tries again."""
    payment = ledger.close(reference, cause="sweep")
    if payment.status == Payment.Status.PROCESSING:
        ledger.settle(reference, cause="sweep")


@app.periodic(cron="*/5 * * * *")
@app.task(queue="payments", pass_context=False)
def sweep_unhandled_events(timestamp: int) -> None:
    """Hand out events again whose job was lost."""
    now = timezone.now()
    is_lost = Q(tries=0, received_at__lt=now - EVENT_PATIENCE) | Q(tried_at__lt=now - LONGEST_WAIT)
    waiting = StripeEvent.objects.waiting().filter(is_lost, is_live=client.is_live())
    for event_id in waiting.order_by("received_at").values_list("event_id", flat=True)[:500]:
        _defer_once(handle_waiting_event, f"event-{event_id}", event_id=event_id)


@app.task(queue="payments")
def handle_waiting_event(event_id: str) -> None:
    """As `handle_event`, once: the sweep itself is what tries again."""
    intake.act_on(event_id, now=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(queue="payments", queueing_lock="collect-missed-events", pass_context=False)
def collect_missed_events(timestamp: int) -> None:
    """Ask Stripe for the events whose webhook never came. The next run tries again."""
    intake.collect_missed(now=_moment(timestamp))


@app.periodic(cron="40 * * * *")
@app.task(queue="payments", pass_context=False)
def sweep_wishes(timestamp: int) -> None:
    """Ask again for refunds and ends of monthly gifts that were asked for here, and whose own job gave up or was lost."""
    before = _moment(timestamp) - WISH_PATIENCE
    refunds = Refund.objects.that_wait(is_live=client.is_live(), since=before)
    for refund_id in refunds.values_list("pk", flat=True)[:500]:
        _defer_once(send_waiting_refund, f"refund-{refund_id}", refund_id=refund_id)
    endings = Subscription.objects.that_should_end(is_live=client.is_live(), since=before)
    for subscription_id in endings.values_list("pk", flat=True)[:500]:
        _defer_once(end_waiting_promise, f"end-{subscription_id}", subscription_id=subscription_id)


@app.task(queue="payments")
def send_waiting_refund(refund_id: int) -> None:
    """As `send_refund`, once: the sweep itself is what tries again."""
    send_refund.func(refund_id)


@app.task(queue="payments")
def end_waiting_promise(subscription_id: int) -> None:
    """As `end_promise`, once. Why the donor stops was told at the first try, or is kept here alone."""
    end_promise.func(subscription_id, feedback="")


@app.periodic(cron="20 * * * *")
@app.task(queue="payments", queueing_lock="read-movements", pass_context=False)
def read_movements(timestamp: int) -> None:
    """Copy the movements of Stripe's balance, with their fees, once an hour."""
    books.read_movements(now=_moment(timestamp))


@app.periodic(cron="10 3 * * *")
@app.task(queue="payments", retry=PATIENT, queueing_lock="reconcile", pass_context=False)
def reconcile(timestamp: int) -> None:
    """Compare Stripe's books with ours, every night."""
    reconciliation.reconcile(now=_moment(timestamp))


def _moment(timestamp: int) -> datetime:
    """When the job was due. Our clock decides, not Stripe's."""
    return datetime.fromtimestamp(timestamp, timezone.get_default_timezone())


def _defer_once(task: Any, lock: str, **arguments: Any) -> None:
    """Unless the same waits already."""
    try:
        with transaction.atomic():
            task.configure(queueing_lock=lock).defer(**arguments)
    except AlreadyEnqueued:
        logger.info("%s waits already", lock)
