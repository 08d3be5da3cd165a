"""When a billing period begins and ends: whole intervals from the anchor, a short month's last day standing in for the 29th to 31st.

Source: https://docs.stripe.com/billing/subscriptions/billing-cycle
"""

import calendar
from datetime import UTC, datetime
from itertools import count

DAY = 24 * 60 * 60
_SECONDS = {"day": DAY, "week": 7 * DAY}
_MONTHS = {"month": 1, "year": 12}


def period_end(anchor: int, recurring: dict[str, object], *, start: int) -> int:
    """The first boundary after `start`."""
    interval, many = str(recurring["interval"]), int(str(recurring["interval_count"]))
    return next(moment for step in count(1) if (moment := _boundary(anchor, interval, many * step)) > start)


def _boundary(anchor: int, interval: str, steps: int) -> int:
    if interval in _SECONDS:
        return anchor + steps * _SECONDS[interval]
    first = datetime.fromtimestamp(anchor, UTC)
    year, month = divmod(first.year * 12 + first.month - 1 + steps * _MONTHS[interval], 12)
    day = min(first.day, calendar.monthrange(year, month + 1)[1])
    return int(first.replace(year=year, month=month + 1, day=day).timestamp())
