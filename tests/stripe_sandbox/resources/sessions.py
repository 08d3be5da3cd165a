"""Checkout Sessions on the hosted page. Source: https://docs.stripe.com/api/checkout/sessions"""

from tests.stripe_sandbox.errors import invalid, not_built, refused
from tests.stripe_sandbox.money import check_charge_amount, check_currency
from tests.stripe_sandbox.resources import customers, payment_intents, setup_intents
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import Filter, list_page, one, same
from tests.stripe_sandbox.resources.metadata import merged
from tests.stripe_sandbox.resources.session_lines import build_lines, build_shipping
from tests.stripe_sandbox.resources.session_modes import finish_setup
from tests.stripe_sandbox.resources.session_rules import LONGEST_LIFE, check_new_session, has_bank_debit
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id


def create(work: Work, params: Json) -> Json:
    if "expires_at" in params:
        params = {**params, "expires_at": params["expires_at"] + work.conditions.lag}
    check_new_session(params, now=work.now)
    if params["mode"] == "setup":
        return finish_setup(work, params, _new(work, params, params["currency"]))
    lines = build_lines(work, params.get("line_items", []), mode=params["mode"])
    currency: str = lines[0]["currency"]
    if check_currency(params.get("currency", currency), param="currency") != currency:
        raise invalid("The `currency` must match the line items' currency.", param="currency")
    rates = build_shipping(work, params.get("shipping_options", []), currency)
    session = _new(work, params, currency)
    hidden = {
        "line_items": lines,
        "payment_intent_data": params.get("payment_intent_data", {}),
        "subscription_data": params.get("subscription_data", {}),
        "rates": [rate["id"] for rate in rates],
        "attempt": 0,
    }
    set_amounts(session, lines, rates, chosen=rates[0] if rates else None)
    check_charge_amount(session["amount_total"], currency, param="line_items")
    if session["customer"]:
        customers.existing(work, session["customer"], param="customer")
    work.tx.due_at(session["expires_at"], "expire_session", session["id"])
    return work.tx.insert(session, hidden=hidden)


def retrieve(work: Work, params: Json, session: str) -> Json:
    return one(work, "checkout.session", session, param="session")


def list_(work: Work, params: Json) -> Json:
    filters = same(params, "payment_intent", "customer", "status", "payment_link", "subscription")
    if "customer_details" in params:
        filters.append(
            Filter("json_extract(data, '$.customer_details.email') = ?", params["customer_details"]["email"])
        )
    return list_page(work, "checkout.session", "/v1/checkout/sessions", params, filters=filters)


def update(work: Work, params: Json, session: str) -> Json:
    item = one(work, "checkout.session", session, param="session")
    for name in params.keys() - {"metadata", "expand"}:
        raise not_built(f"changing {name} of a checkout session", param=name)
    item["metadata"] = merged(item["metadata"], params.get("metadata"))
    return work.tx.save(item)


def expire(work: Work, params: Json, session: str) -> Json:
    """Only an open session. Source: https://docs.stripe.com/api/checkout/sessions/expire"""
    item = one(work, "checkout.session", session, param="session")
    if item["status"] != "open":
        raise refused(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of `{item['status']}`."
        )
    return close_expired(work, item)


def close_expired(work: Work, session: Json) -> Json:
    """End an open session unpaid, with its event."""
    session["status"] = "expired"
    session["url"] = None
    work.tx.save(session)
    if intent := session["payment_intent"] or work.tx.hidden(session["id"]).get("intent"):
        payment_intents.cancel_unpaid(work, intent)
    if session["setup_intent"]:
        setup_intents.close(work, one(work, "setup_intent", session["setup_intent"]), reason="abandoned")
    emit(work, "checkout.session.expired", session)
    return session


def expire_overdue(work: Work, id: str) -> None:
    """End the session, whose time is over, if it is still open."""
    session = one(work, "checkout.session", id)
    if session["status"] == "open":
        close_expired(work, session)


def set_amounts(session: Json, lines: list[Json], rates: list[Json], *, chosen: Json | None) -> None:
    """Totals of the lines and of the shipping option chosen."""
    shipping = chosen["fixed_amount"]["amount"] if chosen else 0
    tax = sum(line["amount_tax"] for line in lines)
    session["amount_subtotal"] = sum(line["amount_subtotal"] for line in lines)
    session["amount_total"] = sum(line["amount_total"] for line in lines) + shipping
    session["total_details"] = {"amount_discount": 0, "amount_shipping": shipping, "amount_tax": tax}
    session["shipping_options"] = [
        {"shipping_amount": rate["fixed_amount"]["amount"], "shipping_rate": rate["id"]} for rate in rates
    ]
    session["shipping_cost"] = (
        {"amount_subtotal": shipping, "amount_tax": 0, "amount_total": shipping, "shipping_rate": chosen["id"]}
        if chosen
        else None
    )


def _new(work: Work, params: Json, currency: str) -> Json:
    id, mode = new_id("cs_test", 58), params["mode"]
    custom_text = dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance"))
    return {
        "id": id,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": params.get("adaptive_pricing", {}).get("enabled", False)},
        "after_expiration": None,
        "allow_promotion_codes": params.get("allow_promotion_codes"),
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": params.get("billing_address_collection"),
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "client_secret": None,
        "collected_information": None,
        "consent": None,
        "consent_collection": None,
        "created": work.now,
        "currency": currency,
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": {**custom_text, **{name: text or None for name, text in params.get("custom_text", {}).items()}},
        "customer": params.get("customer"),
        "customer_creation": None if mode == "subscription" else params.get("customer_creation", "if_required"),
        "customer_details": None,
        "customer_email": params.get("customer_email"),
        "discounts": [],
        "expires_at": params.get("expires_at", work.now + LONGEST_LIFE),
        "integration_identifier": params.get("integration_identifier"),
        "invoice": None,
        "invoice_creation": None,
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": merged({}, params.get("metadata")),
        "mode": mode,
        "origin_context": params.get("origin_context"),
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "always" if mode == "subscription" else "if_required",
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": ["card", "us_bank_account"] if has_bank_debit(work, params, currency) else ["card"],
        "payment_status": "unpaid",
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": None,
        "setup_intent": None,
        "shipping_address_collection": None,
        "status": "open",
        "submit_type": params.get("submit_type"),
        "subscription": None,
        "success_url": params["success_url"],
        "ui_mode": "hosted_page",
        "url": f"{work.origin}/c/pay/{id}",
        "wallet_options": None,
    }
