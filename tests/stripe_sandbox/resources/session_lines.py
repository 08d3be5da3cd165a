"""What a checkout session charges for: line items and shipping."""

from tests.stripe_sandbox.errors import invalid, not_built
from tests.stripe_sandbox.money import check_currency
from tests.stripe_sandbox.resources import prices
from tests.stripe_sandbox.resources.lists import as_list, one, page_limit
from tests.stripe_sandbox.resources.metadata import merged
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id

MOST_LINES = 100
MOST_SHIPPING_OPTIONS = 5
LARGEST_QUANTITY = 999_999
_LINES_INCLUDED = 10


def build_lines(work: Work, given: list[Json]) -> list[Json]:
    """Line items with their amounts, all in one currency."""
    if not given:
        raise invalid("Missing required param: line_items.", param="line_items", code="parameter_missing")
    if len(given) > MOST_LINES:
        raise invalid(f"You can have up to {MOST_LINES} line items in payment mode.", param="line_items")
    lines = [_build_line(work, item, f"line_items[{index}]") for index, item in enumerate(given)]
    if len({line["currency"] for line in lines}) > 1:
        raise invalid("All line items must have the same currency.", param="line_items")
    return lines


def build_shipping(work: Work, given: list[Json], currency: str) -> list[Json]:
    """Shipping rates, made or found; the first is chosen until the customer chooses another."""
    if len(given) > MOST_SHIPPING_OPTIONS:
        raise invalid(f"You can have up to {MOST_SHIPPING_OPTIONS} shipping options.", param="shipping_options")
    rates = [_shipping_rate(work, option, f"shipping_options[{index}]") for index, option in enumerate(given)]
    for index, rate in enumerate(rates):
        if rate["fixed_amount"]["currency"] != currency:
            raise invalid(
                "The shipping rate's currency must match the line items' currency.", param=f"shipping_options[{index}]"
            )
    return rates


def included(work: Work, session: Json) -> Json:
    """The first line items, as `expand` includes them."""
    lines = work.tx.hidden(session["id"])["line_items"]
    return as_list(_url(session["id"]), lines[:_LINES_INCLUDED], has_more=len(lines) > _LINES_INCLUDED)


def list_(work: Work, params: Json, session: str) -> Json:
    """Line items in the order in which they were given."""
    one(work, "checkout.session", session, param="session")
    lines = work.tx.hidden(session)["line_items"]
    ids = [line["id"] for line in lines]
    limit = page_limit(params)
    if "ending_before" in params:
        before = lines[: _position(ids, params["ending_before"], "ending_before")]
        return as_list(_url(session), before[-limit:], has_more=len(before) > limit)
    start = _position(ids, params["starting_after"], "starting_after") + 1 if "starting_after" in params else 0
    return as_list(_url(session), lines[start : start + limit], has_more=len(lines) > start + limit)


def _url(session_id: str) -> str:
    return f"/v1/checkout/sessions/{session_id}/line_items"


def _position(ids: list[str], id: str, param: str) -> int:
    if id not in ids:
        raise invalid(f"No such line item: '{id}'", param=param, code="resource_missing")
    return ids.index(id)


def _build_line(work: Work, item: Json, path: str) -> Json:
    for name in item.keys() & {"adjustable_quantity", "tax_rates"}:
        if name == "tax_rates" or item[name].get("enabled"):
            raise not_built(f"{name} of a line item", param=f"{path}[{name}]")
    if ("price" in item) == ("price_data" in item):
        raise invalid("You must specify either `price` or `price_data` when using prices.", param=path)
    if "quantity" not in item:
        raise invalid(f"Missing required param: {path}[quantity].", param=f"{path}[quantity]", code="parameter_missing")
    if not 1 <= item["quantity"] <= LARGEST_QUANTITY:
        raise invalid("Invalid positive integer", param=f"{path}[quantity]", code="parameter_invalid_integer")
    price = _price(work, item, path)
    product = one(work, "product", price["product"])
    amount = price["unit_amount"] * item["quantity"]
    return {
        "id": new_id("li"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": product["name"],
        "metadata": merged({}, item.get("metadata"), param=f"{path}[metadata]"),
        "price": price,
        "quantity": item["quantity"],
    }


def _price(work: Work, item: Json, path: str) -> Json:
    if "price" in item:
        price = one(work, "price", item["price"], param=f"{path}[price]")
        if not price["active"]:
            raise invalid(f"The price specified is inactive: {price['id']}", param=f"{path}[price]")
        return price
    if "recurring" in item["price_data"]:
        raise invalid(
            "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only "
            "one-time prices.",
            param=path,
        )
    return prices.new(work, item["price_data"], path=f"{path}[price_data]", is_active=False)


def _shipping_rate(work: Work, option: Json, path: str) -> Json:
    if ("shipping_rate" in option) == ("shipping_rate_data" in option):
        raise invalid("You must specify exactly one of `shipping_rate` or `shipping_rate_data`.", param=path)
    if "shipping_rate" in option:
        return one(work, "shipping_rate", option["shipping_rate"], param=f"{path}[shipping_rate]")
    data = option["shipping_rate_data"]
    where = f"{path}[shipping_rate_data]"
    if "fixed_amount" not in data:
        raise invalid(
            f"Missing required param: {where}[fixed_amount].", param=f"{where}[fixed_amount]", code="parameter_missing"
        )
    fixed = data["fixed_amount"]
    if fixed["amount"] < 0:
        raise invalid(
            "Invalid non-negative integer", param=f"{where}[fixed_amount][amount]", code="parameter_invalid_integer"
        )
    if "currency_options" in fixed:
        raise not_built("shipping rates in several currencies", param=f"{where}[fixed_amount][currency_options]")
    return work.tx.insert(
        {
            "id": new_id("shr"),
            "object": "shipping_rate",
            "active": True,
            "created": work.now,
            "delivery_estimate": {"maximum": None, "minimum": None, **data["delivery_estimate"]}
            if data.get("delivery_estimate")
            else None,
            "display_name": data["display_name"],
            "fixed_amount": {
                "amount": fixed["amount"],
                "currency": check_currency(fixed["currency"], param=f"{where}[fixed_amount][currency]"),
            },
            "livemode": False,
            "metadata": merged({}, data.get("metadata"), param=f"{where}[metadata]"),
            "tax_behavior": data.get("tax_behavior", "unspecified"),
            "tax_code": data.get("tax_code"),
            "type": "fixed_amount",
        }
    )
