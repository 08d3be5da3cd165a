"""The control API, for tests alone: moves the clock, plans faults; money and webhooks have files of their own. Off unless `--control`."""

import json
from dataclasses import asdict
from typing import Any

from werkzeug.wrappers import Request, Response

from tests.stripe_sandbox import control_billing, control_money, control_outbox
from tests.stripe_sandbox.errors import StripeError
from tests.stripe_sandbox.faults import KINDS
from tests.stripe_sandbox.program import Program


def answer_control(program: Program, request: Request) -> Response:
    """POST /control/<action> with a JSON object."""
    action = ACTIONS.get(request.path.removeprefix("/control/"))
    if action is None or request.method != "POST":
        return _json({"error": f"actions are: {', '.join(ACTIONS)}"}, 404)
    try:
        return _json(action(program, json.loads(request.get_data() or b"{}")), 200)
    except (KeyError, TypeError, ValueError, StripeError) as error:
        return _json({"error": f"{type(error).__name__}: {error}"}, 400)


def move_clock(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """`offset`: seconds that the sandbox is ahead of the real time. `with_site`: the site's clock is moved along, so that webhooks
    are signed at this time too.
    """
    program.conditions.outbox.ahead = float(wish["offset"]) if wish.get("with_site") else 0
    program.move_clock(float(wish["offset"]))
    return {"now": program.clock.now()}


def plan_fault(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """`kind` of faults.KINDS, `times`, `seconds` (for slow and timeout), and which requests: `method`, start of `path`."""
    if wish["kind"] not in KINDS:
        raise ValueError(f"kind is one of {', '.join(KINDS)}")
    program.faults.plan(
        wish["kind"],
        times=int(wish.get("times", 1)),
        seconds=float(wish.get("seconds", 0)),
        method=str(wish.get("method", "")),
        path=str(wish.get("path", "/v1/")),
    )
    return {}


def show_faults(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """`left`: how many answers are still to go wrong."""
    return {"left": program.faults.left()}


def clear_faults(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """Plan nothing more, and put the outbox and the other conditions back as the program was started."""
    program.faults.clear()
    program.conditions.clear()
    return {}


def start_over(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """Forget all that happened, as if the program had just been started for the first time. Endpoints, faults and clock stay."""
    with program.store.transaction() as tx:
        tx.forget_all(but="webhook_endpoint")
    return {}


def show_refusals(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """The requests that the contract refused since the start, or since they were forgotten by `forget`."""
    told = [asdict(refusal) for refusal in program.conditions.refusals]
    if wish.get("forget"):
        program.conditions.refusals.clear()
    return {"refusals": told}


ACTIONS = {
    "clock": move_clock,
    "fault": plan_fault,
    "faults": show_faults,
    "clear": clear_faults,
    "start-over": start_over,
    "refusals": show_refusals,
    **control_money.ACTIONS,
    **control_outbox.ACTIONS,
    **control_billing.ACTIONS,
}


def _json(body: dict[str, Any], status: int) -> Response:
    return Response(json.dumps(body), status=status, content_type="application/json")
