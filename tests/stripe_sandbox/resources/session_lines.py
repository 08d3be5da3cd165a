"""What a checkout session charges for: line items and shipping."""

from tests.stripe_sandbox.errors import invalid, not_built
from tests.stripe_sandbox.resources import prices, shipping_rates, tax_rates
from tests.stripe_sandbox.resources.lists import as_list, one, page_within
from tests.stripe_sandbox.resources.metadata import merged
from tests.stripe_sandbox.resources.session_modes import check_line, check_lines
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id

MOST_LINES = 100
MOST_SHIPPING_OPTIONS = 5
LARGEST_QUANTITY = 999_999
_LINES_INCLUDED = 10


def build_lines(work: Work, given: list[Json], *, mode: str) -> list[Json]:
    """Line items with their amounts, all in one currency."""
    if not given:
        raise invalid("Missing required param: line_items.", param="line_items", code="parameter_missing")
    if len(given) > MOST_LINES:
        raise invalid(f"You can have up to {MOST_LINES} line items in payment mode.", param="line_items")
    lines = [_build_line(work, item, f"line_items[{index}]", mode) for index, item in enumerate(given)]
    check_lines(mode, lines)
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
    return page_within(_url(session), work.tx.hidden(session)["line_items"], params)


def _url(session_id: str) -> str:
    return f"/v1/checkout/sessions/{session_id}/line_items"


def _build_line(work: Work, item: Json, path: str, mode: str) -> Json:
    if item.get("adjustable_quantity", {}).get("enabled") or "dynamic_tax_rates" in item:
        raise not_built("adjustable quantities and dynamic tax rates", param=path)
    if mode == "subscription" and item.get("tax_rates"):
        raise not_built("tax rates in subscription mode", param=f"{path}[tax_rates]")
    if ("price" in item) == ("price_data" in item):
        raise invalid("You must specify either `price` or `price_data` when using prices.", param=path)
    if "quantity" not in item:
        raise invalid(f"Missing required param: {path}[quantity].", param=f"{path}[quantity]", code="parameter_missing")
    if not 1 <= item["quantity"] <= LARGEST_QUANTITY:
        raise invalid("Invalid positive integer", param=f"{path}[quantity]", code="parameter_invalid_integer")
    price = _price(work, item, path)
    check_line(mode, price, path)
    product = one(work, "product", price["product"])
    amount = price["unit_amount"] * item["quantity"]
    taxes = tax_rates.taxes_on(work, amount, item.get("tax_rates", []), path=f"{path}[tax_rates]")
    added = sum(tax["amount"] for tax in taxes if not tax["rate"]["inclusive"])
    return {
        "id": new_id("li"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": sum(tax["amount"] for tax in taxes),
        "amount_total": amount + added,
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
    return prices.new(work, item["price_data"], path=f"{path}[price_data]", is_active=False)


def _shipping_rate(work: Work, option: Json, path: str) -> Json:
    if ("shipping_rate" in option) == ("shipping_rate_data" in option):
        raise invalid("You must specify exactly one of `shipping_rate` or `shipping_rate_data`.", param=path)
    if "shipping_rate" in option:
        rate = one(work, "shipping_rate", option["shipping_rate"], param=f"{path}[shipping_rate]")
        if not rate["active"]:
            raise invalid(f"The shipping rate is inactive: {rate['id']}", param=f"{path}[shipping_rate]")
        return rate
    return shipping_rates.new(work, option["shipping_rate_data"], path=f"{path}[shipping_rate_data]")
