"""Paying a checkout session: one attempt with a card, and its answer from the bank or from 3-D Secure."""

from dataclasses import dataclass

from tests.stripe_sandbox.billing import checkout
from tests.stripe_sandbox.cards import AUTHENTICATION_FAILED, Card, Decline
from tests.stripe_sandbox.resources import charges, payment_intents
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
    hidden = count(work, session, payer)
    intent = None if session["mode"] == "setup" else _intent(work, session, hidden)
    if card.needs_authentication:
        hidden["authenticating"] = {"number": card.number, "month": card.month, "year": card.year}
        work.tx.save_hidden(session["id"], hidden)
        if intent is None:
            checkout.require_authentication(work, session, url=f"{session['url']}/authenticate")
        else:
            payment_intents.require_authentication(work, intent, url=f"{session['url']}/authenticate")
        return None
    return _charge(work, session, intent, card, payer) if intent else _set_up(work, session, card, payer)


def begin(work: Work, session: Json, payer: Payer) -> tuple[Json, Json]:
    """Count one attempt to pay. Returns the session's intent and what is hidden about the session."""
    hidden = count(work, session, payer)
    return _intent(work, session, hidden), hidden


def count(work: Work, session: Json, payer: Payer) -> Json:
    """Count one attempt, for a customer if there is to be one. Returns what is hidden about the session."""
    hidden = work.tx.hidden(session["id"])
    checkout.customer_for(work, session, email=payer.email, name=payer.name)
    hidden["attempt"] += 1
    hidden["typed"] = {"email": payer.email, "name": payer.name}
    hidden["problem"] = hidden["authenticating"] = None
    work.tx.save_hidden(session["id"], hidden)
    return hidden


def authenticate(work: Work, session: Json, *, is_genuine: bool) -> None:
    """The answer of the 3-D Secure page. Without an attempt that waits for one, nothing happens."""
    hidden = work.tx.hidden(session["id"])
    waiting = hidden.pop("authenticating", None)
    if waiting is None:
        return
    work.tx.save_hidden(session["id"], hidden)
    intent = _intent_so_far(work, session, hidden)
    if not is_genuine:
        if intent is None:
            checkout.fail_set_up(work, session)
        else:
            payment_intents.fail(work, intent, AUTHENTICATION_FAILED, charge_id=None)
        _remember_problem(work, session, AUTHENTICATION_FAILED)
        return
    card, payer = Card(waiting["number"], waiting["month"], waiting["year"]), Payer(**hidden["typed"])
    if intent is None:
        _set_up(work, session, card, payer)
    else:
        _charge(work, session, intent, card, payer)


def is_authenticating(work: Work, session: Json) -> bool:
    return bool(work.tx.hidden(session["id"]).get("authenticating"))


def _intent(work: Work, session: Json, hidden: Json) -> Json:
    """The session's intent, made at its first attempt. A session of subscription mode does not show it."""
    if intent := _intent_so_far(work, session, hidden):
        intent["amount"] = session["amount_total"]
        return intent
    is_first_of_many = session["mode"] == "subscription"
    data = (
        {"setup_future_usage": "off_session", "description": checkout.DESCRIPTION}
        if is_first_of_many
        else hidden["payment_intent_data"]
    )
    intent = payment_intents.create_for_session(work, session, data, customer=session["customer"])
    if is_first_of_many:
        hidden["intent"] = intent["id"]
        work.tx.save_hidden(session["id"], hidden)
    else:
        session["payment_intent"] = intent["id"]
    work.tx.save(session)
    return intent


def _intent_so_far(work: Work, session: Json, hidden: Json) -> Json | None:
    id = session["payment_intent"] or hidden.get("intent")
    return one(work, "payment_intent", id) if id else None


def _charge(work: Work, session: Json, intent: Json, card: Card, payer: Payer) -> Decline | None:
    decline = card.decline
    charge = charges.record_attempt(work, intent=intent, card=card, name=payer.name, email=payer.email, decline=decline)
    if decline:
        payment_intents.fail(work, intent, decline, charge_id=charge["id"])
        _remember_problem(work, session, decline)
        return decline
    payment_intents.succeed(work, intent, charge)
    if session["mode"] == "subscription":
        checkout.begin_subscription(work, session, intent)
    complete(work, session, payer, payment_status="paid")
    return None


def _set_up(work: Work, session: Json, card: Card, payer: Payer) -> Decline | None:
    decline = checkout.set_up(work, session, card, email=payer.email, name=payer.name)
    if decline:
        _remember_problem(work, session, decline)
        return decline
    complete(work, session, payer, payment_status=session["payment_status"])
    return None


def complete(work: Work, session: Json, payer: Payer, *, payment_status: str) -> None:
    """The payer is done: paid by card, or `unpaid` while a bank debit is under way."""
    session["status"] = "complete"
    session["payment_status"] = payment_status
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


def _remember_problem(work: Work, session: Json, decline: Decline) -> None:
    hidden = work.tx.hidden(session["id"])
    hidden["problem"] = {"field": decline.field, "message": decline.message}
    work.tx.save_hidden(session["id"], hidden)
