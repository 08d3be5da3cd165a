"""The choice between card and bank account, on a page whose session offers both. Without the choice the page is the card's alone."""

from collections.abc import Mapping

from markupsafe import Markup

from tests.stripe_sandbox.hosted.pages import fill
from tests.stripe_sandbox.store import Json

CARD = "card"
BANK_ACCOUNT = "us_bank_account"
BANK_FIELDS: dict[str, dict[str, str]] = {
    "routing_number": {"label": "Routing number", "name": "routing_number", "type": "text", "autocomplete": "off"},
    "account_number": {"label": "Account number", "name": "account_number", "type": "text", "autocomplete": "off"},
    "account_holder": {
        "label": "Account holder name",
        "name": "account_holder",
        "type": "text",
        "autocomplete": "name",
    },
}
BANK_EXTRA = {
    "routing_number": Markup(' inputmode="numeric" placeholder="110000000" maxlength="9"'),
    "account_number": Markup(' inputmode="numeric" placeholder="000123456789" maxlength="17"'),
}


def has_choice(session: Json) -> bool:
    return BANK_ACCOUNT in session["payment_method_types"]


def chosen(session: Json, form: Mapping[str, str]) -> str:
    """The method that the payer chose: the card, unless the session offers a bank account and it was ticked."""
    return BANK_ACCOUNT if has_choice(session) and form.get("method") == BANK_ACCOUNT else CARD


def render_choice(session: Json, method: str) -> Markup | str:
    if not has_choice(session):
        return ""
    checked = {method: Markup(" checked")}
    return fill("methods.html", card_checked=checked.get(CARD, ""), bank_checked=checked.get(BANK_ACCOUNT, ""))


def render_bank(session: Json, fields: Mapping[str, Markup]) -> Markup | str:
    return fill("bank.html", **fields) if has_choice(session) else ""
