"""What differs between the modes of a checkout session. Source: https://docs.stripe.com/api/checkout/sessions/create"""

from tests.stripe_sandbox.errors import invalid, not_built
from tests.stripe_sandbox.money import check_currency
from tests.stripe_sandbox.resources import customers, setup_intents
from tests.stripe_sandbox.resources.metadata import merged
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work

MOST_RECURRING_LINES = 20
_OF_OTHER_MODES = {
    "payment": {"subscription_data", "setup_intent_data"},
    "subscription": {
        "customer_creation",
        "payment_intent_data",
        "setup_intent_data",
        "shipping_options",
        "invoice_creation",
    },
    "setup": {
        "adaptive_pricing",
        "allow_promotion_codes",
        "invoice_creation",
        "line_items",
        "payment_intent_data",
        "shipping_options",
        "submit_type",
        "subscription_data",
    },
}
_SUBMIT_TYPES = {"payment": ("auto", "book", "donate", "pay"), "subscription": ("auto", "donate", "subscribe")}


def check_mode(params: Json) -> None:
    """Raise at the first parameter that belongs to another mode."""
    mode = params["mode"]
    for name in sorted(params.keys() & _OF_OTHER_MODES[mode]):
        raise invalid(f"You can not pass `{name}` in `{mode}` mode.", param=name)
    submit_type = params.get("submit_type", "auto")
    if mode in _SUBMIT_TYPES and submit_type not in _SUBMIT_TYPES[mode]:
        raise invalid(f"You can not pass `submit_type: {submit_type}` in `{mode}` mode.", param="submit_type")
    if mode == "setup" and "currency" not in params:
        raise invalid("Missing required param: currency.", param="currency", code="parameter_missing")
    if params.get("payment_method_collection", "always") != "always":
        raise not_built("subscriptions without a card", param="payment_method_collection")
    _check_data(params, "subscription_data", {"description", "metadata"})
    _check_data(params, "setup_intent_data", {"description", "metadata"})


def check_line(mode: str, price: Json, path: str) -> None:
    """Raise unless a line of this price may stand on a session of this mode."""
    if mode == "payment" and price["recurring"]:
        raise invalid(
            "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only "
            "one-time prices.",
            param=path,
        )
    if mode == "subscription" and not price["recurring"]:
        raise not_built("one-time prices in subscription mode", param=path)


def check_lines(mode: str, lines: list[Json]) -> None:
    if mode == "subscription":
        if len(lines) > MOST_RECURRING_LINES:
            raise invalid(
                f"You can have up to {MOST_RECURRING_LINES} recurring line items in subscription mode.",
                param="line_items",
            )
        if (
            len(
                {
                    (line["price"]["recurring"]["interval"], line["price"]["recurring"]["interval_count"])
                    for line in lines
                }
            )
            > 1
        ):
            raise not_built("prices of different intervals in one session", param="line_items")


def finish_setup(work: Work, params: Json, session: Json) -> Json:
    """A session that only saves a card, with its setup intent from the first moment."""
    session["currency"] = check_currency(params["currency"], param="currency")
    if session["customer"]:
        customers.existing(work, session["customer"], param="customer")
    session |= {
        "amount_subtotal": None,
        "amount_total": None,
        "payment_status": "no_payment_required",
        "shipping_cost": None,
        "shipping_options": [],
        "total_details": None,
    }
    session["setup_intent"] = setup_intents.new(
        work, params.get("setup_intent_data", {}), customer=session["customer"], owner=session["id"]
    )["id"]
    work.tx.due_at(session["expires_at"], "expire_session", session["id"])
    return work.tx.insert(session, hidden={"line_items": [], "rates": [], "attempt": 0})


def _check_data(params: Json, name: str, imitated: set[str]) -> None:
    for part in params.get(name, {}).keys() - imitated:
        raise not_built(f"{part} of {name}", param=f"{name}[{part}]")
    merged({}, params.get(name, {}).get("metadata"), param=f"{name}[metadata]")
