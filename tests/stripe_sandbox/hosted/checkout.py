"""The hosted payment page of a session: shows it, takes a card, and sends the payer on."""

from collections.abc import Mapping

from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from tests.stripe_sandbox import bank_debits, payments
from tests.stripe_sandbox.bank_accounts import AccountRefused, BankAccount, read_account
from tests.stripe_sandbox.cards import Card
from tests.stripe_sandbox.errors import StripeError
from tests.stripe_sandbox.hosted.card_fields import name_problems, typed_card
from tests.stripe_sandbox.hosted.checkout_form import render_form
from tests.stripe_sandbox.hosted.checkout_words import closed_words
from tests.stripe_sandbox.hosted.methods import BANK_ACCOUNT, chosen
from tests.stripe_sandbox.hosted.pages import fill, page
from tests.stripe_sandbox.money import written
from tests.stripe_sandbox.payments import Payer
from tests.stripe_sandbox.program import Program
from tests.stripe_sandbox.resources.customers import check_email
from tests.stripe_sandbox.resources.lists import one
from tests.stripe_sandbox.resources.sessions import set_amounts
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work


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
            content = fill("authenticate.html", what=_asked(session), action=_authenticate_path(session_id))
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
    typed = {name: form.get(name, "").strip() for name in ("email", "name", "shipping", "account_holder")}
    typed["method"] = chosen(session, form)
    is_by_bank = typed["method"] == BANK_ACCOUNT
    means: BankAccount | Card | None
    means, problems = _bank_account(form) if is_by_bank else _card(work, form, typed["name"])
    problems = _check_email(typed["email"]) | problems
    if _choose_shipping(work, session, hidden, typed["shipping"]):
        total = written(session["amount_total"], session["currency"])
        problems["shipping"] = f"With this shipping method the total is {total}. Please confirm it."
    if problems or means is None:
        return render_form(work, session, hidden, typed=typed, problems=problems)
    payer = Payer(typed["email"], typed["account_holder"] if is_by_bank else typed["name"])
    if isinstance(means, BankAccount):
        bank_debits.attempt(work, session, means, payer)
        return redirect(success_url(session), 303)
    decline = payments.attempt(work, session, means, payer)
    if decline:
        problems = {decline.field: decline.message}
        return render_form(work, session, work.tx.hidden(session["id"]), typed=typed, problems=problems)
    if session["status"] == "complete":
        return redirect(success_url(session), 303)
    return redirect(_authenticate_path(session["id"]), 303)


def _bank_account(form: Mapping[str, str]) -> tuple[BankAccount | None, dict[str, str]]:
    try:
        account = read_account(
            routing_number=form.get("routing_number", ""),
            account_number=form.get("account_number", ""),
            holder=form.get("account_holder", ""),
        )
    except AccountRefused as refusal:
        return None, refusal.problems
    return account, {}


def _card(work: Work, form: Mapping[str, str], name: str) -> tuple[Card | None, dict[str, str]]:
    card, problems = typed_card(work, form)
    return card, problems | name_problems(name)


def _check_email(email: str) -> dict[str, str]:
    try:
        check_email(email, param="email")
    except StripeError:
        return {"email": "Your email is incomplete." if email else "Enter your email."}
    return {}


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


def _asked(session: Json) -> str:
    if session["amount_total"] is None:
        return "that this card may be saved"
    return f"the payment of {written(session['amount_total'], session['currency'])}"


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
        heading, text = closed_words(session)
        url, words = success_url(session), "Back to the confirmation"
    else:
        heading = "This payment page has expired"
        text = "Nothing was charged. Go back to where you came from and start again."
        url, words = session["cancel_url"], "Back"
    link = Markup('<p><a href="{}">{}</a></p>').format(url, words) if url else ""
    return page(heading, fill("message.html", heading=heading, text=text, link=link))
