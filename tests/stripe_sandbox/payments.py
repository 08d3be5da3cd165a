"""Paying a checkout session: one attempt with a card, and its answer from the bank or from 3-D Secure."""

from dataclasses import dataclass

from tests.stripe_sandbox.cards import AUTHENTICATION_FAILED, Card, Decline
from tests.stripe_sandbox.resources import charges, customers, payment_intents
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import one
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work


@dataclass(frozen=True)
class Payer:
    email: str
    name: str


def attempt(work: Work, session: Json, card: Card, payer: Payer) -> Decline | None:
    """Charge the card for an open session, or send the payer to 3-D Secure. Returns the decline, if any."""
    hidden = work.tx.hidden(session["id"])
    intent = _intent(work, session, hidden, payer)
    hidden["attempt"] += 1
    hidden["typed"] = {"email": payer.email, "name": payer.name}
    hidden["problem"] = hidden["authenticating"] = None
    if card.needs_authentication:
        hidden["authenticating"] = {"number": card.number, "month": card.month, "year": card.year}
        work.tx.save_hidden(session["id"], hidden)
        payment_intents.require_authentication(work, intent, url=f"{session['url']}/authenticate")
        return None
    work.tx.save_hidden(session["id"], hidden)
    return _charge(work, session, intent, card, payer)


def authenticate(work: Work, session: Json, *, is_genuine: bool) -> None:
    """The answer of the 3-D Secure page. Without an attempt that waits for one, nothing happens."""
    hidden = work.tx.hidden(session["id"])
    waiting = hidden.pop("authenticating", None)
    if waiting is None:
        return
    work.tx.save_hidden(session["id"], hidden)
    intent = one(work, "payment_intent", session["payment_intent"])
    if not is_genuine:
        payment_intents.fail(work, intent, AUTHENTICATION_FAILED, charge_id=None)
        _remember_problem(work, session, AUTHENTICATION_FAILED)
        return
    card = Card(waiting["number"], waiting["month"], waiting["year"])
    _charge(work, session, intent, card, Payer(**hidden["typed"]))


def is_authenticating(work: Work, session: Json) -> bool:
    return bool(work.tx.hidden(session["id"]).get("authenticating"))


def _intent(work: Work, session: Json, hidden: Json, payer: Payer) -> Json:
    """The session's intent, made at its first attempt."""
    if session["payment_intent"]:
        intent = one(work, "payment_intent", session["payment_intent"])
        intent["amount"] = session["amount_total"]
        return intent
    if session["customer"] is None and session["customer_creation"] == "always":
        session["customer"] = customers.create(work, {"email": payer.email, "name": payer.name})["id"]
    intent = payment_intents.create_for_session(
        work, session, hidden["payment_intent_data"], customer=session["customer"]
    )
    session["payment_intent"] = intent["id"]
    work.tx.save(session)
    return intent


def _charge(work: Work, session: Json, intent: Json, card: Card, payer: Payer) -> Decline | None:
    decline = card.decline
    charge = charges.record_attempt(work, intent=intent, card=card, name=payer.name, email=payer.email, decline=decline)
    if decline:
        payment_intents.fail(work, intent, decline, charge_id=charge["id"])
        _remember_problem(work, session, decline)
        return decline
    payment_intents.succeed(work, intent, charge)
    session["status"] = "complete"
    session["payment_status"] = "paid"
    session["url"] = None
    session["customer_details"] = {
        "address": {**dict.fromkeys(("city", "line1", "line2", "postal_code", "state")), "country": "US"},
        "business_name": None,
        "email": payer.email,
        "individual_name": None,
        "name": payer.name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
    emit(work, "checkout.session.completed", work.tx.save(session))
    return None


def _remember_problem(work: Work, session: Json, decline: Decline) -> None:
    hidden = work.tx.hidden(session["id"])
    hidden["problem"] = {"field": decline.field, "message": decline.message}
    work.tx.save_hidden(session["id"], hidden)
