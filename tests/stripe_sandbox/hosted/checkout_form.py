"""The payment form: what is bought, the card's fields, and what was wrong with them."""

from typing import Any

from markupsafe import Markup
from werkzeug.wrappers import Response

from tests.stripe_sandbox.hosted.pages import fill, page
from tests.stripe_sandbox.money import written
from tests.stripe_sandbox.resources.lists import one
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work

_WORDS = {"donate": ("Donate", "Your gift"), "book": ("Book", "Your booking")}
_FIELDS: dict[str, dict[str, str]] = {
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
}


def render_form(
    work: Work,
    session: Json,
    hidden: Json,
    *,
    typed: dict[str, str],
    problems: dict[str, str],
) -> Response:
    """The page. `typed` fills email and name; a card is never shown again. `problems` are messages by field."""
    button, heading = _WORDS.get(session["submit_type"], ("Pay", "Your order"))
    currency = session["currency"]
    total = written(session["amount_total"], currency)
    values = {"email": typed.get("email") or _known_email(work, session), "name": typed.get("name", "")}
    first_wrong = next((name for name in _FIELDS if name in problems), None)
    message = session["custom_text"]["submit"]
    content = fill(
        "checkout.html",
        back=_link("back", session["cancel_url"], "Back"),
        heading=heading,
        total=total,
        lines=Markup("").join(_line(line, currency) for line in hidden["line_items"]),
        sums=_sums(session, currency),
        paying_heading="Pay with card",
        alert=_alert(problems),
        action=f"/c/pay/{session['id']}",
        attempt=hidden["attempt"],
        shipping=_shipping(work, session, hidden, currency),
        custom_text=Markup('<p class="custom">{}</p>').format(message["message"]) if message else "",
        button=f"{button} {total}",
        **{
            name: _field(name, values.get(name, ""), problems.get(name), is_first=name == first_wrong)
            for name in _FIELDS
        },
    )
    targets = [session["success_url"]]
    title = f"Problem: {button} {total}" if problems else f"{button} {total}"
    return page(title, content, form_targets=targets)


def _field(name: str, value: str, problem: str | None, *, is_first: bool) -> Markup:
    extra = _EXTRA.get(name, Markup(""))
    error: Any = ""
    if problem:
        extra += Markup(' aria-invalid="true" aria-describedby="{}-error"').format(name)
        extra += Markup(" autofocus") if is_first else ""
        error = Markup('<p class="error" id="{}-error">{}</p>').format(name, problem)
    state = " wrong" if problem else ""
    return fill("field.html", id=name, value=value, extra=extra, error=error, state=state, **_FIELDS[name])


def _alert(problems: dict[str, str]) -> Markup | str:
    if not problems:
        return ""
    text = next(iter(problems.values())) if len(problems) == 1 else "Please look at the fields marked below."
    return Markup('<p class="alert" role="alert">{} <strong>Nothing was charged.</strong></p>').format(text)


def _line(line: Json, currency: str) -> Markup:
    each = written(line["price"]["unit_amount"], currency)
    quantity = (
        Markup("<small>Quantity {}, {} each</small>").format(line["quantity"], each) if line["quantity"] > 1 else ""
    )
    return fill(
        "line.html", description=line["description"], quantity=quantity, amount=written(line["amount_total"], currency)
    )


def _sums(session: Json, currency: str) -> Markup:
    rows = [("Total", session["amount_total"])]
    if session["shipping_cost"]:
        rows = [("Subtotal", session["amount_subtotal"]), ("Shipping", session["shipping_cost"]["amount_total"]), *rows]
    row = Markup("<div><dt>{}</dt><dd>{}</dd></div>")
    inner = Markup("").join(row.format(label, written(amount, currency)) for label, amount in rows)
    return Markup('<dl class="sums">{}</dl>').format(inner)


def _shipping(work: Work, session: Json, hidden: Json, currency: str) -> Markup | str:
    if len(hidden["rates"]) < 2:
        return ""
    chosen = session["shipping_cost"]["shipping_rate"]
    choice = Markup(
        '<label class="choice"><input type="radio" name="shipping" value="{}"{}><span>{}</span><span class="amount">{}</span></label>'
    )
    rates = [one(work, "shipping_rate", id) for id in hidden["rates"]]
    choices = Markup("").join(
        choice.format(
            rate["id"],
            Markup(" checked") if rate["id"] == chosen else "",
            rate["display_name"],
            written(rate["fixed_amount"]["amount"], currency),
        )
        for rate in rates
    )
    return Markup("<fieldset><legend>Shipping method</legend>{}</fieldset>").format(choices)


def _link(css_class: str, url: str | None, words: str) -> Markup | str:
    return Markup('<a class="{}" href="{}">{}</a>').format(css_class, url, words) if url else ""


def _known_email(work: Work, session: Json) -> str:
    if session["customer_email"]:
        return session["customer_email"]
    customer = work.tx.find(session["customer"], "customer") if session["customer"] else None
    return (customer or {}).get("email") or ""
