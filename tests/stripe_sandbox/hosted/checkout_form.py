"""The payment form: what is bought, the card's fields, and what was wrong with them."""

from markupsafe import Markup
from werkzeug.wrappers import Response

from tests.stripe_sandbox.hosted.card_fields import FIELDS, alert, card_fields
from tests.stripe_sandbox.hosted.checkout_words import words_for
from tests.stripe_sandbox.hosted.methods import BANK_FIELDS, CARD, has_choice, render_bank, render_choice
from tests.stripe_sandbox.hosted.pages import fill, page
from tests.stripe_sandbox.money import written
from tests.stripe_sandbox.resources.lists import one
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work


def render_form(
    work: Work,
    session: Json,
    hidden: Json,
    *,
    typed: dict[str, str],
    problems: dict[str, str],
) -> Response:
    """The page. `typed` fills email and names; a card is never shown again. `problems` are messages by field."""
    words = words_for(session, hidden)
    currency = session["currency"]
    values = {
        "email": typed.get("email") or _known_email(work, session),
        "name": typed.get("name", ""),
        "account_holder": typed.get("account_holder", ""),
    }
    fields = card_fields(values, problems, more=BANK_FIELDS if has_choice(session) else {})
    message = session["custom_text"]["submit"]
    content = fill(
        "checkout.html",
        back=_link("back", session["cancel_url"], "Back"),
        heading=words.heading,
        total=words.total,
        lines=Markup("").join(_line(line, currency) for line in hidden["line_items"]),
        sums=_sums(session, currency),
        paying_heading="Pay" if has_choice(session) else words.paying_heading,
        alert=alert(problems),
        action=f"/c/pay/{session['id']}",
        attempt=hidden["attempt"],
        shipping=_shipping(work, session, hidden, currency),
        custom_text=_paragraphs(words.terms, message["message"] if message else ""),
        button=words.button,
        test_cards=fill("test_cards.html"),
        methods=render_choice(session, typed.get("method", CARD)),
        bank=render_bank(session, {name: fields[name] for name in BANK_FIELDS if name in fields}),
        **{name: fields[name] for name in FIELDS},
    )
    targets = [session["success_url"]]
    title = f"Problem: {words.button}" if problems else words.button
    return page(title, content, form_targets=targets)


def _line(line: Json, currency: str) -> Markup:
    each = written(line["price"]["unit_amount"], currency)
    quantity = (
        Markup("<small>Quantity {}, {} each</small>").format(line["quantity"], each) if line["quantity"] > 1 else ""
    )
    return fill(
        "line.html", description=line["description"], quantity=quantity, amount=written(line["amount_total"], currency)
    )


def _paragraphs(*texts: str) -> Markup:
    return Markup("").join(Markup('<p class="custom">{}</p>').format(text) for text in texts if text)


def _sums(session: Json, currency: str) -> Markup | str:
    if session["amount_total"] is None:
        return ""
    extra = []
    if session["shipping_cost"]:
        extra.append(("Shipping", session["shipping_cost"]["amount_total"]))
    if session["total_details"]["amount_tax"]:
        extra.append(("Tax", session["total_details"]["amount_tax"]))
    rows = [("Subtotal", session["amount_subtotal"]), *extra] if extra else []
    rows.append(("Total", session["amount_total"]))
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
