"""Payment intents: made by a checkout session at the first attempt to pay."""

from tests.stripe_sandbox.cards import Decline
from tests.stripe_sandbox.errors import not_built, refused
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import list_page, one, same
from tests.stripe_sandbox.resources.metadata import merged
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id, random_text


def create_for_session(work: Work, session: Json, data: Json, *, customer: str | None) -> Json:
    """The session's intent. `data` is what the session was given as `payment_intent_data`."""
    data = {**data, "payment_method_types": session["payment_method_types"]}
    return create_for(work, session["id"], session["amount_total"], session["currency"], data, customer=customer)


def create_for(work: Work, owner: str, amount: int, currency: str, data: Json, *, customer: str | None) -> Json:
    """An intent that belongs to the session or invoice with the id `owner`."""
    id = new_id("pi")
    intent = {
        "id": id,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": data.get("capture_method", "automatic_async"),
        "client_secret": f"{id}_secret_{random_text(25)}",
        "confirmation_method": "automatic",
        "created": work.now,
        "currency": currency,
        "customer": customer,
        "description": data.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": data.get("metadata", {}),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_options": {},
        "payment_method_types": data.get("payment_method_types", ["card"]),
        "processing": None,
        "receipt_email": data.get("receipt_email"),
        "review": None,
        "setup_future_usage": data.get("setup_future_usage"),
        "shipping": data.get("shipping"),
        "statement_descriptor": data.get("statement_descriptor"),
        "statement_descriptor_suffix": data.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": data.get("transfer_group"),
    }
    work.tx.insert(intent, hidden={"owner": owner})
    emit(work, "payment_intent.created", intent)
    return intent


def fail(work: Work, intent: Json, decline: Decline, *, charge_id: str | None) -> None:
    """The attempt failed and the intent waits for another card."""
    intent["status"] = "requires_payment_method"
    intent["next_action"] = None
    intent["latest_charge"] = charge_id or intent["latest_charge"]
    intent["last_payment_error"] = {
        "code": decline.code,
        "doc_url": f"https://docs.stripe.com/error-codes/{decline.code.replace('_', '-')}",
        "message": decline.message,
        "type": decline.type,
        **({"charge": charge_id} if charge_id else {}),
        **({"decline_code": decline.decline_code} if charge_id else {}),
    }
    emit(work, "payment_intent.payment_failed", work.tx.save(intent))


def require_authentication(work: Work, intent: Json, *, url: str) -> None:
    """The bank wants to hear from its customer first (3-D Secure)."""
    intent["status"] = "requires_action"
    intent["next_action"] = {"type": "redirect_to_url", "redirect_to_url": {"return_url": None, "url": url}}
    emit(work, "payment_intent.requires_action", work.tx.save(intent))


def wait_for_bank(work: Work, intent: Json, charge: Json) -> None:
    """A bank debit is under way. Source: https://docs.stripe.com/payments/payment-intents/verifying-status"""
    intent["status"] = "processing"
    intent["latest_charge"] = charge["id"]
    intent["payment_method"] = charge["payment_method"]
    intent["last_payment_error"] = intent["next_action"] = None
    emit(work, "payment_intent.processing", work.tx.save(intent))


def succeed(work: Work, intent: Json, charge: Json) -> None:
    intent["status"] = "succeeded"
    intent["amount_received"] = intent["amount"]
    intent["latest_charge"] = charge["id"]
    intent["payment_method"] = charge["payment_method"]
    intent["last_payment_error"] = None
    intent["next_action"] = None
    emit(work, "payment_intent.succeeded", work.tx.save(intent))


def cancel_unpaid(work: Work, id: str, *, reason: str = "expired") -> None:
    """An expired session takes its unpaid intent along, a voided invoice too."""
    intent = one(work, "payment_intent", id)
    intent["status"] = "canceled"
    intent["canceled_at"] = work.now
    intent["cancellation_reason"] = reason
    intent["next_action"] = None
    emit(work, "payment_intent.canceled", work.tx.save(intent))


def retrieve(work: Work, params: Json, intent: str) -> Json:
    return one(work, "payment_intent", intent, param="intent")


def list_(work: Work, params: Json) -> Json:
    return list_page(work, "payment_intent", "/v1/payment_intents", params, filters=same(params, "customer"))


def update(work: Work, params: Json, intent: str) -> Json:
    """Metadata and description; the rest of an intent belongs to its session."""
    item = one(work, "payment_intent", intent, param="intent")
    for name in params.keys() - {"metadata", "description", "expand"}:
        raise not_built(f"changing {name} of a payment intent", param=name)
    item["metadata"] = merged(item["metadata"], params.get("metadata"))
    item["description"] = params.get("description", item["description"])
    return work.tx.save(item)


def cancel(work: Work, params: Json, intent: str) -> Json:
    """Always refused: every intent here belongs to a session."""
    one(work, "payment_intent", intent, param="intent")
    raise refused(
        "You cannot cancel a PaymentIntent created by a Checkout Session directly. To cancel it, expire the Checkout Session instead.",
        code="payment_intent_unexpected_state",
    )
