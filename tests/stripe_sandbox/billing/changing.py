"""What an update changes on a subscription. Source: https://docs.stripe.com/api/subscriptions/update"""

from tests.stripe_sandbox.billing.items import check_items, new_item, price_of, quantity_of, set_price, wanted_item
from tests.stripe_sandbox.billing.pausing import set_pause_of_collection
from tests.stripe_sandbox.billing.subscription import items_of, period_of
from tests.stripe_sandbox.errors import invalid, not_built
from tests.stripe_sandbox.resources import payment_methods
from tests.stripe_sandbox.resources.metadata import merged
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work

_HARMLESS = {"expand", "off_session", "proration_behavior", "payment_behavior"}


def change(work: Work, subscription: Json, params: Json) -> None:
    """Apply a request's parameters. Saved and told by the caller."""
    for name in params.keys() - _CHANGES.keys() - _HARMLESS:
        raise not_built(f"changing {name} of a subscription", param=name)
    if params.get("payment_behavior", "allow_incomplete") != "allow_incomplete":
        raise not_built(f"payment_behavior {params['payment_behavior']}", param="payment_behavior")
    for name in sorted(params.keys() & _CHANGES.keys()):
        _CHANGES[name](work, subscription, params)


def _change_items(work: Work, subscription: Json, params: Json) -> None:
    """Without proration: the current period stays as it was paid, the next invoice has the new amount."""
    items = items_of(subscription)
    known = {item["id"]: item for item in items}
    costs, interval = _costs(items), _interval(items)
    for index, given in enumerate(params["items"]):
        path = f"items[{index}]"
        if "id" not in given:
            wanted = wanted_item(work, given, path)
            items.append(new_item(work, subscription["id"], wanted, period=period_of(subscription)))
        elif given["id"] not in known:
            raise invalid(f"Invalid subscription_item id: '{given['id']}'", param=f"{path}[id]")
        elif given.get("deleted"):
            items.remove(known[given["id"]])
        else:
            _change_item(work, known[given["id"]], given, path)
    check_items(items)
    if _interval(items) != interval:
        raise not_built("another interval of a subscription", param="items")
    if _costs(items) != costs and params.get("proration_behavior", "create_prorations") != "none":
        raise not_built("prorations (ask for `none`)", param="proration_behavior")


def _change_item(work: Work, item: Json, given: Json, path: str) -> None:
    """A new price brings its quantity back to 1 unless the request names one."""
    price = price_of(work, given, path)
    if price is not None:
        set_price(item, price, quantity=quantity_of(given, path))
    else:
        item["quantity"] = quantity_of(given, path, otherwise=item["quantity"])
    item["metadata"] = merged(item["metadata"], given.get("metadata"), param=f"{path}[metadata]")


def _costs(items: list[Json]) -> list[tuple[str, int]]:
    return sorted((item["price"]["id"], item["quantity"]) for item in items)


def _interval(items: list[Json]) -> tuple[str, int]:
    recurring = items[0]["price"]["recurring"]
    return recurring["interval"], recurring["interval_count"]


def _change_method(work: Work, subscription: Json, params: Json) -> None:
    method = payment_methods.owned(
        work, params["default_payment_method"], subscription["customer"], param="default_payment_method"
    )
    subscription["default_payment_method"] = method["id"]


def _change_cancellation(work: Work, subscription: Json, params: Json) -> None:
    """`cancel_at_period_end`, or `cancel_at` with an end of the period, or nothing to stay."""
    if "cancel_at_period_end" in params and "cancel_at" in params:
        raise invalid(
            "You may only specify one of these parameters: cancel_at, cancel_at_period_end.", param="cancel_at"
        )
    wish = params.get("cancel_at", "min_period_end" if params.get("cancel_at_period_end") else "")
    _, end = period_of(subscription)
    if wish not in ("", "min_period_end", "max_period_end", end):
        raise not_built("the end of a subscription within a period", param="cancel_at")
    is_leaving = wish != ""
    subscription["cancel_at_period_end"] = is_leaving
    subscription["cancel_at"] = end if is_leaving else None
    subscription["canceled_at"] = work.now if is_leaving else None
    subscription["cancellation_details"]["reason"] = "cancellation_requested" if is_leaving else None


def _change_details(work: Work, subscription: Json, params: Json) -> None:
    given = params["cancellation_details"]
    if "feedback_option" in given:
        raise not_built("feedback options of one's own", param="cancellation_details[feedback_option]")
    subscription["cancellation_details"] |= {name: value or None for name, value in given.items()}


def _change_metadata(work: Work, subscription: Json, params: Json) -> None:
    subscription["metadata"] = merged(subscription["metadata"], params["metadata"])


def _change_description(work: Work, subscription: Json, params: Json) -> None:
    subscription["description"] = params["description"] or None


def _change_pause(work: Work, subscription: Json, params: Json) -> None:
    set_pause_of_collection(work, subscription, params["pause_collection"])


_CHANGES = {
    "cancel_at": _change_cancellation,
    "cancel_at_period_end": _change_cancellation,
    "cancellation_details": _change_details,
    "default_payment_method": _change_method,
    "description": _change_description,
    "items": _change_items,
    "metadata": _change_metadata,
    "pause_collection": _change_pause,
}
