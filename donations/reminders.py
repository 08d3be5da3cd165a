"""Once a year every donor hears what they give each month and how to change or stop it.

Source: California, Business and Professions Code 17602(e), in force since July 2025.
"""

from datetime import datetime

from django.utils import timezone

from donations import emails
from donations.consent import year_after
from donations.models import MonthlyGift
from shop.stripe_payments import client
from shop.stripe_payments.models import Subscription

_OVER = (Subscription.Status.CANCELED, Subscription.Status.EXPIRED)


def due(*, now: datetime) -> list[int]:
    """Ids of the monthly gifts that run and whose day has come."""
    running = MonthlyGift.objects.exclude(subscription__status__in=_OVER)
    today = timezone.localdate(now, timezone.get_default_timezone())
    return list(
        running.filter(remind_on__lte=today, subscription__is_live=client.is_live())
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def send(monthly_gift_id: int, *, now: datetime) -> None:
    """Send the reminder whose day has come, and write down the next one's. Safe to repeat."""
    today = timezone.localdate(now, timezone.get_default_timezone())
    monthly = MonthlyGift.objects.select_related("donor", "program", "subscription").get(pk=monthly_gift_id)
    day = monthly.remind_on
    if day is None or day > today or monthly.subscription.status in _OVER:
        return
    emails.send_yearly_reminder(monthly, day=day)
    following = year_after(day)
    while following <= today:
        following = year_after(following)
    MonthlyGift.objects.filter(pk=monthly.pk, remind_on=day).update(remind_on=following)
