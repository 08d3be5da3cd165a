"""Every night, how each running promise stands at Stripe, for when nobody told us of a change.

Missed renewals are found by the money that they moved: see `reconciliation`.
"""

import logging
from collections.abc import Iterator
from datetime import datetime

from shop.stripe_payments import client, ledger
from shop.stripe_payments.client import SubscriptionState
from shop.stripe_payments.models import Subscription

logger = logging.getLogger(__name__)
CAUSE = "reconciliation"


def refresh_running_promises(*, now: datetime) -> Iterator[tuple[str, bool]]:
    """The references of promises that stood otherwise than we knew, each with whether it is healed. Safe to repeat."""
    ours = Subscription.objects.running().filter(is_live=client.is_live())
    running = {row.stripe_subscription_id: row for row in ours}
    for truth in client.running_subscriptions():
        row = running.pop(truth.id, None)
        try:
            changed = _begin_unheard(truth, now=now) if row is None else _refresh(row, truth, now=now)
        except ledger.PaymentMismatch:
            yield truth.promise or truth.id, False
            continue
        if changed is not None:
            yield changed.reference, True
    for row in running.values():  # Stripe lists none that are over
        after = ledger.mirror(row, now=now, cause=CAUSE)
        if after.version != row.version:
            yield after.reference, True


def _refresh(row: Subscription, truth: SubscriptionState, *, now: datetime) -> Subscription | None:
    """The promise when something of it had changed."""
    after = ledger.apply_subscription(row, truth, now=now, cause=CAUSE) or ledger.mirror(row, now=now, cause=CAUSE)
    return after if after.version != row.version else None


def _begin_unheard(truth: SubscriptionState, *, now: datetime) -> Subscription | None:
    """One that runs at Stripe and that we know only as asked for. Others of the account are none of ours."""
    if not truth.promise or not Subscription.objects.filter(reference=truth.promise, started_at=None).exists():
        return None
    logger.warning("Promise %s had begun and we had not heard of it", truth.promise)
    return ledger.find_subscription(truth.id, now=now, cause=CAUSE)
