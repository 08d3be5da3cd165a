"""The control API, for tests alone: moves the clock, plans faults, drops and repeats webhooks. Off unless `--control`."""

import json
from typing import Any

from werkzeug.wrappers import Request, Response

from tests.stripe_sandbox.faults import KINDS
from tests.stripe_sandbox.program import Program
from tests.stripe_sandbox.redelivery import redeliver


def answer_control(program: Program, request: Request) -> Response:
    """POST /control/<action> with a JSON object."""
    action = ACTIONS.get(request.path.removeprefix("/control/"))
    if action is None or request.method != "POST":
        return _json({"error": f"actions are: {', '.join(ACTIONS)}"}, 404)
    try:
        return _json(action(program, json.loads(request.get_data() or b"{}")), 200)
    except (KeyError, TypeError, ValueError) as error:
        return _json({"error": f"{type(error).__name__}: {error}"}, 400)


def move_clock(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """`offset`: seconds that the sandbox is ahead of the real time."""
    program.clock.offset = float(wish["offset"])
    program.do_chores()
    program.courier.wake()
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


def clear_faults(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    program.faults.clear()
    program.courier.drop_next(0)
    return {}


def drop_webhooks(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """The next `count` deliveries are lost: never sent, and never tried again."""
    program.courier.drop_next(int(wish["count"]))
    return {}


def resend_event(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """Deliver `event` once more to every endpoint that wants it."""
    return {"deliveries": redeliver(program, str(wish["event"]))}


ACTIONS = {
    "clock": move_clock,
    "fault": plan_fault,
    "clear": clear_faults,
    "drop-webhooks": drop_webhooks,
    "resend": resend_event,
}


def _json(body: dict[str, Any], status: int) -> Response:
    return Response(json.dumps(body), status=status, content_type="application/json")
