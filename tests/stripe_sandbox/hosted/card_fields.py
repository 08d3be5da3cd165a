"""The fields in which a card is typed, the same on every page, and what is said when something is wrong with them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from markupsafe import Markup

from tests.stripe_sandbox.cards import Card, CardRefused, read_card
from tests.stripe_sandbox.hosted.methods import BANK_EXTRA
from tests.stripe_sandbox.hosted.pages import fill
from tests.stripe_sandbox.work import Work

LONGEST_NAME = 255
FIELDS: dict[str, dict[str, str]] = {
    "email": {"label": "Email", "name": "email", "type": "email", "autocomplete": "email"},
    "card": {"label": "Card number", "name": "card_number", "type": "text", "autocomplete": "cc-number"},
    "expiration": {"label": "Expiration", "name": "expiration", "type": "text", "autocomplete": "cc-exp"},
    "cvc": {"label": "CVC", "name": "cvc", "type": "text", "autocomplete": "cc-csc"},
    "name": {"label": "Cardholder name", "name": "name", "type": "text", "autocomplete": "cc-name"},
}
_EXTRA = {
    "card": Markup(' inputmode="numeric" placeholder="1234 1234 1234 1234" maxlength="30"'),
    "expiration": Markup(' inputmode="numeric" placeholder="MM / YY" maxlength="9"'),
    "cvc": Markup(' inputmode="numeric" placeholder="123" maxlength="5"'),
    **BANK_EXTRA,
}


def card_fields(
    values: Mapping[str, str], problems: Mapping[str, str], *, more: Mapping[str, dict[str, str]] = MappingProxyType({})
) -> dict[str, Markup]:
    """The fields by name, and `more` after them. A card is never shown again; `problems` are messages by field."""
    shown = {**FIELDS, **more}
    first_wrong = next((name for name in shown if name in problems), None)
    return {
        name: _field(name, shown[name], values.get(name, ""), problems.get(name), is_first=name == first_wrong)
        for name in shown
    }


def alert(problems: Mapping[str, str]) -> Markup | str:
    if not problems:
        return ""
    text = next(iter(problems.values())) if len(problems) == 1 else "Please look at the fields marked below."
    return Markup('<p class="alert" role="alert">{} <strong>Nothing was charged.</strong></p>').format(text)


def typed_card(work: Work, form: Mapping[str, str]) -> tuple[Card | None, dict[str, str]]:
    """The card, or what is wrong with it by field."""
    try:
        card = read_card(
            number=form.get("card_number", ""),
            expiration=form.get("expiration", ""),
            cvc=form.get("cvc", ""),
            now=datetime.fromtimestamp(work.now, UTC),
        )
    except CardRefused as refusal:
        return None, refusal.problems
    return card, {}


def name_problems(name: str) -> dict[str, str]:
    if not name:
        return {"name": "Enter the name on the card."}
    if len(name) > LONGEST_NAME:
        return {"name": f"The name may have at most {LONGEST_NAME} characters."}
    return {}


def _field(name: str, what: dict[str, str], value: str, problem: str | None, *, is_first: bool) -> Markup:
    extra = _EXTRA.get(name, Markup(""))
    error: Any = ""
    if problem:
        extra += Markup(' aria-invalid="true" aria-describedby="{}-error"').format(name)
        extra += Markup(" autofocus") if is_first else ""
        error = Markup('<p class="error" id="{}-error">{}</p>').format(name, problem)
    state = " wrong" if problem else ""
    return fill("field.html", id=name, value=value, extra=extra, error=error, state=state, **what)
