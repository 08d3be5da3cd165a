"""What donors do with a running monthly gift: another amount, a pause, another card, the end.

Every function asks how the gift stands at Stripe, asks for the change, and takes over what became of it. Each sets a
value, so that a second click, or a second try after an answer that was lost, changes nothing more. Not inside a
transaction. They raise `StripeDidNotAnswer` (nobody knows whether it happened; trying again is safe), `StripeRefused`,
`OtherMode` for a gift of the other mode, `ledger.PaymentMismatch`, and `UnableToChange`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from shop.stripe_payments import client, ledger
from shop.stripe_payments.client import OtherMode, StripeDidNotAnswer, StripeRefused, SubscriptionState
from shop.stripe_payments.models import Subscription
from shop.stripe_payments.months import months_after

__all__ = [
    "MOST_MONTHS_PAUSED",
    "OtherMode",
    "StripeDidNotAnswer",
    "StripeRefused",
    "UnableToChange",
    "cancel",
    "cancellation_reasons",
    "card_page",
    "change_amount",
    "end",
    "invoice_page",
    "pause",
    "resume",
]

MOST_MONTHS_PAUSED = 6
# A pause ends so long before the first payment after it, and so surely after the last one that is skipped.
AHEAD_OF_PAYMENT = timedelta(days=1)
CAUSE = "My giving"

Update = Callable[[SubscriptionState, str | None], None]


class UnableToChange(Exception):
    """The gift has not begun, is over, or is not in a state that allows this change."""


def change_amount(*, subscription: Subscription, amount_minor: int, now: datetime) -> Subscription:
    """Another amount from the next payment on. For the present month nothing is charged or given back."""

    def update(truth: SubscriptionState, key: str | None) -> None:
        client.set_amount(truth, amount_minor=amount_minor, idempotency_key=key)

    return _change(
        subscription,
        update,
        is_so=lambda truth: truth.amount_minor == amount_minor,
        name=f"amount-{amount_minor}",
        now=now,
    )


def pause(*, subscription: Subscription, months: int, now: datetime) -> Subscription:
    """Skip the next so many payments, 1 to 6. Nothing is made up for later. Raises `UnableToChange` while one is owed.

    During a pause it is counted anew, from the payment that would be next.
    """
    if not 1 <= months <= MOST_MONTHS_PAUSED:
        raise ValueError(f"A pause of {months} months")
    truth = _stripes_truth(subscription, now=now)
    if truth.status not in ("active", "trialing") or truth.is_leaving:
        raise UnableToChange(f"{subscription.reference} is {truth.status}")
    resumes_at = _after_skipping(truth, months)

    def update(truth: SubscriptionState, key: str | None) -> None:
        client.pause_collection(truth, resumes_at=resumes_at, idempotency_key=key)

    return _change(
        subscription,
        update,
        is_so=lambda truth: truth.is_collection_paused and truth.resumes_at == resumes_at,
        name=f"pause-{int(resumes_at.timestamp())}",
        now=now,
    )


def resume(*, subscription: Subscription, now: datetime) -> Subscription:
    """End a pause: the next payment falls on its usual day, and what was skipped is not asked for."""

    def update(truth: SubscriptionState, key: str | None) -> None:
        client.resume_collection(truth, idempotency_key=key)

    return _change(subscription, update, is_so=lambda truth: not truth.is_paused, name="resume", now=now)


def cancel(*, subscription: Subscription, feedback: str, now: datetime) -> Subscription:
    """End it at once. `feedback` is one of `cancellation_reasons()` or empty.

    The wish is kept before Stripe is asked, so that the worker ends it even if Stripe does not answer now.
    """
    if feedback and feedback not in cancellation_reasons():
        raise ValueError(f"{feedback} is no reason that Stripe knows")
    client.refuse_other_mode(is_live_there=subscription.is_live)
    subscription = ledger.ask_to_cancel(subscription, feedback=feedback, now=now)
    if subscription.started_at is None:
        raise UnableToChange(f"{subscription.reference} is {subscription.status}")
    return end(subscription, feedback=feedback, now=now, cause=CAUSE)


def end(subscription: Subscription, *, feedback: str, now: datetime, cause: str) -> Subscription:
    """Let Stripe end it, unless it has. For `cancel` and for the job that makes sure of it."""
    client.refuse_other_mode(is_live_there=subscription.is_live)
    if not subscription.is_over:
        try:
            client.cancel_subscription(subscription.stripe_subscription_id or "", feedback=feedback)
        except StripeRefused as error:
            if error.code != "resource_missing":  # it has ended already
                raise
    return ledger.mirror(subscription, now=now, cause=cause)


def card_page(*, subscription: Subscription, return_url: str) -> str:
    """The address of Stripe's page for another card, good for some minutes and for this donor alone."""
    _refuse_unchangeable(subscription)
    return client.open_card_page(customer_id=subscription.stripe_customer_id, return_url=return_url)


def invoice_page(*, subscription: Subscription, invoice_id: str) -> str | None:
    """The address of Stripe's page on which an invoice can be paid; None when it cannot be, or is another gift's."""
    client.refuse_other_mode(is_live_there=subscription.is_live)
    truth = client.retrieve_invoice(invoice_id)
    is_ours = truth.subscription_id is not None and truth.subscription_id == subscription.stripe_subscription_id
    return truth.page_url if is_ours and truth.status == "open" and truth.page_url else None


def cancellation_reasons() -> tuple[str, ...]:
    """Why somebody may cancel, in Stripe's words. Source: docs.stripe.com/api/subscriptions/cancel"""
    return (
        "customer_service",
        "low_quality",
        "missing_features",
        "other",
        "switched_service",
        "too_complex",
        "too_expensive",
        "unused",
    )


def _change(
    subscription: Subscription,
    update: Update,
    *,
    is_so: Callable[[SubscriptionState], bool],
    name: str,
    now: datetime,
) -> Subscription:
    """Ask for a change unless it is so already, and take over what became of it.

    The idempotency key is made of our row as it was: the other of two clicks gets the same answer. Where Stripe
    keeps a failure under it, or an answer that something else has overtaken, it is asked once more without.
    """
    truth = _stripes_truth(subscription, now=now)
    version = Subscription.objects.values_list("version", flat=True).get(pk=subscription.pk)
    for key in (f"{name}-{subscription.reference}-{version}", None):
        if is_so(truth):
            break
        try:
            update(truth, key)
        except StripeDidNotAnswer as error:
            if key is None or not error.is_kept_failure:
                raise
        truth = client.retrieve_subscription(truth.id)
    return ledger.mirror(subscription, now=now, cause=CAUSE)


def _stripes_truth(subscription: Subscription, *, now: datetime) -> SubscriptionState:
    """How it stands at Stripe; what has changed there is taken over first."""
    _refuse_unchangeable(subscription)
    subscription = ledger.mirror(subscription, now=now, cause=CAUSE)
    _refuse_unchangeable(subscription)
    return client.retrieve_subscription(subscription.stripe_subscription_id or "")


def _refuse_unchangeable(subscription: Subscription) -> None:
    client.refuse_other_mode(is_live_there=subscription.is_live)
    if not subscription.can_change:
        raise UnableToChange(f"{subscription.reference} is {subscription.status}")


def _after_skipping(truth: SubscriptionState, months: int) -> datetime:
    """A day before the payment that is to be collected again."""
    begun = (truth.period_end_at.year - truth.anchor_at.year) * 12 + truth.period_end_at.month - truth.anchor_at.month
    return months_after(truth.anchor_at, begun + months) - AHEAD_OF_PAYMENT
