"""What the payment ledger tells of a monthly gift: `settings.SUBSCRIPTION_PURPOSES` names this module.

Each function is called inside the ledger's transaction, once for each change, and is safe to repeat. Mails are jobs
of that transaction: nothing is mailed of what is rolled back.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from donations import tasks
from donations.consent import year_after
from donations.models import Gift, MonthlyGift
from shop.stripe_payments.models import Subscription

# What of a change is told, and the mail that tells it.
MAIL_OF_CHANGE = {
    "amount_changed": "monthly_amount_changed",
    "paused": "monthly_paused",
    "resumed": "monthly_resumed",
    "canceled": "monthly_canceled",
    "ended": "monthly_ended",
}


@transaction.atomic
def subscription_started(subscription: Subscription, *, now: datetime) -> None:
    """The first month is paid: confirm the promise, and remember when to remind of it."""
    monthly = _locked(subscription)
    if monthly.remind_on is not None:
        return
    monthly.remind_on = year_after(timezone.localdate(now, timezone.get_default_timezone()))
    monthly.save(update_fields=["remind_on"])
    _mail("monthly_started", monthly, subscription, now=now)


@transaction.atomic
def payment_due(subscription: Subscription, *, amount_minor: int, currency: str, now: datetime) -> str:
    """A later month was paid: its gift. Returns the gift's reference; the ledger then tells of the money as of any."""
    monthly = _locked(subscription)
    gift = Gift.objects.create(
        donor=monthly.donor,
        donor_name=monthly.donor_name,
        program=monthly.program,
        frequency=Gift.Frequency.MONTHLY,
        monthly_gift=monthly,
        amount_minor=amount_minor,
        currency=currency,
        started_at=now,
    )
    return gift.reference


@transaction.atomic
def renewal_failed(
    subscription: Subscription,
    *,
    invoice_id: str,
    amount_minor: int,
    attempt: int,
    next_try_at: datetime | None,
    now: datetime,
) -> None:
    """A month could not be charged. The donor hears of it once, and of the last try, not of all in between.

    Which try we hear of first is not Stripe's to promise: what counts is what the ledger has written down.
    """
    tries_known = subscription.changes.filter(what="payment_failed", invoice_id=invoice_id).count()
    if tries_known > 1 and next_try_at is not None:
        return
    tasks.send_renewal_mail.defer(
        name="renewal_failed",
        monthly_gift_id=_locked(subscription).pk,
        invoice_id=invoice_id,
        amount_minor=amount_minor,
        attempt=attempt,
        next_try_at=_iso(next_try_at),
    )


@transaction.atomic
def renewal_needs_action(subscription: Subscription, *, invoice_id: str, amount_minor: int, now: datetime) -> None:
    """The donor's bank wants to hear from the donor before it pays this month."""
    tasks.send_renewal_mail.defer(
        name="renewal_needs_action",
        monthly_gift_id=_locked(subscription).pk,
        invoice_id=invoice_id,
        amount_minor=amount_minor,
        attempt=0,
        next_try_at=None,
    )


@transaction.atomic
def subscription_changed(subscription: Subscription, *, what: str, now: datetime) -> None:
    """Confirm a change by mail. `what` is a key of `MAIL_OF_CHANGE`; of anything else nobody is told."""
    name = MAIL_OF_CHANGE.get(what)
    if name is None:
        return
    _mail(name, _locked(subscription), subscription, now=now)


def _mail(name: str, monthly: MonthlyGift, subscription: Subscription, *, now: datetime) -> None:
    """What the mail says is what holds now, however late the job runs."""
    tasks.send_monthly_mail.defer(
        name=name,
        monthly_gift_id=monthly.pk,
        amount_minor=subscription.amount_minor,
        next_at=_iso(subscription.next_payment_at),
        told_at=now.isoformat(),
    )


def _locked(subscription: Subscription) -> MonthlyGift:
    return MonthlyGift.objects.select_for_update().get(subscription=subscription)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
