"""Links to the giving page that fill in a part of its form, such as `/donate/?frequency=monthly&amount=25`."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse

from donations.amounts import format_short, offered_frequencies, read_typed
from donations.models import Gift, Program


def initial_from_link(query: Any, programs: Sequence[Program]) -> dict[str, str]:
    """What the form holds when the page opens. What cannot be understood is passed over."""
    initial = {name: str(settings.GIVING_SUGGESTED_MINOR[frequency]) for frequency, name in AMOUNT_FIELDS.items()}
    frequency = _frequency(query.get("frequency"))
    initial["frequency"] = frequency
    amount_minor = _readable_amount(query.get("amount", ""))
    if amount_minor is not None:
        initial[AMOUNT_FIELDS[frequency]] = str(amount_minor)
    if query.get("program") in {program.slug for program in programs}:
        initial["program"] = query["program"]
    return initial


def link_to_give_like(gift: Gift) -> str:
    """The giving page with the amount, the frequency and the program of this gift."""
    query = {"amount": _as_typed(gift.amount_minor).replace(",", ""), "program": gift.program.slug}
    if gift.is_monthly:
        query["frequency"] = Gift.Frequency.MONTHLY.value
    return f"{reverse('donations:donate')}?{urlencode(query)}"


# The form's field with the amounts of each frequency.
AMOUNT_FIELDS: dict[str, str] = {
    Gift.Frequency.ONCE.value: "amount",
    Gift.Frequency.MONTHLY.value: "monthly_amount",
}


def _frequency(asked: str | None) -> str:
    offered = [frequency.value for frequency in offered_frequencies()]
    return asked if asked in offered else offered[0]


def _as_typed(amount_minor: int) -> str:
    return format_short(amount_minor).removeprefix("$")


def _readable_amount(text: str) -> int | None:
    try:
        return read_typed(text)
    except ValidationError:
        return None
