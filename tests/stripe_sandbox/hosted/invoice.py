"""The hosted page of an invoice: what it is for, and a card to pay it with while it is open.

Source: https://docs.stripe.com/invoicing/hosted-invoice-page
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from markupsafe import Markup
from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from tests.stripe_sandbox.billing import cards as wallet
from tests.stripe_sandbox.billing import clocks, collecting
from tests.stripe_sandbox.billing import invoice as invoices
from tests.stripe_sandbox.billing.subscription import ENDED
from tests.stripe_sandbox.cards import AUTHENTICATION_FAILED, Card, Decline
from tests.stripe_sandbox.hosted.card_fields import alert, card_fields, name_problems, typed_card
from tests.stripe_sandbox.hosted.pages import fill, page
from tests.stripe_sandbox.money import written
from tests.stripe_sandbox.program import Program
from tests.stripe_sandbox.resources import payment_intents, payment_methods
from tests.stripe_sandbox.resources.lists import one
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work

PAYABLE = ("open", "uncollectible")
_CLOSED = {
    "paid": ("This invoice is paid", "Nothing more is due."),
    "void": ("This invoice is void", "Nothing is due."),
}


@dataclass
class _Visit:
    work: Work
    invoice: Json
    hidden: Json

    @property
    def path(self) -> str:
        return f"/i/{self.invoice['id']}/{self.hidden['secret']}"

    def remember(self, **more: object) -> None:
        self.hidden = {**self.work.tx.hidden(self.invoice["id"]), **more}
        self.work.tx.save_hidden(self.invoice["id"], self.hidden)


def show(program: Program, request: Request, invoice_id: str, secret: str) -> Response:
    with _visiting(program, request, invoice_id, secret) as visit:
        if visit.invoice["status"] not in PAYABLE:
            return _closed(visit)
        problem = visit.hidden.get("problem")
        return _form(visit, problems={problem["field"]: problem["message"]} if problem else {})


def pay(program: Program, request: Request, invoice_id: str, secret: str) -> Response:
    """One attempt. A form sent twice is one attempt."""
    with _visiting(program, request, invoice_id, secret) as visit:
        is_new = request.form.get("attempt") == str(visit.hidden.get("attempt", 0))
        if visit.invoice["status"] not in PAYABLE or not is_new:
            return redirect(visit.path, 303)
        return _try_to_pay(visit, request.form)


def show_authentication(program: Program, request: Request, invoice_id: str, secret: str) -> Response:
    with _visiting(program, request, invoice_id, secret) as visit:
        if not visit.hidden.get("authenticating"):
            return redirect(visit.path, 303)
        content = fill(
            "authenticate.html", what=f"the payment of {_amount(visit)}", action=f"{visit.path}/authenticate"
        )
        return page("3-D Secure", content)


def answer_authentication(program: Program, request: Request, invoice_id: str, secret: str) -> Response:
    with _visiting(program, request, invoice_id, secret) as visit:
        waiting = visit.hidden.get("authenticating")
        if not waiting or visit.invoice["status"] not in PAYABLE:
            return redirect(visit.path, 303)
        visit.remember(authenticating=None)
        if request.form.get("answer") != "complete":
            payment_intents.fail(visit.work, _intent(visit), AUTHENTICATION_FAILED, charge_id=None)
            return _again(visit, AUTHENTICATION_FAILED)
        return _pay(visit, Card(waiting["number"], waiting["month"], waiting["year"]), waiting["name"])


@contextmanager
def _visiting(program: Program, request: Request, invoice_id: str, secret: str) -> Iterator[_Visit]:
    with program.work(origin=program.origin(request)) as work:
        invoice = work.tx.find(invoice_id, "invoice")
        hidden = work.tx.hidden(invoice_id)
        if invoice is None or hidden.get("secret") != secret:
            raise NotFound
        clocks.enter(work, invoice)
        yield _Visit(work, invoice, hidden)


def _try_to_pay(visit: _Visit, form: Mapping[str, str]) -> Response:
    name = form.get("name", "").strip()
    card, problems = typed_card(visit.work, form)
    problems |= name_problems(name)
    if card is None or problems:
        return _form(visit, problems=problems, name=name)
    visit.remember(attempt=visit.hidden.get("attempt", 0) + 1, problem=None, authenticating=None)
    if not card.needs_authentication:
        return _pay(visit, card, name)
    where = f"{visit.path}/authenticate"
    payment_intents.require_authentication(visit.work, _intent(visit), url=f"{visit.work.origin}{where}")
    visit.remember(authenticating={"number": card.number, "month": card.month, "year": card.year, "name": name})
    return redirect(where, 303)


def _pay(visit: _Visit, card: Card, name: str) -> Response:
    """Charge the card. It pays the subscription from then on, too: assumed."""
    work, invoice = visit.work, visit.invoice
    method = payment_methods.new(work, card, name=name, email=invoice["customer_email"])
    decline = collecting.attempt(work, invoice, method, is_scheduled=False, is_present=True)
    if decline:
        return _again(visit, decline)
    subscription = collecting.subscription_of(work, invoice)
    if not one(work, "customer", invoice["customer"]).get("deleted") and subscription["status"] not in ENDED:
        payment_methods.save_for(work, method, invoice["customer"])
        wallet.make_default_of(work, subscription, method)
    return redirect(visit.path, 303)


def _again(visit: _Visit, decline: Decline) -> Response:
    visit.remember(problem={"field": decline.field, "message": decline.message})
    return redirect(visit.path, 303)


def _intent(visit: _Visit) -> Json:
    payment = invoices.payment_of(visit.work, visit.invoice)
    assert payment is not None
    return one(visit.work, "payment_intent", payment["payment"]["payment_intent"])


def _amount(visit: _Visit) -> str:
    return written(visit.invoice["amount_due"], visit.invoice["currency"])


def _form(visit: _Visit, *, problems: dict[str, str], name: str = "") -> Response:
    lines = Markup("").join(
        fill(
            "line.html", description=line["description"], quantity="", amount=written(line["amount"], line["currency"])
        )
        for line in visit.invoice["lines"]["data"]
    )
    button = f"Pay {_amount(visit)}"
    content = fill(
        "invoice.html",
        number=visit.invoice["number"] or "",
        total=_amount(visit),
        lines=lines,
        alert=alert(problems),
        action=visit.path,
        attempt=visit.hidden.get("attempt", 0),
        button=button,
        test_cards=fill("test_cards.html"),
        **{key: field for key, field in card_fields({"name": name}, problems).items() if key != "email"},
    )
    return page(f"Problem: {button}" if problems else button, content)


def _closed(visit: _Visit) -> Response:
    heading, text = _CLOSED[visit.invoice["status"]]
    text = f"Invoice {visit.invoice['number']}, {_amount(visit)}. {text}"
    return page(heading, fill("message.html", heading=heading, text=text, link=""))
