"""Customers."""

import re

from tests.stripe_sandbox.errors import invalid, missing_object, not_built
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
    _refuse_unbuilt(params)
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
        "test_clock": None,
        **_given(params),
    }
    work.tx.insert(customer)
    emit(work, "customer.created", customer)
    return customer


def retrieve(work: Work, params: Json, customer: str) -> Json:
    return one(work, "customer", customer)


def update(work: Work, params: Json, customer: str) -> Json:
    _refuse_unbuilt(params)
    item = existing(work, customer)
    before = dict(item)
    item |= _given(params)
    item["metadata"] = merged(item["metadata"], params.get("metadata"))
    emit(work, "customer.updated", work.tx.save(item), before=before)
    return item


def delete(work: Work, params: Json, customer: str) -> Json:
    """The customer stays retrievable, as deleted. Source: https://docs.stripe.com/api/customers/delete"""
    item = existing(work, customer)
    emit(work, "customer.deleted", item)
    return work.tx.save({"id": item["id"], "object": "customer", "deleted": True})


def list_(work: Work, params: Json) -> Json:
    return list_page(work, "customer", "/v1/customers", params, filters=same(params, "email"))


def _given(params: Json) -> Json:
    given = {name: params[name] or None for name in _KEPT if name in params}
    if email := given.get("email"):
        check_email(email, param="email")
    return given


def _refuse_unbuilt(params: Json) -> None:
    for name in params.keys() - {*_KEPT, "metadata", "expand", "tax_exempt"}:
        raise not_built(f"{name} of a customer", param=name)
