"""Customers."""

import re

from tests.stripe_sandbox.billing import clocks, ending
from tests.stripe_sandbox.billing.subscription import ENDED
from tests.stripe_sandbox.errors import invalid, missing_object, not_built
from tests.stripe_sandbox.resources import payment_methods
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import list_page, one, same
from tests.stripe_sandbox.resources.metadata import merged
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id, random_text

_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")
_KEPT = (
    "address",
    "description",
    "email",
    "name",
    "phone",
    "shipping",
    "business_name",
    "individual_name",
    "preferred_locales",
)
LONGEST_EMAIL = 512


def check_email(email: str, *, param: str) -> str:
    if len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise invalid(f"Invalid email address: {email}", param=param, code="email_invalid")
    return email


def existing(work: Work, id: str, *, param: str = "id") -> Json:
    """The customer, unless it was deleted."""
    customer = one(work, "customer", id, param=param)
    if customer.get("deleted"):
        raise missing_object("customer", id, param=param)
    return customer


def create(work: Work, params: Json) -> Json:
    _refuse_unbuilt(params, {"test_clock"})
    if "test_clock" in params:
        clocks.enter(
            work, {"test_clock": one(work, "test_helpers.test_clock", params["test_clock"], param="test_clock")["id"]}
        )
    customer = {
        "id": new_id("cus", 14),
        "object": "customer",
        "address": None,
        "balance": 0,
        "business_name": None,
        "created": work.now,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "individual_name": None,
        "invoice_prefix": random_text(8).upper(),
        "invoice_settings": dict.fromkeys(("custom_fields", "default_payment_method", "footer", "rendering_options")),
        "livemode": False,
        "metadata": merged({}, params.get("metadata")),
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": params.get("tax_exempt") or "none",
        "test_clock": params.get("test_clock"),
        **_given(params),
    }
    work.tx.insert(customer)
    _set_default(work, customer, params)
    emit(work, "customer.created", work.tx.save(customer))
    return customer


def retrieve(work: Work, params: Json, customer: str) -> Json:
    return one(work, "customer", customer)


def update(work: Work, params: Json, customer: str) -> Json:
    _refuse_unbuilt(params)
    item = existing(work, customer)
    before = {**item, "invoice_settings": dict(item["invoice_settings"])}
    item |= _given(params)
    _set_default(work, item, params)
    item["metadata"] = merged(item["metadata"], params.get("metadata"))
    emit(work, "customer.updated", work.tx.save(item), before=before)
    return item


def delete(work: Work, params: Json, customer: str) -> Json:
    """The customer stays retrievable, as deleted; subscriptions end at once. Source: https://docs.stripe.com/api/customers/delete"""
    item = existing(work, customer)
    for subscription in work.tx.select("subscription", "json_extract(data, '$.customer') = ?", (customer,)):
        if subscription["status"] not in ENDED:
            ending.cancel(work, subscription, reason="cancellation_requested")
    emit(work, "customer.deleted", item)
    return work.tx.save({"id": item["id"], "object": "customer", "deleted": True})


def list_(work: Work, params: Json) -> Json:
    """Customers of a test clock are listed only for their clock."""
    filters = same({"test_clock": None, **params}, "email", "test_clock")
    return list_page(work, "customer", "/v1/customers", params, filters=filters)


def _given(params: Json) -> Json:
    given = {name: params[name] or None for name in _KEPT if name in params}
    if email := given.get("email"):
        check_email(email, param="email")
    return given


def _set_default(work: Work, customer: Json, params: Json) -> None:
    """The card that pays when neither invoice nor subscription names one."""
    settings = params.get("invoice_settings", {})
    for name in settings.keys() - {"default_payment_method"}:
        raise not_built(f"{name} of invoice settings", param=f"invoice_settings[{name}]")
    if "default_payment_method" in settings:
        method = payment_methods.owned(
            work, settings["default_payment_method"], customer["id"], param="invoice_settings[default_payment_method]"
        )
        customer["invoice_settings"]["default_payment_method"] = method["id"]


def _refuse_unbuilt(params: Json, more: set[str] = frozenset()) -> None:
    for name in params.keys() - {*_KEPT, *more, "invoice_settings", "metadata", "expand", "tax_exempt"}:
        raise not_built(f"{name} of a customer", param=name)
