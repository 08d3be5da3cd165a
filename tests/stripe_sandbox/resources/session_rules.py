"""What Stripe asks of a new checkout session beyond types. Source: https://docs.stripe.com/api/checkout/sessions/create"""

import re

from tests.stripe_sandbox.errors import StripeError, invalid, not_built
from tests.stripe_sandbox.resources.addresses import is_web_address
from tests.stripe_sandbox.resources.charges import STATEMENT_PREFIX
from tests.stripe_sandbox.resources.customers import check_email
from tests.stripe_sandbox.resources.metadata import merged
from tests.stripe_sandbox.resources.session_modes import check_mode
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work

SHORTEST_LIFE = 30 * 60
LONGEST_LIFE = 24 * 60 * 60
_LATENESS = 60
"""Seconds by which a request may come late and still count as thirty minutes ahead."""
_LONGEST_REFERENCE = 200
_LONGEST_CUSTOM_TEXT = 1200
_LONGEST_DESCRIPTOR = 22

_IMITATED = {
    "adaptive_pricing",
    "cancel_url",
    "client_reference_id",
    "currency",
    "custom_text",
    "customer",
    "customer_creation",
    "customer_email",
    "expand",
    "expires_at",
    "integration_identifier",
    "line_items",
    "locale",
    "metadata",
    "mode",
    "origin_context",
    "payment_intent_data",
    "payment_method_collection",
    "setup_intent_data",
    "shipping_options",
    "submit_type",
    "subscription_data",
    "success_url",
    "ui_mode",
    "allowed_payment_method_types",
    "excluded_payment_method_types",
}
_HARMLESS_WHEN = {
    "allow_promotion_codes": False,
    "automatic_tax": {"enabled": False},
    "billing_address_collection": "auto",
    "invoice_creation": {"enabled": False},
    "phone_number_collection": {"enabled": False},
    "tax_id_collection": {"enabled": False},
}
_INTENT_DATA_IMITATED = {
    "capture_method",
    "description",
    "metadata",
    "receipt_email",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
}


def check_new_session(params: Json, *, now: int) -> None:
    """Raise StripeError at the first rule that the parameters break."""
    _check_mode(params)
    for name in params.keys() - _IMITATED:
        if name not in _HARMLESS_WHEN or params[name] != _HARMLESS_WHEN[name]:
            raise not_built(f"{name} of a checkout session", param=name)
    _check_urls(params)
    _check_expiry(params.get("expires_at"), now)
    _check_customer(params)
    _check_methods(params)
    _check_texts(params)
    _check_intent_data(params.get("payment_intent_data", {}))


def has_bank_debit(work: Work, params: Json, currency: str) -> bool:
    """Whether the page offers a bank account: in dollars alone, when the account has it and the session does not rule it out."""
    allowed = params.get("allowed_payment_method_types", ("us_bank_account",))
    return (
        work.conditions.has_bank_debit
        and params["mode"] == "payment"
        and currency == "usd"
        and "us_bank_account" in allowed
        and "us_bank_account" not in params.get("excluded_payment_method_types", ())
    )


def _check_mode(params: Json) -> None:
    if "mode" not in params:
        raise invalid("Missing required param: mode.", param="mode", code="parameter_missing")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise not_built(f"ui_mode {params['ui_mode']}", param="ui_mode")
    check_mode(params)


def _check_urls(params: Json) -> None:
    if "success_url" not in params:
        raise invalid("Missing required param: success_url.", param="success_url", code="parameter_missing")
    for name in ("success_url", "cancel_url"):
        if name in params and not is_web_address(params[name]):
            raise invalid("Not a valid URL", param=name, code="url_invalid")


def _check_expiry(expires_at: int | None, now: int) -> None:
    if expires_at is None:
        return
    if expires_at < now + SHORTEST_LIFE - _LATENESS:
        raise invalid(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.", param="expires_at"
        )
    if expires_at > now + LONGEST_LIFE + _LATENESS:
        raise invalid(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", param="expires_at"
        )


def _check_customer(params: Json) -> None:
    if "customer" in params and "customer_email" in params:
        raise invalid("You may only specify one of these parameters: customer, customer_email.", param="customer")
    if "customer" in params and "customer_creation" in params:
        raise invalid(
            "You may only specify one of these parameters: customer, customer_creation.", param="customer_creation"
        )
    if "customer_email" in params:
        check_email(params["customer_email"], param="customer_email")


def _check_methods(params: Json) -> None:
    allowed = params.get("allowed_payment_method_types")
    if (allowed is not None and "card" not in allowed) or "card" in params.get("excluded_payment_method_types", ()):
        raise not_built("checkout sessions without cards", param="allowed_payment_method_types")


def _check_texts(params: Json) -> None:
    if len(params.get("client_reference_id", "")) > _LONGEST_REFERENCE:
        raise _too_long("client_reference_id", _LONGEST_REFERENCE)
    for name, text in params.get("custom_text", {}).items():
        if name not in ("submit", "after_submit") and text:
            raise not_built(f"custom text for {name}", param=f"custom_text[{name}]")
        if text and len(text["message"]) > _LONGEST_CUSTOM_TEXT:
            raise _too_long(f"custom_text[{name}][message]", _LONGEST_CUSTOM_TEXT)


def _check_intent_data(data: Json) -> None:
    for name in data.keys() - _INTENT_DATA_IMITATED:
        raise not_built(f"{name} of payment_intent_data", param=f"payment_intent_data[{name}]")
    if data.get("capture_method", "automatic_async") == "manual":
        raise not_built("manual capture", param="payment_intent_data[capture_method]")
    merged({}, data.get("metadata"), param="payment_intent_data[metadata]")
    if "receipt_email" in data:
        check_email(data["receipt_email"], param="payment_intent_data[receipt_email]")
    if "statement_descriptor" in data:
        raise invalid(
            "The `statement_descriptor` parameter is not supported for cards. Use `statement_descriptor_suffix` instead.",
            param="payment_intent_data[statement_descriptor]",
        )
    if "statement_descriptor_suffix" in data:
        _check_suffix(data["statement_descriptor_suffix"])


def _check_suffix(suffix: str) -> None:
    """Source: https://docs.stripe.com/get-started/account/statement-descriptors"""
    param = "payment_intent_data[statement_descriptor_suffix]"
    if len(f"{STATEMENT_PREFIX}* {suffix}") > _LONGEST_DESCRIPTOR:
        raise invalid(
            f"The statement descriptor suffix, together with the prefix {STATEMENT_PREFIX}, may have at most "
            f"{_LONGEST_DESCRIPTOR} characters.",
            param=param,
        )
    if re.search(r"""[<>\\'"*]""", suffix) or not suffix.isascii():
        raise invalid("Statement descriptor suffixes are of Latin characters, with none of < > \\ ' \" *", param=param)
    if not re.search(r"[A-Za-z]", suffix):
        raise invalid("The statement descriptor suffix must contain at least one letter.", param=param)


def _too_long(param: str, most: int) -> StripeError:
    return invalid(f"Invalid string; must be at most {most} characters", param=param)
