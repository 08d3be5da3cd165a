"""Payment methods, as the API reads, saves and changes them. Source: https://docs.stripe.com/api/payment_methods"""

from datetime import UTC, datetime

from tests.stripe_sandbox.errors import invalid, missing_object, not_built, refused
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import Filter, list_page, one, same
from tests.stripe_sandbox.resources.metadata import merged
from tests.stripe_sandbox.resources.payment_methods import card_of, named, owned, refusal_of, save_for
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work


def retrieve(work: Work, params: Json, payment_method: str) -> Json:
    return one(work, "payment_method", payment_method, param="payment_method")


def list_(work: Work, params: Json) -> Json:
    if "allow_redisplay" in params:
        raise not_built("payment methods by allow_redisplay", param="allow_redisplay")
    if "customer" not in params:
        raise not_built("a list of payment methods without a customer", param="customer")
    one(work, "customer", params["customer"], param="customer")
    return list_page(work, "payment_method", "/v1/payment_methods", params, filters=same(params, "customer", "type"))


def list_of_customer(work: Work, params: Json, customer: str) -> Json:
    one(work, "customer", customer, param="customer")
    if "allow_redisplay" in params:
        raise not_built("payment methods by allow_redisplay", param="allow_redisplay")
    filters = [Filter("json_extract(data, '$.customer') = ?", customer), *same(params, "type")]
    return list_page(work, "payment_method", f"/v1/customers/{customer}/payment_methods", params, filters=filters)


def retrieve_of_customer(work: Work, params: Json, customer: str, payment_method: str) -> Json:
    return owned(work, payment_method, customer, param="payment_method")


def attach(work: Work, params: Json, payment_method: str) -> Json:
    """Save a method for a customer. Documented test ids such as `pm_card_visa` make a new method each time."""
    if "customer" not in params:
        raise invalid("Missing required param: customer.", param="customer", code="parameter_missing")
    customer = one(work, "customer", params["customer"], param="customer")
    if customer.get("deleted"):
        raise missing_object("customer", customer["id"], param="customer")
    method = named(work, payment_method)
    if method["customer"] not in (None, customer["id"]):
        raise refused(
            "The payment method you provided has already been attached to a customer.",
            code="payment_method_unexpected_state",
        )
    if work.tx.hidden(method["id"]).get("detached"):
        raise refused(
            "This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, "
            "and may not be used again.",
            param="payment_method",
        )
    if decline := card_of(work, method).setup_decline:
        raise refusal_of(decline, keeps_work=False)
    return save_for(work, method, customer["id"])


def detach(work: Work, params: Json, payment_method: str) -> Json:
    """The method is of no use afterwards. Source: https://docs.stripe.com/api/payment_methods/detach"""
    method = one(work, "payment_method", payment_method, param="payment_method")
    if method["customer"] is None:
        raise refused("The payment method you provided is not attached to a customer so detachment is impossible.")
    customer = one(work, "customer", method["customer"])
    before = dict(method)
    method["customer"] = None
    work.tx.save_hidden(method["id"], {**work.tx.hidden(method["id"]), "detached": True})
    emit(work, "payment_method.detached", work.tx.save(method), before=before)
    _forget(work, method["id"], customer)
    return method


def update(work: Work, params: Json, payment_method: str) -> Json:
    method = one(work, "payment_method", payment_method, param="payment_method")
    for name in params.keys() - {"allow_redisplay", "billing_details", "card", "expand", "metadata"}:
        raise not_built(f"changing {name} of a payment method", param=name)
    if method["customer"] is None:
        raise refused("You must save this PaymentMethod to a customer before you can update it.")
    before = {**method, "card": dict(method["card"]), "billing_details": dict(method["billing_details"])}
    _change_card(work, method, params.get("card", {}))
    _change_billing_details(method, params.get("billing_details", {}))
    method["allow_redisplay"] = params.get("allow_redisplay", method["allow_redisplay"])
    method["metadata"] = merged(method["metadata"], params.get("metadata"))
    emit(work, "payment_method.updated", work.tx.save(method), before=before)
    return method


def _forget(work: Work, id: str, customer: Json) -> None:
    """A detached method is nobody's default any more. The subscription's own default goes too: assumed."""
    if not customer.get("deleted") and customer["invoice_settings"]["default_payment_method"] == id:
        before = {**customer, "invoice_settings": dict(customer["invoice_settings"])}
        customer["invoice_settings"]["default_payment_method"] = None
        emit(work, "customer.updated", work.tx.save(customer), before=before)
    for subscription in work.tx.select("subscription", "json_extract(data, '$.default_payment_method') = ?", (id,)):
        before = dict(subscription)
        subscription["default_payment_method"] = None
        emit(work, "customer.subscription.updated", work.tx.save(subscription), before=before)


def _change_card(work: Work, method: Json, change: Json) -> None:
    for name in change.keys() - {"exp_month", "exp_year"}:
        raise not_built(f"changing {name} of a card", param=f"card[{name}]")
    month = change.get("exp_month", method["card"]["exp_month"])
    year = change.get("exp_year", method["card"]["exp_year"])
    now = datetime.fromtimestamp(work.now, UTC)
    if not 1 <= month <= 12:
        raise invalid("Your card's expiration month is invalid.", param="card[exp_month]", code="invalid_expiry_month")
    if (year, month) < (now.year, now.month):
        raise invalid("Your card's expiration year is invalid.", param="card[exp_year]", code="invalid_expiry_year")
    method["card"] |= {"exp_month": month, "exp_year": year}


def _change_billing_details(method: Json, change: Json) -> None:
    for name in change.keys() - {"email", "name", "phone"}:
        raise not_built(f"changing {name} of billing details", param=f"billing_details[{name}]")
    method["billing_details"] |= {name: value or None for name, value in change.items()}
