"""The overview: sessions, payments, events and their deliveries, for whoever runs the demo."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from tests.stripe_sandbox.hosted import passing_time
from tests.stripe_sandbox.hosted.pages import fill, page
from tests.stripe_sandbox.money import written
from tests.stripe_sandbox.program import Program
from tests.stripe_sandbox.redelivery import redeliver
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work

_SHOWN = 25
_NEWEST = f"ORDER BY seq DESC LIMIT {_SHOWN}"


def show(program: Program, request: Request) -> Response:
    with program.work(origin=program.origin(request)) as work:
        content = fill(
            "overview.html",
            sessions=_table(("Created", "Session", "Status", "Total", "Email", "Reference"), _session_rows(work)),
            payments=_table(("Created", "Payment", "Status", "Amount", "Refunded", "Fee", "Card"), _payment_rows(work)),
            clock=passing_time.clock(work),
            subscriptions=_table(
                ("Created", "Subscription", "Status", "Monthly", "Next invoice"), _subscription_rows(work)
            ),
            invoices=_table(("Created", "Invoice", "Status", "Total", "Tries", "Next try"), _invoice_rows(work)),
            disputes=_table(("Created", "Dispute", "Status", "Amount", "Answer by"), _dispute_rows(work)),
            payouts=_table(("Created", "Payout", "Status", "Amount", "Arrives"), _payout_rows(work)),
            events=_table(("Created", "Event", "About", "Delivered", "Last answer", "Again"), _event_rows(work)),
            endpoints=_table(("Endpoint", "Status", "Events"), _endpoint_rows(work)),
        )
    return page("Overview", content, is_wide=True)


def show_event(program: Program, request: Request, event_id: str) -> Response:
    """One event: what it says and every attempt to deliver it."""
    with program.work(origin=program.origin(request)) as work:
        event = work.tx.find(event_id, "event")
        if event is None:
            return _message("There is no such event", "The state file does not know it.", 404)
        content = fill(
            "event.html",
            type=event["type"],
            id=event_id,
            attempts=_table(("At", "Endpoint", "Status", "Outcome", "Seconds"), _attempt_rows(work, event_id)),
            payload=json.dumps(event, indent=2),
        )
    return page(event["type"], content, is_wide=True)


def redeliver_event(program: Program, request: Request, event_id: str) -> Response:
    try:
        redeliver(program, event_id)
    except ValueError:
        return _message("There is no such event", "The state file does not know it.", 404)
    return redirect("/#events", 303)


def show_http_error(error: HTTPException) -> Response:
    text = (
        "The sandbox failed; its log tells more." if error.code == 500 else "There is nothing to see at this address."
    )
    return _message(error.name, text, error.code or 500)


def _message(heading: str, text: str, status: int) -> Response:
    link = Markup('<p><a href="/">To the overview</a></p>')
    return page(heading, fill("message.html", heading=heading, text=text, link=link), status=status)


def _table(heads: Sequence[str], rows: list[Sequence[Any]]) -> Markup:
    if not rows:
        return Markup('<p class="none">None yet.</p>')
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in heads)
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(Markup("").join(Markup("<td>{}</td>").format(cell) for cell in row))
        for row in rows
    )
    table = Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(head, body)
    return Markup('<div class="scroll" tabindex="0" role="region" aria-label="{}">{}</div>').format(
        f"{heads[1]} table", table
    )


def _session_rows(work: Work) -> list[Sequence[Any]]:
    return [
        (
            _time(session["created"]),
            _session_link(session),
            _state(session["status"], good=("complete",), bad=("expired",)),
            "" if session["amount_total"] is None else written(session["amount_total"], session["currency"]),
            (session["customer_details"] or {}).get("email") or session["customer_email"] or "",
            session["client_reference_id"] or "",
        )
        for session in work.tx.select("checkout.session", tail=_NEWEST)
    ]


def _session_link(session: Json) -> Markup:
    return Markup('<a href="/c/pay/{}"><code>{}…</code></a>').format(session["id"], session["id"][:18])


def _payment_rows(work: Work) -> list[Sequence[Any]]:
    rows: list[Sequence[Any]] = []
    for intent in work.tx.select("payment_intent", tail=_NEWEST):
        charge = work.tx.find(intent["latest_charge"] or "") or {}
        balance = work.tx.find(charge.get("balance_transaction") or "") or {}
        card = charge.get("payment_method_details", {}).get("card", {})
        currency = intent["currency"]
        rows.append(
            (
                _time(intent["created"]),
                Markup("<code>{}</code>").format(intent["id"]),
                _state(intent["status"], good=("succeeded",), bad=("canceled", "requires_payment_method")),
                written(intent["amount"], currency),
                written(charge["amount_refunded"], currency) if charge.get("amount_refunded") else "",
                written(balance["fee"], currency) if balance else "",
                f"{card['brand']} {card['last4']}" if card else "",
            )
        )
    return rows


def _subscription_rows(work: Work) -> list[Sequence[Any]]:
    rows: list[Sequence[Any]] = []
    for subscription in work.tx.select("subscription", tail=_NEWEST):
        item = subscription["items"]["data"][0]
        is_paused = subscription["pause_collection"] is not None
        status = "collects nothing" if is_paused else subscription["status"]
        rows.append(
            (
                _time(subscription["created"]),
                _code(subscription),
                _state(status, good=("active",), bad=("past_due", "unpaid")),
                written(item["price"]["unit_amount"], item["price"]["currency"]),
                "" if subscription["ended_at"] else _time(item["current_period_end"]),
            )
        )
    return rows


def _invoice_rows(work: Work) -> list[Sequence[Any]]:
    return [
        (
            _time(invoice["created"]),
            _code(invoice),
            _state(invoice["status"], good=("paid",), bad=("uncollectible",)),
            written(invoice["total"], invoice["currency"]),
            invoice["attempt_count"],
            _time(invoice["next_payment_attempt"]) if invoice["next_payment_attempt"] else "",
        )
        for invoice in work.tx.select("invoice", tail=_NEWEST)
    ]


def _dispute_rows(work: Work) -> list[Sequence[Any]]:
    return [
        (
            _time(dispute["created"]),
            _code(dispute),
            _state(dispute["status"], good=("won",), bad=("lost", "needs_response")),
            written(dispute["amount"], dispute["currency"]),
            _time(dispute["evidence_details"]["due_by"]) if dispute["evidence_details"]["due_by"] else "",
        )
        for dispute in work.tx.select("dispute", tail=_NEWEST)
    ]


def _payout_rows(work: Work) -> list[Sequence[Any]]:
    return [
        (
            _time(payout["created"]),
            _code(payout),
            _state(payout["status"], good=("paid",), bad=("failed",)),
            written(payout["amount"], payout["currency"]),
            _time(payout["arrival_date"]),
        )
        for payout in work.tx.select("payout", tail=_NEWEST)
    ]


def _code(thing: Json) -> Markup:
    return Markup("<code>{}</code>").format(thing["id"])


def _event_rows(work: Work) -> list[Sequence[Any]]:
    button = Markup(
        '<form method="post" action="/events/{0}/redeliver"><button type="submit" class="quiet" aria-label="Redeliver {1} {0}">'
        "Redeliver</button></form>"
    )
    rows: list[Sequence[Any]] = []
    for event in work.tx.select("event", tail=_NEWEST):
        deliveries = work.tx.execute(
            "SELECT state, attempts FROM deliveries WHERE event_id = ?", (event["id"],)
        ).fetchall()
        done = sum(row["state"] == "delivered" for row in deliveries)
        tries = sum(row["attempts"] for row in deliveries)
        last = _attempt_rows(work, event["id"])[-1:]
        rows.append(
            (
                _time(event["created"]),
                Markup('<a href="/events/{}">{}</a>').format(event["id"], event["type"]),
                Markup("<code>{}…</code>").format(event["data"]["object"]["id"][:18]),
                _delivered(done, len(deliveries), tries),
                f"{last[0][2]} {last[0][3]}" if last else "",
                button.format(event["id"], event["type"]),
            )
        )
    return rows


def _delivered(done: int, owed: int, tries: int) -> Markup | str:
    if not owed:
        return "nobody listens"
    css = "good" if done == owed else "bad"
    return Markup('<span class="{}">{} of {}</span> in {} {}').format(
        css, done, owed, tries, "try" if tries == 1 else "tries"
    )


def _endpoint_rows(work: Work) -> list[Sequence[Any]]:
    return [
        (endpoint["url"], endpoint["status"], ", ".join(endpoint["enabled_events"]))
        for endpoint in work.tx.select("webhook_endpoint")
    ]


def _attempt_rows(work: Work, event_id: str) -> list[Sequence[Any]]:
    rows = work.tx.execute(
        "SELECT a.at, d.endpoint_id, a.status, a.outcome, a.seconds FROM attempts a JOIN deliveries d ON d.id = a.delivery_id "
        "WHERE d.event_id = ? ORDER BY a.id",
        (event_id,),
    )
    return [
        (
            _time(int(row["at"])),
            row["endpoint_id"],
            row["status"] or "no answer",
            row["outcome"],
            f"{row['seconds']:.2f}",
        )
        for row in rows
    ]


def _state(status: str, *, good: Sequence[str], bad: Sequence[str]) -> Markup | str:
    css = "good" if status in good else "bad" if status in bad else ""
    return (
        Markup('<span class="{}">{}</span>').format(css, status.replace("_", " ")) if css else status.replace("_", " ")
    )


def _time(seconds: int) -> Markup:
    moment = datetime.fromtimestamp(seconds, UTC)
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), moment.strftime("%b %d, %H:%M:%S"))
