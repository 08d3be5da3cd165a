"""Months as a subscription counts them: each payment falls on the day of the first, or on the month's last day.

Source: docs.stripe.com/billing/subscriptions/billing-cycle
"""

import calendar
from datetime import datetime


def months_after(anchor: datetime, months: int) -> datetime:
    """The same day and time so many months later; the month's last day where there is no such day."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    last_day = calendar.monthrange(year, month + 1)[1]
    return anchor.replace(year=year, month=month + 1, day=min(anchor.day, last_day))


def next_payment(anchor: datetime, *, not_before: datetime) -> datetime:
    """The first payment at that moment or later, of a rhythm that began with `anchor`."""
    months = (not_before.year - anchor.year) * 12 + not_before.month - anchor.month
    found = months_after(anchor, months)
    return found if found >= not_before else months_after(anchor, months + 1)
