"""Prices: paid once, or again at each interval."""

from decimal import Decimal

from tests.stripe_sandbox.errors import invalid, not_built
from tests.stripe_sandbox.money import check_currency
from tests.stripe_sandbox.resources import products
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import Filter, list_page, one, same
from tests.stripe_sandbox.resources.metadata import merged
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id

MOST_INTERVALS = {"day": 1095, "week": 156, "month": 36, "year": 3}
"""Three years. Source: https://docs.stripe.com/api/prices/create"""
_KNOWN = {
    "active",
    "currency",
    "expand",
    "lookup_key",
    "metadata",
    "nickname",
    "product",
    "product_data",
    "recurring",
    "tax_behavior",
    "unit_amount",
    "unit_amount_decimal",
}


def new(work: Work, data: Json, *, path: str = "", is_active: bool = True) -> Json:
    """A price, stored without an event. `path` is where in the request `data` stands, for error messages."""

    def at(name: str) -> str:
        return f"{path}[{name}]" if path else name

    for name in data.keys() - _KNOWN:
        raise not_built(f"{name} of a price", param=at(name))
    currency = check_currency(data["currency"], param=at("currency"))
    if ("product" in data) == ("product_data" in data):
        raise invalid(
            f"You must specify exactly one of `{at('product')}` or `{at('product_data')}`.", param=path or "product"
        )
    amount, exact = _amount(data, at("unit_amount"))
    recurring = _recurring(data["recurring"], at("recurring")) if "recurring" in data else None
    if "product" in data:
        product = one(work, "product", data["product"], param=at("product"))
    else:
        product = products.new(work, data["product_data"], is_active=is_active)
    return work.tx.insert(
        {
            "id": new_id("price"),
            "object": "price",
            "active": data.get("active", is_active),
            "billing_scheme": "per_unit",
            "created": work.now,
            "currency": currency,
            "custom_unit_amount": None,
            "livemode": False,
            "lookup_key": data.get("lookup_key"),
            "metadata": merged({}, data.get("metadata")),
            "nickname": data.get("nickname"),
            "product": product["id"],
            "recurring": recurring,
            "tax_behavior": data.get("tax_behavior", "unspecified"),
            "tiers_mode": None,
            "transform_quantity": None,
            "type": "recurring" if recurring else "one_time",
            "unit_amount": amount,
            "unit_amount_decimal": exact,
        }
    )


def create(work: Work, params: Json) -> Json:
    price = new(work, params)
    emit(work, "price.created", price)
    return price


def retrieve(work: Work, params: Json, price: str) -> Json:
    return one(work, "price", price, param="price")


def update(work: Work, params: Json, price: str) -> Json:
    item = one(work, "price", price, param="price")
    for name in params.keys() - {"active", "expand", "metadata", "nickname", "lookup_key"}:
        raise not_built(f"changing {name} of a price", param=name)
    before = dict(item)
    item |= {name: params[name] for name in ("active", "nickname", "lookup_key") if name in params}
    item["metadata"] = merged(item["metadata"], params.get("metadata"))
    emit(work, "price.updated", work.tx.save(item), before=before)
    return item


def list_(work: Work, params: Json) -> Json:
    """Inline prices are left out, as they are inactive, when `active` is asked for."""
    filters = same(params, "active", "currency", "product", "type")
    filters += [
        Filter(f"json_extract(data, '$.recurring.{name}') = ?", value)
        for name, value in params.get("recurring", {}).items()
    ]
    if "lookup_keys" in params:
        marks = ", ".join("?" * len(params["lookup_keys"]))
        filters.append(Filter(f"json_extract(data, '$.lookup_key') IN ({marks})", *params["lookup_keys"]))
    return list_page(work, "price", "/v1/prices", params, filters=filters)


def _recurring(given: Json, param: str) -> Json:
    for name in given.keys() - {"interval", "interval_count", "usage_type"}:
        raise not_built(f"{name} of a recurring price", param=f"{param}[{name}]")
    if given.get("usage_type", "licensed") != "licensed":
        raise not_built("metered prices", param=f"{param}[usage_type]")
    interval, many = given["interval"], given.get("interval_count", 1)
    if not 1 <= many <= MOST_INTERVALS[interval]:
        raise invalid(
            f"Invalid interval_count: prices can recur at most every {MOST_INTERVALS[interval]} {interval}s.",
            param=f"{param}[interval_count]",
        )
    return {
        "interval": interval,
        "interval_count": many,
        "meter": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }


def _amount(data: Json, param: str) -> tuple[int | None, str]:
    if ("unit_amount" in data) == ("unit_amount_decimal" in data):
        raise invalid("You must specify either `unit_amount` or `unit_amount_decimal`, but not both.", param=param)
    exact = Decimal(data["unit_amount"] if "unit_amount" in data else data["unit_amount_decimal"])
    if exact < 0:
        raise invalid("Invalid non-negative integer", param=param, code="parameter_invalid_integer")
    if exact != exact.to_integral_value():
        raise not_built("prices of a fraction of the smallest unit", param=param)
    return int(exact), str(int(exact))
