"""The portal's page on which a customer changes the card."""

from collections.abc import Mapping

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from tests.stripe_sandbox.billing import cards as wallet
from tests.stripe_sandbox.cards import AUTHENTICATION_FAILED, Card, Decline
from tests.stripe_sandbox.hosted import portal, portal_pages
from tests.stripe_sandbox.hosted.card_fields import name_problems, typed_card
from tests.stripe_sandbox.hosted.pages import fill, page
from tests.stripe_sandbox.hosted.portal_session import Visit, visiting
from tests.stripe_sandbox.program import Program
from tests.stripe_sandbox.resources import setup_intents
from tests.stripe_sandbox.resources.lists import one


def show(program: Program, request: Request, secret: str) -> Response:
    with visiting(program, request, secret) as visit:
        if visit is None:
            return portal.expired()
        visit.need("payment_method_update")
        problem = visit.hidden.get("problem")
        return portal_pages.card_form(visit, problems={problem["field"]: problem["message"]} if problem else {})


def save(program: Program, request: Request, secret: str) -> Response:
    """One attempt. A form sent twice is one attempt."""
    with visiting(program, request, secret) as visit:
        if visit is None:
            return portal.expired()
        visit.need("payment_method_update")
        if request.form.get("attempt") != str(visit.hidden["attempt"]):
            return redirect(visit.home, 303)
        return _try_to_save(visit, request.form)


def show_authentication(program: Program, request: Request, secret: str) -> Response:
    with visiting(program, request, secret) as visit:
        if visit is None:
            return portal.expired()
        if not visit.hidden.get("authenticating"):
            return redirect(f"{visit.home}/card", 303)
        action = f"{visit.home}/card/authenticate"
        return page(
            "3-D Secure",
            fill("authenticate.html", what="that this card may be saved", action=action),
            form_targets=portal_pages.targets(visit),
        )


def answer_authentication(program: Program, request: Request, secret: str) -> Response:
    with visiting(program, request, secret) as visit:
        if visit is None:
            return portal.expired()
        waiting = visit.hidden.get("authenticating")
        if not waiting:
            return redirect(visit.home, 303)
        visit.remember(authenticating=None)
        if request.form.get("answer") != "complete":
            setup_intents.fail(visit.work, one(visit.work, "setup_intent", waiting["intent"]), AUTHENTICATION_FAILED)
            return _again(visit, AUTHENTICATION_FAILED)
        card = Card(waiting["number"], waiting["month"], waiting["year"])
        return _save(visit, waiting["intent"], card, name=waiting["name"], pays_open=waiting["pays_open"])


def _try_to_save(visit: Visit, form: Mapping[str, str]) -> Response:
    name = form.get("name", "").strip()
    card, problems = typed_card(visit.work, form)
    problems |= name_problems(name)
    if card is None or problems:
        return portal_pages.card_form(visit, problems=problems, name=name)
    intent = setup_intents.new(visit.work, {}, customer=visit.customer["id"], owner=visit.session["id"])
    visit.remember(attempt=visit.hidden["attempt"] + 1, problem=None, authenticating=None)
    pays_open = form.get("pay_open") == "yes"
    if not card.needs_authentication:
        return _save(visit, intent["id"], card, name=name, pays_open=pays_open)
    where = f"{visit.home}/card/authenticate"
    setup_intents.require_authentication(visit.work, intent, url=f"{visit.work.origin}{where}")
    waiting = {"number": card.number, "month": card.month, "year": card.year, "name": name}
    visit.remember(authenticating={**waiting, "intent": intent["id"], "pays_open": pays_open})
    return redirect(where, 303)


def _save(visit: Visit, intent_id: str, card: Card, *, name: str, pays_open: bool) -> Response:
    work, customer = visit.work, visit.customer
    intent = one(work, "setup_intent", intent_id)
    decline = setup_intents.save_card(work, intent, card, email=customer["email"], name=name)
    if decline:
        return _again(visit, decline)
    method = one(work, "payment_method", intent["payment_method"])
    wallet.make_default(work, customer, method)
    if pays_open:
        wallet.pay_open_invoices(work, customer["id"], method)
    return redirect(portal.finish(visit), 303)


def _again(visit: Visit, decline: Decline) -> Response:
    visit.remember(problem={"field": decline.field, "message": decline.message})
    return redirect(f"{visit.home}/card", 303)
