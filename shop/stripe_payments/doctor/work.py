"""Checks of the work that goes on behind the pages."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from procrastinate.contrib.django.models import ProcrastinateJob

from shop import health
from shop.stripe_payments import client
from shop.stripe_payments.doctor.findings import Finding, fine, note, problem
from shop.stripe_payments.models import Payment, Reconciliation, Refund, StripeEvent

LONGEST_WAIT = timedelta(minutes=10)
LONGEST_REFUND = timedelta(days=1)
# The worker compares every night; a night may be long.
RECONCILED_WITHIN = timedelta(hours=30)
_IN_DASHBOARD = "See it in the dashboard, Payments."


def check_worker(now: datetime) -> Iterator[Finding]:
    """Whether somebody does the jobs."""
    state = health.worker_state()
    if state != "ok":
        yield problem(f"No worker: {state}.", mend="Start manage.py procrastinate worker, and have it started again.")
    else:
        yield fine("A worker is at work.")
    due = ProcrastinateJob.objects.filter(status="todo").exclude(scheduled_at__gt=now - LONGEST_WAIT)
    late = due.filter(procrastinateevent__type="deferred", procrastinateevent__at__lt=now - LONGEST_WAIT).distinct()
    if count := late.count():
        yield problem(
            f"{count} jobs have waited for more than ten minutes.", mend="Run more workers, or look at their log."
        )


def check_events(now: datetime) -> Iterator[Finding]:
    """Whether every event was acted on."""
    ours = StripeEvent.objects.filter(is_live=client.is_live())
    set_aside = ours.set_aside().count()
    stuck = ours.waiting().filter(received_at__lt=now - timedelta(hours=1)).count()
    if set_aside:
        yield problem(
            f"{set_aside} events failed too often and wait for a person.",
            mend="See the last error in the dashboard, Payments, Events, mend it, and replay them.",
        )
    if stuck:
        yield problem(f"{stuck} events wait for more than an hour.", mend=_IN_DASHBOARD)
    if not set_aside and not stuck:
        yield fine("Every event was acted on.")


def check_unfinished(now: datetime) -> Iterator[Finding]:
    """Whether payments and refunds come to their end."""
    overdue = Payment.objects.filter(
        is_live=client.is_live(), status=Payment.Status.OPEN, expires_at__lt=now - timedelta(hours=1)
    ).count()
    requested = Refund.objects.filter(
        line__payment__is_live=client.is_live(), status=Refund.Status.REQUESTED, created_at__lt=now - LONGEST_REFUND
    ).count()
    if overdue:
        yield problem(f"{overdue} payments are open although their time is over.", mend=_IN_DASHBOARD)
    if requested:
        yield problem(
            f"{requested} refunds were never sent to Stripe.", mend="Give the money back in Stripe's dashboard."
        )
    if not overdue and not requested:
        yield fine("No payment and no refund is left hanging.")


def check_reconciliation(now: datetime) -> Iterator[Finding]:
    """Whether Stripe's books were compared with ours lately, and agreed."""
    runs = Reconciliation.objects.filter(is_live=client.is_live())
    last = runs.filter(finished_at__isnull=False).order_by("-started_at").first()
    if last is None:
        first = Payment.objects.filter(is_live=client.is_live()).order_by("created_at").first()
        if first is None or first.created_at > now - RECONCILED_WITHIN:
            yield note("Stripe's books were not compared with ours yet; the worker does it every night.")
            return
        yield problem("Stripe's books were never compared with ours.", mend="Is the worker running at night?")
        return
    if last.started_at < now - RECONCILED_WITHIN:
        hours = int((now - last.started_at).total_seconds() // 3600)
        yield problem(
            f"Stripe's books were compared with ours {hours} hours ago, and not since.",
            mend="Is the worker running at night?",
        )
    if last.is_clean:
        yield fine(f"Stripe's books and ours agreed on {last.started_at:%Y-%m-%d}.")
    else:
        yield problem(
            f"On {last.started_at:%Y-%m-%d} Stripe's books and ours were {last.difference_minor} cents apart, with "
            f"{len(last.unhealed)} findings that need a person.",
            mend="See the last reconciliation in the dashboard.",
        )
