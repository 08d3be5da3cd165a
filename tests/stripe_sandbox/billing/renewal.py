"""That a subscription renews at all: the tasks that its current period brings."""

from tests.stripe_sandbox.billing.periods import DAY
from tests.stripe_sandbox.billing.subscription import period_of, snapshot, tell
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work

NOTICE_DAYS = 7
"""How long before a renewal `invoice.upcoming` comes; an account's setting."""


def expect_renewal(work: Work, subscription: Json) -> None:
    """Let the end of the current period bring a renewal, and a notice before it."""
    start, end = period_of(subscription)
    work.schedule(end, "renew_subscription", subscription["id"])
    if end - NOTICE_DAYS * DAY > start:
        work.schedule(end - NOTICE_DAYS * DAY, "announce_renewal", subscription["id"])


def finish_resuming(work: Work, subscription: Json, *, status: str = "active") -> Json:
    """It is paused no more. The period, if it is another, has been set before."""
    if subscription["status"] != "paused":
        return subscription
    before = snapshot(subscription)
    subscription["status"] = status
    subscription.pop("status_details", None)
    tell(work, subscription, before)
    emit(work, "customer.subscription.resumed", subscription)
    expect_renewal(work, subscription)
    return subscription
