"""Shipping rates, made by themselves or inline by a session. Source: https://docs.stripe.com/api/shipping_rates"""

from tests.stripe_sandbox.errors import invalid, not_built
from tests.stripe_sandbox.money import check_currency
from tests.stripe_sandbox.resources.lists import Filter, list_page, one, same
from tests.stripe_sandbox.resources.metadata import merged
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id


def new(work: Work, data: Json, *, path: str = "") -> Json:
    """A rate, stored. `path` is where in the request `data` stands, for error messages."""

    def at(name: str) -> str:
        first, bracket, rest = name.partition("[")
        return f"{path}[{first}]{bracket}{rest}" if path else name

    if "fixed_amount" not in data:
        param = at("fixed_amount")
        raise invalid(f"Missing required param: {param}.", param=param, code="parameter_missing")
    fixed = data["fixed_amount"]
    if fixed["amount"] < 0:
        raise invalid(
            "Invalid non-negative integer", param=at("fixed_amount[amount]"), code="parameter_invalid_integer"
        )
    if "currency_options" in fixed:
        raise not_built("shipping rates in several currencies", param=at("fixed_amount[currency_options]"))
    estimate = data.get("delivery_estimate")
    return work.tx.insert(
        {
            "id": new_id("shr"),
            "object": "shipping_rate",
            "active": True,
            "created": work.now,
            "delivery_estimate": {"maximum": None, "minimum": None, **estimate} if estimate else None,
            "display_name": data["display_name"],
            "fixed_amount": {
                "amount": fixed["amount"],
                "currency": check_currency(fixed["currency"], param=at("fixed_amount[currency]")),
            },
            "livemode": False,
            "metadata": merged({}, data.get("metadata"), param=at("metadata")),
            "tax_behavior": data.get("tax_behavior", "unspecified"),
            "tax_code": data.get("tax_code"),
            "type": "fixed_amount",
        }
    )


def create(work: Work, params: Json) -> Json:
    return new(work, params)


def retrieve(work: Work, params: Json, shipping_rate_token: str) -> Json:
    return one(work, "shipping_rate", shipping_rate_token, param="shipping_rate_token")


def update(work: Work, params: Json, shipping_rate_token: str) -> Json:
    item = one(work, "shipping_rate", shipping_rate_token, param="shipping_rate_token")
    if "fixed_amount" in params:
        raise not_built("shipping rates in several currencies", param="fixed_amount")
    item |= {name: params[name] for name in ("active", "tax_behavior") if name in params}
    item["metadata"] = merged(item["metadata"], params.get("metadata"))
    return work.tx.save(item)


def list_(work: Work, params: Json) -> Json:
    filters = same(params, "active")
    if "currency" in params:
        filters.append(Filter("json_extract(data, '$.fixed_amount.currency') = ?", params["currency"].lower()))
    return list_page(work, "shipping_rate", "/v1/shipping_rates", params, filters=filters)
