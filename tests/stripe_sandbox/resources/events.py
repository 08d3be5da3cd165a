"""Events: written in the transaction that causes them, together with the deliveries that they owe."""

from typing import Any

from tests.stripe_sandbox.contract.answers import check_object
from tests.stripe_sandbox.resources.lists import Filter, list_page, one
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import API_VERSION, Work, new_id

_UNDELIVERED = "(SELECT count(*) FROM deliveries WHERE event_id = objects.id AND state != 'delivered')"


def emit(work: Work, type: str, item: Json, *, before: Json | None = None) -> Json:
    """Record that `item` changed, as it is now, and owe a delivery to every endpoint that wants this type.

    `before` is the object as it was: its changed fields become `previous_attributes`.
    """
    data: Json = {"object": item}
    if before is not None:
        data["previous_attributes"] = {name: before[name] for name in before if before[name] != item.get(name)}
    event: Json = {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": work.now,
        "data": data,
        "livemode": False,
        "pending_webhooks": 0,
        "request": work.cause(),
        "type": type,
    }
    check_object(event)
    check_object(item)
    _write(work, event)
    if work.conditions.outbox.takes_twin():
        _write(work, {**event, "id": new_id("evt")})
    return event


def _write(work: Work, event: Json) -> None:
    outbox = work.conditions.outbox
    work.tx.insert(event)
    for endpoint in work.tx.select("webhook_endpoint"):
        if endpoint["status"] == "enabled" and wants(endpoint, event["type"]):
            for _ in range(outbox.copies):
                owe(work, event["id"], endpoint["id"], at=outbox.due_at(work.sandbox_now))
    work.has_news = True


def owe(work: Work, event_id: str, endpoint_id: str, *, at: float | None = None) -> None:
    """Queue a delivery for now or for `at`. The webhook threads take it up after the transaction."""
    work.tx.execute(
        "INSERT INTO deliveries (event_id, endpoint_id, next_at) VALUES (?, ?, ?)",
        (event_id, endpoint_id, work.sandbox_now if at is None else at),
    )


def wants(endpoint: Json, type: str) -> bool:
    return "*" in endpoint["enabled_events"] or type in endpoint["enabled_events"]


def with_pending(work: Work, event: Json) -> Json:
    """`pending_webhooks`: deliveries that have not succeeded yet (https://docs.stripe.com/api/events/object)."""
    row = work.tx.execute(
        "SELECT count(*) FROM deliveries WHERE event_id = ? AND state != 'delivered'", (event["id"],)
    ).fetchone()
    return {**event, "pending_webhooks": row[0]}


def retrieve(work: Work, params: Json, id: str) -> Json:
    return with_pending(work, one(work, "event", id))


def list_(work: Work, params: Json) -> Json:
    """`type` may hold a wildcard: `charge.*`."""
    filters = [Filter("json_extract(data, '$.type') GLOB ?", params["type"])] if "type" in params else []
    if "types" in params:
        marks = ", ".join("?" * len(params["types"]))
        filters.append(Filter(f"json_extract(data, '$.type') IN ({marks})", *params["types"]))
    if "delivery_success" in params:
        filters.append(Filter(f"{_UNDELIVERED} {'= 0' if params['delivery_success'] else '> 0'}"))
    page: dict[str, Any] = list_page(work, "event", "/v1/events", params, filters=filters)
    page["data"] = [with_pending(work, event) for event in page["data"]]
    return page
