"""Subscriptions, as the API makes, changes and ends them. Source: https://docs.stripe.com/api/subscriptions"""

from tests.stripe_sandbox.billing import clocks, ending, pausing, starting
from tests.stripe_sandbox.billing.changing import change
from tests.stripe_sandbox.billing.items import wanted_items
from tests.stripe_sandbox.billing.subscription import ENDED, snapshot, tell
from tests.stripe_sandbox.errors import invalid, missing_object, not_built, refused
from tests.stripe_sandbox.resources import customers, payment_methods
from tests.stripe_sandbox.resources.lists import Filter, list_page, one, same
from tests.stripe_sandbox.resources.metadata import merged
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work

_CREATED_FROM = {
    "billing_mode",
    "collection_method",
    "currency",
    "customer",
    "default_payment_method",
    "description",
    "expand",
    "items",
    "metadata",
    "off_session",
    "payment_behavior",
}


def create(work: Work, params: Json) -> Json:
    """The first invoice is charged at once. Declined, the subscription is `incomplete` and ends after 23 hours."""
    for name in params.keys() - _CREATED_FROM:
        raise not_built(f"{name} of a subscription", param=name)
    _check_choices(params)
    if "customer" not in params:
        raise invalid("Missing required param: customer.", param="customer", code="parameter_missing")
    customer = customers.existing(work, params["customer"], param="customer")
    clocks.enter(work, customer)
    method = params.get("default_payment_method")
    if method:
        payment_methods.owned(work, method, customer["id"], param="default_payment_method")
    elif not customer["invoice_settings"]["default_payment_method"]:
        raise refused(
            "This customer has no attached payment source or default payment method. Please consider adding a default payment "
            "method.",
            code="resource_missing",
        )
    subscription, decline = starting.start(
        work,
        customer=customer,
        wanted=wanted_items(work, params.get("items", [])),
        metadata=merged({}, params.get("metadata")),
        default_payment_method=method,
        description=params.get("description"),
    )
    if decline and params.get("payment_behavior") == "error_if_incomplete":
        raise payment_methods.refusal_of(decline, keeps_work=False)
    return subscription


def retrieve(work: Work, params: Json, subscription_exposed_id: str) -> Json:
    return one(work, "subscription", subscription_exposed_id)


def list_(work: Work, params: Json) -> Json:
    """Without the ended ones, unless `status` asks for them, and of a test clock only for the clock or the customer."""
    for name in params.keys() & {
        "automatic_tax",
        "current_period_end",
        "current_period_start",
        "customer_account",
        "plan",
    }:
        raise not_built(f"subscriptions by {name}", param=name)
    every_clock = {} if "customer" in params else {"test_clock": None}
    filters = same({**every_clock, **params}, "customer", "collection_method", "test_clock")
    if "price" in params:
        filters.append(
            Filter(
                "EXISTS (SELECT 1 FROM json_each(data, '$.items.data') WHERE json_extract(value, '$.price.id') = ?)",
                params["price"],
            )
        )
    status = params.get("status")
    if status is None:
        filters.append(Filter("json_extract(data, '$.status') NOT IN ('canceled', 'incomplete_expired')"))
    elif status == "ended":
        filters.append(Filter("json_extract(data, '$.status') IN ('canceled', 'incomplete_expired')"))
    elif status != "all":
        filters.append(Filter("json_extract(data, '$.status') = ?", status))
    return list_page(work, "subscription", "/v1/subscriptions", params, filters=filters)


def update(work: Work, params: Json, subscription_exposed_id: str) -> Json:
    subscription = one(work, "subscription", subscription_exposed_id)
    clocks.enter(work, subscription)
    if subscription["status"] in ENDED and params.keys() - {"cancellation_details", "metadata", "expand"}:
        raise refused("A canceled subscription can only update its cancellation_details and metadata.")
    before = snapshot(subscription)
    change(work, subscription, params)
    return tell(work, subscription, before)


def cancel(work: Work, params: Json, subscription_exposed_id: str) -> Json:
    """End it at once."""
    subscription = one(work, "subscription", subscription_exposed_id)
    clocks.enter(work, subscription)
    if subscription["status"] in ENDED:
        raise missing_object("subscription", subscription_exposed_id)
    for name in ("invoice_now", "prorate"):
        if params.get(name):
            raise not_built(f"{name} when canceling", param=name)
    change(work, subscription, {name: params[name] for name in ("cancellation_details",) if name in params})
    return ending.cancel(work, subscription, reason="cancellation_requested")


def pause(work: Work, params: Json, subscription: str) -> Json:
    """Status `paused`. What was paid and not used is not credited here, so a request must say so."""
    item = one(work, "subscription", subscription, param="subscription")
    clocks.enter(work, item)
    if params.get("bill_for", {}).get("unused_time_from", {}).get("type") != "none":
        raise not_built("a credit for unused time (ask for `none`)", param="bill_for[unused_time_from][type]")
    if item["status"] != "active":
        raise refused(f"Only active subscriptions can be paused; this one is {item['status']}.")
    if item["pause_collection"] is not None:
        raise refused("A subscription whose payment collection is paused cannot be paused.")
    return pausing.pause(work, item)


def resume(work: Work, params: Json, subscription: str) -> Json:
    item = one(work, "subscription", subscription, param="subscription")
    clocks.enter(work, item)
    if item["status"] != "paused":
        raise refused(f"Only paused subscriptions can be resumed; this one is {item['status']}.")
    return pausing.resume(work, item, params)


def _check_choices(params: Json) -> None:
    if params.get("collection_method", "charge_automatically") != "charge_automatically":
        raise not_built("subscriptions that send invoices", param="collection_method")
    if params.get("payment_behavior", "allow_incomplete") not in ("allow_incomplete", "error_if_incomplete"):
        raise not_built(f"payment_behavior {params['payment_behavior']}", param="payment_behavior")
    if params.get("billing_mode", {"type": "flexible"})["type"] != "flexible":
        raise not_built("classic billing mode", param="billing_mode[type]")
