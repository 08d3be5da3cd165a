"""Setup intents: a card is saved for later without a payment. Source: https://docs.stripe.com/api/setup_intents"""

from tests.stripe_sandbox.cards import Card, Decline
from tests.stripe_sandbox.errors import invalid, not_built, refused
from tests.stripe_sandbox.resources import customers, payment_methods
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import list_page, one, same
from tests.stripe_sandbox.resources.metadata import merged
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id, random_text

_CREATED_FROM = {
    "automatic_payment_methods",
    "confirm",
    "customer",
    "description",
    "expand",
    "metadata",
    "payment_method",
    "return_url",
    "usage",
}
_OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


def new(work: Work, data: Json, *, customer: str | None, owner: str = "") -> Json:
    """An intent with its event. `owner` is the session or page that it belongs to."""
    id = new_id("seti")
    intent = {
        "id": id,
        "object": "setup_intent",
        "application": None,
        "automatic_payment_methods": None,
        "cancellation_reason": None,
        "client_secret": f"{id}_secret_{random_text(25)}",
        "created": work.now,
        "customer": customer,
        "description": data.get("description"),
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "mandate": None,
        "metadata": merged({}, data.get("metadata")),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": data.get("usage", "off_session"),
    }
    work.tx.insert(intent, hidden={"owner": owner})
    emit(work, "setup_intent.created", intent)
    return intent


def save_card(work: Work, intent: Json, card: Card, *, email: str | None, name: str | None) -> Decline | None:
    """Save a card that its owner has typed, and attach it to the intent's customer. Returns the decline, if any."""
    if decline := card.setup_decline:
        fail(work, intent, decline)
        return decline
    succeed(work, intent, payment_methods.new(work, card, name=name, email=email))
    return None


def succeed(work: Work, intent: Json, method: Json) -> None:
    intent |= {"status": "succeeded", "payment_method": method["id"], "next_action": None, "last_setup_error": None}
    if intent["customer"]:
        payment_methods.save_for(work, method, intent["customer"])
    emit(work, "setup_intent.succeeded", work.tx.save(intent))


def fail(work: Work, intent: Json, decline: Decline) -> None:
    """The attempt failed and the intent waits for another card."""
    intent |= {"status": "requires_payment_method", "next_action": None}
    is_ours = decline.code == "payment_intent_authentication_failure"
    intent["last_setup_error"] = {
        "code": "setup_intent_authentication_failure" if is_ours else decline.code,
        "message": decline.message,
        "type": "invalid_request_error" if is_ours else "card_error",
        **({} if is_ours else {"decline_code": decline.decline_code}),
    }
    emit(work, "setup_intent.setup_failed", work.tx.save(intent))


def require_authentication(work: Work, intent: Json, *, url: str) -> None:
    """The bank wants to hear from its customer first (3-D Secure)."""
    intent["status"] = "requires_action"
    intent["next_action"] = {"type": "redirect_to_url", "redirect_to_url": {"return_url": None, "url": url}}
    emit(work, "setup_intent.requires_action", work.tx.save(intent))


def create(work: Work, params: Json) -> Json:
    for name in params.keys() - _CREATED_FROM:
        raise not_built(f"{name} of a setup intent", param=name)
    if "customer" in params:
        customers.existing(work, params["customer"], param="customer")
    intent = new(work, params, customer=params.get("customer"))
    if "payment_method" in params:
        _choose(work, intent, params["payment_method"])
    return _confirm(work, intent) if params.get("confirm") else intent


def retrieve(work: Work, params: Json, intent: str) -> Json:
    return one(work, "setup_intent", intent, param="intent")


def list_(work: Work, params: Json) -> Json:
    if "attach_to_self" in params:
        raise not_built("setup intents by attach_to_self", param="attach_to_self")
    return list_page(
        work, "setup_intent", "/v1/setup_intents", params, filters=same(params, "customer", "payment_method")
    )


def update(work: Work, params: Json, intent: str) -> Json:
    item = _open(work, intent)
    for name in params.keys() - {"customer", "description", "expand", "metadata", "payment_method"}:
        raise not_built(f"changing {name} of a setup intent", param=name)
    if "customer" in params:
        item["customer"] = customers.existing(work, params["customer"], param="customer")["id"]
    if "payment_method" in params:
        _choose(work, item, params["payment_method"])
    item["description"] = params.get("description", item["description"])
    item["metadata"] = merged(item["metadata"], params.get("metadata"))
    return work.tx.save(item)


def confirm(work: Work, params: Json, intent: str) -> Json:
    item = _open(work, intent)
    for name in params.keys() - {"expand", "payment_method", "return_url"}:
        raise not_built(f"{name} when confirming a setup intent", param=name)
    if "payment_method" in params:
        _choose(work, item, params["payment_method"])
    return _confirm(work, item)


def cancel(work: Work, params: Json, intent: str) -> Json:
    """The intent of a checkout session is ended by its session alone."""
    item = _open(work, intent)
    if work.tx.hidden(intent).get("owner", "").startswith("cs_"):
        raise refused(
            "You cannot cancel a SetupIntent created by a Checkout Session directly. To cancel it, expire the Checkout Session "
            "instead.",
            code="setup_intent_unexpected_state",
        )
    return close(work, item, reason=params.get("cancellation_reason"))


def close(work: Work, item: Json, *, reason: str | None) -> Json:
    item |= {"status": "canceled", "cancellation_reason": reason, "next_action": None}
    emit(work, "setup_intent.canceled", work.tx.save(item))
    return item


def _open(work: Work, id: str) -> Json:
    item = one(work, "setup_intent", id, param="intent")
    if item["status"] not in _OPEN:
        raise refused(
            f"This SetupIntent is already {item['status']} and cannot be changed.", code="setup_intent_unexpected_state"
        )
    return item


def _choose(work: Work, intent: Json, method: str) -> None:
    intent["payment_method"] = payment_methods.named(work, method)["id"]
    intent["status"] = "requires_confirmation"
    work.tx.save(intent)


def _confirm(work: Work, intent: Json) -> Json:
    if intent["payment_method"] is None:
        raise invalid(
            "You cannot confirm this SetupIntent because it's missing a payment method.", param="payment_method"
        )
    method = one(work, "payment_method", intent["payment_method"])
    card = payment_methods.card_of(work, method)
    if card.needs_authentication:
        raise not_built("3-D Secure of a setup intent confirmed by API", param="payment_method")
    if decline := card.setup_decline:
        fail(work, intent, decline)
        raise payment_methods.refusal_of(decline)
    succeed(work, intent, method)
    return intent
