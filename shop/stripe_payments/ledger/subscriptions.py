"""What a subscription is to us: begun with its first payment, then kept as Stripe has it.

Note [No older answer]
Two hands may ask Stripe about one subscription at the same moment, and the older answer may be applied last. So each
remembers the row's `version` before it asks; if the row has changed when it is locked, Stripe is asked again.
"""

import logging
from collections.abc import Iterator
from datetime import datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import transaction

from shop.stripe_payments import client
from shop.stripe_payments.client import StripeDidNotAnswer, SubscriptionState
from shop.stripe_payments.ledger.changes import PaymentMismatch
from shop.stripe_payments.models import Subscription, SubscriptionChange
from shop.stripe_payments.months import next_payment

logger = logging.getLogger(__name__)
# Each question lost means that another hand's answer came between.
MOST_QUESTIONS = 30
Status = Subscription.Status
What = SubscriptionChange.What

_STATUS_AT_STRIPE = {
    "active": Status.ACTIVE,
    "trialing": Status.ACTIVE,
    "past_due": Status.PAST_DUE,
    "unpaid": Status.PAST_DUE,
    "paused": Status.PAUSED,
    "canceled": Status.CANCELED,
    "incomplete_expired": Status.CANCELED,
}
# What the donor is told of, through `subscription_changed`.
_TOLD = (What.AMOUNT_CHANGED, What.PAUSED, What.RESUMED, What.CANCELED, What.ENDED)


def mirror(subscription: Subscription, *, now: datetime, cause: str) -> Subscription:
    """Ask Stripe how a subscription that has begun stands, and take it over. Safe to repeat; not inside a transaction.

    Raises what the client raises, and `PaymentMismatch` when Stripe's subscription is not ours.
    """
    client.refuse_other_mode(is_live_there=subscription.is_live)
    for _time in range(MOST_QUESTIONS):
        seen = Subscription.objects.get(pk=subscription.pk)
        if seen.stripe_subscription_id is None or seen.started_at is None:
            return seen
        truth = client.retrieve_subscription(seen.stripe_subscription_id)
        mirrored = apply_subscription(seen, truth, now=now, cause=cause)
        if mirrored is not None:
            return mirrored
    raise StripeDidNotAnswer(f"Subscription {subscription.reference} changes faster than it can be asked after")


@transaction.atomic
def apply_subscription(
    seen: Subscription, truth: SubscriptionState, *, now: datetime, cause: str
) -> Subscription | None:
    """Take over Stripe's answer; None when the row is not any more as it was `seen` before Stripe was asked."""
    subscription = locked(seen.pk)
    if subscription.version != seen.version:
        return None
    if not subscription.is_over:
        _take_over(subscription, truth, now=now, cause=cause)
    return subscription


def begin(subscription_id: int, truth: SubscriptionState, *, cause: str) -> None:
    """The first payment is here. Runs in the transaction that settles it, before its lines are told."""
    subscription = locked(subscription_id)
    if subscription.started_at is None:
        from_status = subscription.status
        subscription.started_at, subscription.status = truth.started_at, Status.ACTIVE
        subscription.stripe_subscription_id = truth.id
        subscription.stripe_customer_id, subscription.stripe_method_id = truth.customer_id, truth.method_id
        subscription.next_payment_at = _next_payment_at(truth)
        _save(subscription)
        write_down(subscription, What.STARTED, from_status=from_status, key="started", cause=cause)


def tell_begun(subscription_id: int, truth: SubscriptionState, *, now: datetime, cause: str) -> None:
    """After its first payment was told: confirm the promise, then what has become of it meanwhile."""
    subscription = locked(subscription_id)
    handler_of(subscription).subscription_started(subscription, now=now)
    _take_over(subscription, truth, now=now, cause=cause)


def give_up(subscription_id: int) -> None:
    """Its first payment will not come. If it comes all the same, the promise begins with it."""
    subscription = locked(subscription_id)
    if subscription.status == Status.STARTED:
        subscription.status = Status.EXPIRED
        _save(subscription)


@transaction.atomic
def ask_to_cancel(subscription: Subscription, *, feedback: str, now: datetime) -> Subscription:
    """Keep that the donor wants it to end, and let the worker see to it that it does. Safe to repeat."""
    from shop.stripe_payments.tasks import end_promise  # the tasks call this module

    subscription = locked(subscription.pk)
    if subscription.can_change:
        subscription.asked_to_cancel_at = now
        _save(subscription)
        end_promise.defer(subscription_id=subscription.pk, feedback=feedback)
    return subscription


@transaction.atomic
def note_card_updated(method_id: str, *, good_until: str, cause: str) -> None:
    """The bank gave Stripe a new number or date for the card that pays. Written down once for each new date."""
    for subscription in Subscription.objects.select_for_update().filter(stripe_method_id=method_id).order_by("id"):
        if not subscription.is_over:
            write_down(subscription, What.CARD_CHANGED, key=f"card {method_id} {good_until}", cause=cause)


def locked(subscription_id: int) -> Subscription:
    """The subscription's row, locked until the transaction ends; after its payment's row where both are."""
    return Subscription.objects.select_for_update().get(pk=subscription_id)


def handler_of(subscription: Subscription) -> Any:
    """See Note [Who is told of promises]."""
    return import_module(settings.SUBSCRIPTION_PURPOSES[subscription.purpose])


def write_down(
    subscription: Subscription,
    what: str,
    *,
    key: str,
    from_status: str | None = None,
    amount_minor: int | None = None,
    invoice_id: str = "",
    cause: str,
) -> bool:
    """Add a step to the history; False when the step of this key stands there already. Under the row's lock."""
    _change, is_new = SubscriptionChange.objects.get_or_create(
        subscription=subscription,
        key=key,
        defaults={
            "what": what,
            "from_status": subscription.status if from_status is None else from_status,
            "to_status": subscription.status,
            "amount_minor": subscription.amount_minor if amount_minor is None else amount_minor,
            "invoice_id": invoice_id,
            "cause": cause[:100],
        },
    )
    return is_new


def _take_over(subscription: Subscription, truth: SubscriptionState, *, now: datetime, cause: str) -> None:
    """Make the row what Stripe says, write down each thing that changed, and tell what the donor must hear."""
    _refuse_mismatch(subscription, truth)
    before = _facts(subscription)
    from_status = subscription.status
    subscription.status = _status_of(truth, subscription)
    subscription.amount_minor = truth.amount_minor
    subscription.stripe_method_id = truth.method_id or subscription.stripe_method_id
    subscription.resumes_at = truth.resumes_at
    subscription.next_payment_at = _next_payment_at(truth)
    subscription.ended_at = (truth.ended_at or now) if truth.is_over else None
    if _facts(subscription) == before:
        return
    changes = list(_what_changed(before, subscription, truth))
    _save(subscription)
    for what in changes:
        write_down(subscription, what, from_status=from_status, key=f"{what} {subscription.version}", cause=cause)
        if what in _TOLD:
            handler_of(subscription).subscription_changed(subscription, what=str(what), now=now)


def _what_changed(before: dict[str, Any], after: Subscription, truth: SubscriptionState) -> Iterator[What]:
    was, is_now = before["status"], after.status
    if after.is_over:
        is_donors_wish = after.asked_to_cancel_at is not None or bool(truth.feedback)
        yield What.CANCELED if is_donors_wish else What.ENDED
        return
    if before["amount_minor"] != after.amount_minor:
        yield What.AMOUNT_CHANGED
    if before["stripe_method_id"] != after.stripe_method_id:
        yield What.CARD_CHANGED
    if after.is_paused and (was != Status.PAUSED or before["resumes_at"] != after.resumes_at):
        yield What.PAUSED
    if was == Status.PAUSED and is_now == Status.ACTIVE:
        yield What.RESUMED
    if was == Status.PAST_DUE and is_now in (Status.ACTIVE, Status.PAUSED):
        yield What.MENDED


def _status_of(truth: SubscriptionState, subscription: Subscription) -> Status:
    if truth.is_paused:
        return Status.PAUSED
    return _STATUS_AT_STRIPE.get(truth.status, Status(subscription.status))


def _next_payment_at(truth: SubscriptionState) -> datetime | None:
    """None when none will be asked for, or when a pause has no end."""
    is_endless = truth.is_paused and truth.resumes_at is None
    if truth.is_over or truth.is_leaving or is_endless:
        return None
    if truth.resumes_at is None or truth.resumes_at <= truth.period_end_at:
        return truth.period_end_at
    return next_payment(truth.anchor_at, not_before=truth.resumes_at)


def _facts(subscription: Subscription) -> dict[str, Any]:
    names = ("status", "amount_minor", "stripe_method_id", "resumes_at", "next_payment_at", "ended_at")
    return {name: getattr(subscription, name) for name in names}


def _save(subscription: Subscription) -> None:
    """See Note [No older answer]."""
    subscription.version += 1
    subscription.save()


def _refuse_mismatch(subscription: Subscription, truth: SubscriptionState) -> None:
    ours = (subscription.stripe_subscription_id, subscription.currency, subscription.is_live)
    theirs = (truth.id, truth.currency, truth.is_live)
    if ours != theirs:
        logger.error("Subscription %s: Stripe's %s is not ours", subscription.reference, truth.id)
        raise PaymentMismatch(f"{subscription.reference} {truth.id}")
