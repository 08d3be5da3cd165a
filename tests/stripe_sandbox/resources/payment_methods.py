"""Cards as objects: saved or used once, and what the bank says when one is charged."""

from copy import deepcopy

from tests.stripe_sandbox.cards import DECLINES, Card, Decline
from tests.stripe_sandbox.cards_on_file import TEST_METHODS
from tests.stripe_sandbox.errors import StripeError, declined, invalid
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import one
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id, random_text

_TEST_EXPIRES = 12, 2040


def new(work: Work, card: Card, *, name: str | None, email: str | None) -> Json:
    """A card, not attached to anybody yet. Of a number that is no documented test card, the last four digits are kept."""
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    method = {
        "id": new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": {"address": address, "email": email, "name": name, "phone": None, "tax_id": None},
        "card": _card_shown(card),
        "created": work.now,
        "customer": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
    }
    return work.tx.insert(method, hidden={"number": card.number if card.is_documented else card.last4})


def card_of(work: Work, method: Json) -> Card:
    return Card(work.tx.hidden(method["id"])["number"], method["card"]["exp_month"], method["card"]["exp_year"])


def decline_of(work: Work, method: Json, *, is_present: bool) -> Decline | None:
    """What the bank answers, the card's owner being there or away: as the test card says, unless a test changed its fate."""
    fate = work.tx.hidden(method["id"]).get("fate")
    if fate is not None:
        return next((decline for decline in DECLINES.values() if decline.decline_code == fate), None)
    card = card_of(work, method)
    return card.decline if is_present else card.off_session_decline


def set_fate(work: Work, id: str, decline_code: str) -> None:
    """Let the saved card be declined from now on with `decline_code`, or accepted when it is empty."""
    if decline_code and decline_code not in {decline.decline_code for decline in DECLINES.values()}:
        raise ValueError(f"no such decline code: {decline_code}")
    if work.tx.find(id, "payment_method") is None:
        raise ValueError(f"no such payment method: {id}")
    work.tx.save_hidden(id, {**work.tx.hidden(id), "fate": decline_code})


def renew(work: Work, id: str) -> None:
    """The card network tells that its owner has a new card instead, good for longer.

    Source: https://docs.stripe.com/payments/cards/overview#automatic-card-updates
    """
    method = work.tx.find(id, "payment_method")
    if method is None:
        raise ValueError(f"no such payment method: {id}")
    before = deepcopy(method)
    method["card"]["exp_year"] += 4
    emit(work, "payment_method.automatically_updated", work.tx.save(method), before=before)


def save_for(work: Work, method: Json, customer: str) -> Json:
    """Attach the method to a customer, with its event. Attached to the same one already, nothing happens."""
    if method["customer"] == customer:
        return method
    method["customer"] = customer
    emit(work, "payment_method.attached", work.tx.save(method))
    return method


def owned(work: Work, id: str, customer: str, *, param: str) -> Json:
    """The method, if it is attached to this customer."""
    method = one(work, "payment_method", id, param=param)
    if method["customer"] != customer:
        raise invalid(
            f"The customer does not have a payment method with the ID {id}. The payment method must be attached to the customer.",
            param=param,
            code="resource_missing",
        )
    return method


def refusal_of(decline: Decline, *, keeps_work: bool = True) -> StripeError:
    """The error that the API answers when the bank says no."""
    return declined(decline.code, decline.decline_code, decline.message, keeps_work=keeps_work)


def named(work: Work, id: str) -> Json:
    if id not in TEST_METHODS:
        return one(work, "payment_method", id, param="payment_method")
    month, year = _TEST_EXPIRES
    return new(work, Card(TEST_METHODS[id], month, year), name=None, email=None)


def _card_shown(card: Card) -> Json:
    return {
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "US",
        "display_brand": card.brand,
        "exp_month": card.month,
        "exp_year": card.year,
        "fingerprint": random_text(16),
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }
