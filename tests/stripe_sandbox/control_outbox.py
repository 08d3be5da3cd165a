"""Control of webhooks: what is sent twice, late, in which order, falsified, or not at all; and whether anything is still to be sent."""

import random
import time
from typing import Any

from tests.stripe_sandbox.program import Program
from tests.stripe_sandbox.redelivery import redeliver
from tests.stripe_sandbox.webhooks.outbox import HELD_UNTIL

_LONGEST_WAIT = 25


def arrange(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """For the events to come, until `clear`: `copies` of each delivery, `delay` in seconds, `hold` until released, and `twins`:
    how many of the next changes are told by two events.
    """
    program.conditions.outbox.arrange(
        copies=int(wish.get("copies", 1)),
        delay=float(wish.get("delay", 0)),
        is_holding=bool(wish.get("hold")),
        twins=int(wish.get("twins", 0)),
    )
    return {}


def drop(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """Lose the next `count` deliveries, or each with the chance `ratio` (repeatable by `seed`).

    They are never sent. Stripe counts them as delivered, unless `seen`: then `events.list(delivery_success=False)` finds them.
    """
    program.conditions.outbox.drop(
        count=int(wish.get("count", 0)),
        ratio=float(wish.get("ratio", 0)),
        seed=int(wish.get("seed", 0)),
        are_seen=bool(wish.get("seen")),
    )
    return {}


def falsify(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """The next `count` deliveries have a wrong `kind`: signature, timestamp, api_version or livemode."""
    program.conditions.outbox.falsify(str(wish["kind"]), count=int(wish.get("count", 1)))
    return {}


def resend(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """Deliver `event` once more to every endpoint that wants it."""
    return {"deliveries": redeliver(program, str(wish["event"]))}


def show(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """`waiting`: deliveries still to be made; `held`: events in their order of creation; `idle`: nothing waits and nothing is on its way."""
    with program.courier.settled:
        is_carrying = program.courier.is_carrying
    with program.store.transaction() as tx:
        rows = tx.execute(
            "SELECT d.id, d.event_id, d.next_at, json_extract(o.data, '$.type') AS type FROM deliveries d "
            "JOIN objects o ON o.id = d.event_id JOIN objects e ON e.id = d.endpoint_id "
            "WHERE d.state = 'pending' AND json_extract(e.data, '$.status') = 'enabled' ORDER BY d.id"
        ).fetchall()
    held = [{"event": row["event_id"], "type": row["type"]} for row in rows if row["next_at"] >= HELD_UNTIL]
    waiting = len(rows) - len(held)
    return {"waiting": waiting, "held": held, "idle": waiting == 0 and not is_carrying}


def release(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """Deliver what is held, one after another, and hold no longer. `order`: "created", "reversed", "shuffled" (repeatable by `seed`)
    or a list of events. Comes back when all of it has been tried once.
    """
    with program.store.transaction() as tx:
        held = tx.execute(
            "SELECT id, event_id FROM deliveries WHERE state = 'pending' AND next_at >= ? ORDER BY id", (HELD_UNTIL,)
        ).fetchall()
    order = wish.get("order", "created")
    if isinstance(order, list):
        held = sorted((row for row in held if row["event_id"] in order), key=lambda row: order.index(row["event_id"]))
    elif order == "reversed":
        held.reverse()
    elif order == "shuffled":
        random.Random(int(wish.get("seed", 0))).shuffle(held)
    elif order != "created":
        raise ValueError("order is created, reversed, shuffled, or a list of events")
    if not isinstance(order, list):
        program.conditions.outbox.is_holding = False
    for row in held:
        program.courier.deliver_now(row["id"])
    return {"events": [row["event_id"] for row in held]}


def flush(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """Deliver at once what is due now or later, repetitions of failed deliveries included, but nothing held. Comes back when idle,
    or after `seconds` (25 at most), with what `outbox` tells.
    """
    program.do_chores()
    deadline = time.monotonic() + min(float(wish.get("seconds", _LONGEST_WAIT)), _LONGEST_WAIT)
    while not (state := show(program, {}))["idle"] and time.monotonic() < deadline:
        with program.store.transaction() as tx:
            tx.execute(
                "UPDATE deliveries SET next_at = ? WHERE state = 'pending' AND next_at < ?",
                (program.clock.now(), HELD_UNTIL),
            )
        program.courier.wake()
        with program.courier.settled:
            program.courier.settled.wait(0.1)
    return state


ACTIONS = {
    "arrange-webhooks": arrange,
    "drop-webhooks": drop,
    "falsify-webhooks": falsify,
    "resend": resend,
    "outbox": show,
    "release": release,
    "flush": flush,
}
