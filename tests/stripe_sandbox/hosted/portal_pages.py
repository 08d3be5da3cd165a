"""How the pages of the customer portal look."""

from datetime import UTC, datetime

from markupsafe import Markup
from werkzeug.wrappers import Response

from tests.stripe_sandbox.billing import cards as wallet
from tests.stripe_sandbox.billing.items import every, total_of
from tests.stripe_sandbox.billing.subscription import ENDED, collects, items_of, period_of
from tests.stripe_sandbox.hosted.card_fields import alert, card_fields
from tests.stripe_sandbox.hosted.pages import fill, page
from tests.stripe_sandbox.hosted.portal_session import Visit
from tests.stripe_sandbox.money import written
from tests.stripe_sandbox.resources.lists import one
from tests.stripe_sandbox.store import Json

_INVOICES_SHOWN = 24
_REASONS = {
    "too_expensive": "It’s too expensive",
    "missing_features": "I need more features",
    "switched_service": "I found an alternative",
    "unused": "I no longer need it",
    "customer_service": "Customer service was less than expected",
    "too_complex": "Ease of use was less than expected",
    "low_quality": "Quality was less than expected",
    "other": "Other reason",
}


def overview(visit: Visit) -> Response:
    subscriptions = [
        one
        for one in visit.work.tx.select("subscription", "json_extract(data, '$.customer') = ?", (visit.customer["id"],))
        if one["status"] not in ENDED
    ]
    content = fill(
        "portal.html",
        back=_back(visit),
        email=visit.customer["email"] or "",
        subscriptions=Markup("").join(_subscription(visit, one) for one in subscriptions) or _none("No subscriptions."),
        card=_card(visit),
        invoices=_invoices(visit) if visit.features["invoice_history"]["enabled"] else "",
    )
    return page("Your subscriptions", content, form_targets=targets(visit))


def card_form(visit: Visit, *, problems: dict[str, str], name: str = "") -> Response:
    content = fill(
        "portal_card.html",
        back=_back(visit) if visit.flow_type else _link(visit.home, "Back"),
        alert=alert(problems),
        action=f"{visit.home}/card",
        attempt=visit.hidden["attempt"],
        owed=_owed(visit),
        test_cards=fill("test_cards.html"),
        **{key: field for key, field in card_fields({"name": name}, problems).items() if key != "email"},
    )
    title = "Problem: Update payment method" if problems else "Update payment method"
    return page(title, content, form_targets=targets(visit))


def cancel_form(visit: Visit, subscription: Json) -> Response:
    feature = visit.features["subscription_cancel"]
    _, end = period_of(subscription)
    at_once = "It ends at once." if feature["mode"] == "immediately" else f"It ends on {_day(end)}."
    content = fill(
        "portal_cancel.html",
        back=_back(visit) if visit.flow_type else _link(visit.home, "Back"),
        what=_amount(subscription),
        when=f"{at_once} Nothing more is charged after that.",
        reasons=_reasons(feature["cancellation_reason"]),
        action=f"{visit.home}/subscriptions/{subscription['id']}/cancel",
    )
    return page("Cancel subscription", content, form_targets=targets(visit))


def message(visit: Visit, heading: str, text: str) -> Response:
    return page(heading, fill("message.html", heading=heading, text=text, link=_back(visit)))


def targets(visit: Visit) -> list[str]:
    """Where a form of the portal may lead."""
    after = (visit.session["flow"] or {}).get("after_completion", {}).get("redirect")
    return [url for url in (visit.session["return_url"], after and after["return_url"]) if url]


def _subscription(visit: Visit, subscription: Json) -> Markup:
    path = f"{visit.home}/subscriptions/{subscription['id']}"
    may_cancel = visit.features["subscription_cancel"]["enabled"]
    if not may_cancel:
        action: Markup | str = ""
    elif subscription["cancel_at"]:
        action = Markup(
            '<form method="post" action="{}/keep"><button type="submit" class="quiet">Don’t cancel</button></form>'
        ).format(path)
    else:
        action = Markup('<p><a href="{}/cancel">Cancel subscription</a></p>').format(path)
    product = one(visit.work, "product", items_of(subscription)[0]["price"]["product"])
    return fill(
        "portal_subscription.html",
        name=product["name"],
        amount=_amount(subscription),
        state=_state(visit, subscription),
        action=action,
    )


def _state(visit: Visit, subscription: Json) -> str:
    _, end = period_of(subscription)
    if subscription["cancel_at"]:
        return f"Ends on {_day(subscription['cancel_at'])}."
    if subscription["status"] == "past_due":
        return "The last payment failed."
    if subscription["status"] == "paused" or not collects(subscription, at=end):
        return "Paused."
    return f"The next payment is on {_day(end)}."


def _card(visit: Visit) -> Markup:
    ids = [visit.customer["invoice_settings"]["default_payment_method"]]
    ids += [
        one["default_payment_method"]
        for one in visit.work.tx.select("subscription", "json_extract(data, '$.customer') = ?", (visit.customer["id"],))
        if one["status"] not in ENDED
    ]
    method = next((visit.work.tx.find(id, "payment_method") for id in ids if id), None)
    shown: Markup | str = _none("No card is saved.")
    if method is not None:
        card = method["card"]
        shown = Markup("<p>{} •••• {}, expires {:02}/{}</p>").format(
            card["brand"].capitalize(), card["last4"], card["exp_month"], card["exp_year"]
        )
    may_change = visit.features["payment_method_update"]["enabled"]
    return shown + (_link(f"{visit.home}/card", "Update payment method") if may_change else "")


def _invoices(visit: Visit) -> Markup:
    found = visit.work.tx.select(
        "invoice",
        "json_extract(data, '$.customer') = ? AND json_extract(data, '$.status') != 'draft'",
        (visit.customer["id"],),
        tail=f"ORDER BY seq DESC LIMIT {_INVOICES_SHOWN}",
    )
    if not found:
        return _none("No invoices yet.")
    row = Markup(
        '<li><span class="what"><a href="{}">{}</a><small>{}</small></span><span class="amount">{}</span></li>'
    )
    rows = Markup("").join(
        row.format(
            invoice["hosted_invoice_url"],
            _day(invoice["created"]),
            invoice["status"].capitalize(),
            written(invoice["amount_due"], invoice["currency"]),
        )
        for invoice in found
    )
    return Markup('<ul class="lines">{}</ul>').format(rows)


def _owed(visit: Visit) -> Markup | str:
    """The choice to pay what is open at once."""
    found = wallet.open_invoices(visit.work, visit.customer["id"])
    if not found:
        return ""
    total = written(sum(invoice["amount_due"] for invoice in found), found[0]["currency"])
    return Markup(
        '<label class="choice"><input type="checkbox" name="pay_open" value="yes" checked><span>Pay the {} that is open now</span></label>'
    ).format(total)


def _reasons(asked: Json) -> Markup | str:
    if not asked["enabled"]:
        return ""
    choice = Markup('<label class="choice"><input type="radio" name="reason" value="{}"><span>{}</span></label>')
    choices = Markup("").join(choice.format(name, _REASONS[name]) for name in asked["options"])
    return fill("portal_reasons.html", choices=choices)


def _amount(subscription: Json) -> str:
    items = items_of(subscription)
    return f"{written(total_of(items), subscription['currency'])} per {every(items[0]['price'])}"


def _back(visit: Visit) -> Markup | str:
    return _link(visit.session["return_url"], "Return to the site") if visit.session["return_url"] else ""


def _link(url: str, words: str) -> Markup:
    return Markup('<p><a href="{}">{}</a></p>').format(url, words)


def _none(text: str) -> Markup:
    return Markup('<p class="none">{}</p>').format(text)


def _day(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%B %-d, %Y")
