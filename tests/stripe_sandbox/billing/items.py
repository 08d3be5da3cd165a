"""What a subscription is for: its items, each a recurring price and a quantity, all on one interval."""

from dataclasses import dataclass

from tests.stripe_sandbox.errors import invalid, not_built
from tests.stripe_sandbox.money import LARGEST_MINOR, SMALLEST_MINOR
from tests.stripe_sandbox.resources import prices
from tests.stripe_sandbox.resources.lists import one
from tests.stripe_sandbox.resources.metadata import merged
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id

MOST_ITEMS = 20
_GIVEN = {"id", "deleted", "metadata", "price", "price_data", "quantity"}


@dataclass(frozen=True)
class Wanted:
    """What an item is to be, before there is one."""

    price: Json
    quantity: int
    metadata: Json


def new_item(work: Work, subscription: str, wanted: Wanted, *, period: tuple[int, int]) -> Json:
    start, end = period
    return {
        "id": new_id("si", 14),
        "object": "subscription_item",
        "billed_until": None,
        "billing_thresholds": None,
        "created": work.now,
        "current_period_end": end,
        "current_period_start": start,
        "discounts": [],
        "metadata": wanted.metadata,
        "plan": _plan(wanted.price),
        "price": wanted.price,
        "quantity": wanted.quantity,
        "subscription": subscription,
        "tax_rates": [],
    }


def price_of(work: Work, given: Json, path: str) -> Json | None:
    """The recurring price that a request names or describes; None when it does neither."""
    for name in given.keys() - _GIVEN:
        raise not_built(f"{name} of a subscription item", param=f"{path}[{name}]")
    if "price" in given and "price_data" in given:
        raise invalid("You may only specify one of these parameters: price, price_data.", param=f"{path}[price]")
    if "price" in given:
        price = one(work, "price", given["price"], param=f"{path}[price]")
        if not price["active"]:
            raise invalid(f"The price specified is inactive: {price['id']}", param=f"{path}[price]")
    elif "price_data" in given:
        price = prices.new(work, given["price_data"], path=f"{path}[price_data]", is_active=False)
    else:
        return None
    if price["recurring"] is None:
        raise invalid(
            "The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.",
            param=path,
        )
    return price


def quantity_of(given: Json, path: str, *, otherwise: int = 1) -> int:
    quantity = given.get("quantity", otherwise)
    if quantity < 1:
        raise not_built("subscription items of quantity zero", param=f"{path}[quantity]")
    return quantity


def wanted_items(work: Work, given: list[Json]) -> list[Wanted]:
    """What a request asks a new subscription to be made of."""
    if not given:
        raise invalid("Missing required param: items.", param="items", code="parameter_missing")
    return [wanted_item(work, entry, f"items[{index}]") for index, entry in enumerate(given)]


def wanted_item(work: Work, given: Json, path: str) -> Wanted:
    price = price_of(work, given, path)
    if price is None:
        raise invalid(f"Missing required param: {path}[price].", param=f"{path}[price]", code="parameter_missing")
    return Wanted(price, quantity_of(given, path), merged({}, given.get("metadata"), param=f"{path}[metadata]"))


def check_items(items: list[Json]) -> None:
    """Raise unless the items can stand on one subscription."""
    if not items:
        raise invalid("A subscription must have at least one active item.", param="items")
    if len(items) > MOST_ITEMS:
        raise invalid(f"A subscription can have up to {MOST_ITEMS} items.", param="items")
    if len({item["price"]["currency"] for item in items}) > 1:
        raise invalid("All prices on a subscription must have the same currency.", param="items")
    if (
        len({(item["price"]["recurring"]["interval"], item["price"]["recurring"]["interval_count"]) for item in items})
        > 1
    ):
        raise not_built("items of different intervals on one subscription", param="items")
    amount, currency = total_of(items), items[0]["price"]["currency"]
    if 0 < amount < SMALLEST_MINOR[currency] or amount > LARGEST_MINOR:
        raise not_built("subscriptions outside of the smallest and largest charge", param="items")


def total_of(items: list[Json]) -> int:
    """What a period costs."""
    return sum(item["price"]["unit_amount"] * item["quantity"] for item in items)


def every(price: Json) -> str:
    """`month`, or `3 months`."""
    many, interval = price["recurring"]["interval_count"], price["recurring"]["interval"]
    return interval if many == 1 else f"{many} {interval}s"


def set_price(item: Json, price: Json, *, quantity: int) -> None:
    item |= {"price": price, "plan": _plan(price), "quantity": quantity}


def _plan(price: Json) -> Json:
    """The price in the shape of the API that came before prices, which items still carry."""
    return {
        "id": price["id"],
        "object": "plan",
        "active": price["active"],
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "billing_scheme": "per_unit",
        "created": price["created"],
        "currency": price["currency"],
        "interval": price["recurring"]["interval"],
        "interval_count": price["recurring"]["interval_count"],
        "livemode": False,
        "metadata": price["metadata"],
        "meter": None,
        "nickname": price["nickname"],
        "product": price["product"],
        "tiers_mode": None,
        "transform_usage": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }
