"""The hosted payment page of a session: shows it, takes a card, and sends the payer on."""

from collections.abc import Mapping
from datetime import UTC, datetime

from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from tests.stripe_sandbox import payments
from tests.stripe_sandbox.cards import CardRefused, read_card
from tests.stripe_sandbox.errors import StripeError
from tests.stripe_sandbox.hosted.checkout_form import render_form
from tests.stripe_sandbox.hosted.pages import fill, page
from tests.stripe_sandbox.money import written
from tests.stripe_sandbox.payments import Payer
from tests.stripe_sandbox.program import Program
from tests.stripe_sandbox.resources.customers import check_email
from tests.stripe_sandbox.resources.lists import one
from tests.stripe_sandbox.resources.sessions import set_amounts
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work

_LONGEST_NAME = 255


def show(program: Program, request: Request, session_id: str) -> Response:
    with program.work(origin=program.origin(request)) as work:
        session = work.tx.find(session_id, "checkout.session")
        if session is None:
            return _no_such_session()
        if session["status"] != "open":
            return _closed(session)
        hidden = work.tx.hidden(session_id)
        problem = hidden.get("problem")
        problems = {problem["field"]: problem["message"]} if problem else {}
        return render_form(work, session, hidden, typed=hidden.get("typed", {}), problems=problems)


def pay(program: Program, request: Request, session_id: str) -> Response:
    """One attempt. A form sent twice is one attempt: the second sending gets the first one's answer."""
    with program.work(origin=program.origin(request)) as work:
        session = work.tx.find(session_id, "checkout.session")
        if session is None:
            return _no_such_session()
        if session["status"] == "complete":
            return redirect(success_url(session), 303)
        if session["status"] != "open":
            return _closed(session)
        hidden = work.tx.hidden(session_id)
        if request.form.get("attempt") != str(hidden["attempt"]):
            is_waiting = payments.is_authenticating(work, session)
            return redirect(_authenticate_path(session_id) if is_waiting else f"/c/pay/{session_id}", 303)
        return _try_to_pay(work, session, hidden, request.form)


def show_authentication(program: Program, request: Request, session_id: str) -> Response:
    with program.work(origin=program.origin(request)) as work:
        session = work.tx.find(session_id, "checkout.session")
        if session is None:
            return _no_such_session()
        if session["status"] == "open" and payments.is_authenticating(work, session):
            total = written(session["amount_total"], session["currency"])
            content = fill("authenticate.html", total=total, action=_authenticate_path(session_id))
            return page("3-D Secure", content, form_targets=[session["success_url"]])
    return redirect(f"/c/pay/{session_id}", 303)


def answer_authentication(program: Program, request: Request, session_id: str) -> Response:
    with program.work(origin=program.origin(request)) as work:
        session = work.tx.find(session_id, "checkout.session")
        if session is None:
            return _no_such_session()
        if session["status"] == "open":
            payments.authenticate(work, session, is_genuine=request.form.get("answer") == "complete")
        if session["status"] == "complete":
            return redirect(success_url(session), 303)
    return redirect(f"/c/pay/{session_id}", 303)


def success_url(session: Json) -> str:
    """Where a paid session leads. Source: https://docs.stripe.com/payments/checkout/custom-success-page"""
    return session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])


def _try_to_pay(work: Work, session: Json, hidden: Json, form: Mapping[str, str]) -> Response:
    typed = {
        "email": form.get("email", "").strip(),
        "name": form.get("name", "").strip(),
        "shipping": form.get("shipping", ""),
    }
    problems = _check_person(typed)
    try:
        card = read_card(
            number=form.get("card_number", ""),
            expiration=form.get("expiration", ""),
            cvc=form.get("cvc", ""),
            now=datetime.fromtimestamp(work.now, UTC),
        )
    except CardRefused as refusal:
        problems |= refusal.problems
    if _choose_shipping(work, session, hidden, typed["shipping"]):
        total = written(session["amount_total"], session["currency"])
        problems["shipping"] = f"With this shipping method the total is {total}. Please confirm it."
    if problems:
        return render_form(work, session, hidden, typed=typed, problems=problems)
    decline = payments.attempt(work, session, card, Payer(typed["email"], typed["name"]))
    if decline:
        problems = {decline.field: decline.message}
        return render_form(work, session, work.tx.hidden(session["id"]), typed=typed, problems=problems)
    if session["status"] == "complete":
        return redirect(success_url(session), 303)
    return redirect(_authenticate_path(session["id"]), 303)


def _check_person(typed: dict[str, str]) -> dict[str, str]:
    problems = {}
    try:
        check_email(typed["email"], param="email")
    except StripeError:
        problems["email"] = "Your email is incomplete." if typed["email"] else "Enter your email."
    if not typed["name"]:
        problems["name"] = "Enter the name on the card."
    elif len(typed["name"]) > _LONGEST_NAME:
        problems["name"] = f"The name may have at most {_LONGEST_NAME} characters."
    return problems


def _choose_shipping(work: Work, session: Json, hidden: Json, rate_id: str) -> bool:
    """Take up another shipping method. Returns whether the total is another than the one that was seen."""
    if rate_id not in hidden["rates"] or session["shipping_cost"]["shipping_rate"] == rate_id:
        return False
    seen = session["amount_total"]
    rates = [one(work, "shipping_rate", id) for id in hidden["rates"]]
    chosen = next(rate for rate in rates if rate["id"] == rate_id)
    set_amounts(session, hidden["line_items"], rates, chosen=chosen)
    work.tx.save(session)
    return session["amount_total"] != seen


def _authenticate_path(session_id: str) -> str:
    return f"/c/pay/{session_id}/authenticate"


def _no_such_session() -> Response:
    content = fill(
        "message.html",
        heading="There is no such payment page",
        text="The link may be incomplete. Go back to the shop and start again from there.",
        link="",
    )
    return page("No such page", content, status=404)


def _closed(session: Json) -> Response:
    if session["status"] == "complete":
        heading = "This payment is complete"
        text = f"{written(session['amount_total'], session['currency'])} was paid. Nothing more will be charged."
        url, words = success_url(session), "Back to the confirmation"
    else:
        heading = "This payment page has expired"
        text = "Nothing was charged. Go back to where you came from and start again."
        url, words = session["cancel_url"], "Back"
    link = Markup('<p><a href="{}">{}</a></p>').format(url, words) if url else ""
    return page(heading, fill("message.html", heading=heading, text=text, link=link))
