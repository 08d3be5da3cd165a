"""What in matters of money waits for a person, for the first staff page: of the key's own mode, live or test."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Max

from shop.stripe_payments import client
from shop.stripe_payments.models import Dispute, FraudWarning, Payout, Reconciliation, StripeEvent

SHOWN = 10
# Compared every night; two hours' grace for a worker that was down.
COMPARISON_IS_OLD = timedelta(hours=26)


def waiting_for(user: Any, *, now: datetime) -> dict[str, Any]:
    """Only what this person may see: `disputes` with days left, `warnings`, `set_aside`, `failed_payouts`, `comparison`."""
    found: dict[str, Any] = {}
    if user.has_perm("stripe_payments.view_dispute"):
        found["disputes"] = [(dispute, dispute.days_left(now)) for dispute in _disputes_to_answer()]
    if user.has_perm("stripe_payments.view_fraudwarning"):
        found["warnings"] = FraudWarning.objects.filter(resolved_at=None, payment__is_live=client.is_live()).count()
    if user.has_perm("stripe_payments.view_stripeevent"):
        found["set_aside"] = StripeEvent.objects.set_aside().filter(is_live=client.is_live()).count()
    if user.has_perm("stripe_payments.view_payout"):
        found["failed_payouts"] = _failed_payouts()
    if user.has_perm("stripe_payments.view_reconciliation"):
        found["comparison"] = comparison_trouble(now=now)
    return found


def comparison_trouble(*, now: datetime) -> str:
    """ "never", "old" or "open"; empty when the last comparison is fresh and left nothing open."""
    ours = Reconciliation.objects.filter(is_live=client.is_live())
    ended = ours.exclude(finished_at=None).order_by("-started_at", "-id").first()
    if ended is None:
        return "never"
    if ended.started_at < now - COMPARISON_IS_OLD:
        return "old"
    return "" if ended.is_clean else "open"


def _disputes_to_answer() -> Any:
    ours = Dispute.objects.open().filter(payment__is_live=client.is_live())
    waiting = ours.filter(status__in=Dispute.WAITING_FOR_US).select_related("payment")
    return waiting.order_by(F("respond_by").asc(nulls_last=True), "id")[:SHOWN]


def _failed_payouts() -> list[Payout]:
    """Those that no later payout has made good: Stripe sends the money again with the next one that goes through."""
    ours = Payout.objects.filter(is_live=client.is_live())
    good = ours.filter(status=Payout.Status.PAID).aggregate(latest=Max("created_at"))["latest"]
    failed = ours.filter(status=Payout.Status.FAILED)
    if good is not None:
        failed = failed.filter(created_at__gt=good)
    return list(failed.order_by("-created_at")[:SHOWN])
