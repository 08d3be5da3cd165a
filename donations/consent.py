"""What a donor agrees to before giving every month, and the dates in it.

What must stand beside the box: the amount, how often, the first and the next date, and how to cancel. Sources:
Restore Online Shoppers' Confidence Act, 15 U.S.C. 8403; California, Business and Professions Code 17602.
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, date, datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from donations.models import Wording
from shop.stripe_payments.months import months_after

AMOUNT, FIRST_DATE, NEXT_DATE = "{amount}", "{first_date}", "{next_date}"
# Staff may change every word around these.
NEEDED = (AMOUNT, FIRST_DATE, NEXT_DATE)


def year_after(day: date) -> date:
    """The same day next year; the day before, when that year has no February 29."""
    return day.replace(year=day.year + 1, day=min(day.day, monthrange(day.year + 1, day.month)[1]))


def consent_paragraphs(wording: Wording | None, *, now: datetime) -> list[str]:
    """The text with its dates; `AMOUNT` still stands for the amount. The first paragraph is the box's label."""
    paragraphs = (wording.paragraphs if wording else []) or _our_words()
    dates = {FIRST_DATE: _long_date(now), NEXT_DATE: _long_date(months_after(now.astimezone(UTC), 1))}
    return [_fill(paragraph, dates) for paragraph in paragraphs]


def consent_text(paragraphs: Sequence[str], *, amount: str) -> str:
    """The same as one text, word for word as the donor saw it: this is kept."""
    return "\n\n".join(_fill(paragraph, {AMOUNT: amount}) for paragraph in paragraphs)


def _our_words() -> list[str]:
    return [
        _("Yes, charge my card {amount} every month."),
        _(
            "The first gift is today, {first_date}. The next one is on {next_date}, and then one every month until "
            "you stop it."
        ),
        _(
            "To change, pause or cancel, open “My giving” at the foot of any page and have a link mailed to you. "
            "Canceling takes two clicks and no password."
        ),
    ]


def _fill(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(name, value)
    return text


def _long_date(moment: datetime) -> str:
    return str(formats.date_format(timezone.localtime(moment, timezone.get_default_timezone()), "DATE_FORMAT"))
