"""Test clocks. Source: https://docs.stripe.com/api/test_clocks"""

from tests.stripe_sandbox.billing.periods import DAY
from tests.stripe_sandbox.errors import invalid, not_built, refused
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import list_page, one
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id

KIND = "test_helpers.test_clock"
_KEPT_DAYS = 30
_DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}


def create(work: Work, params: Json) -> Json:
    for name in params.keys() - {"expand", "frozen_time", "name"}:
        raise not_built(f"{name} of a test clock", param=name)
    clock = {
        "id": new_id("clock"),
        "object": KIND,
        "created": work.now,
        "deletes_after": work.now + _KEPT_DAYS * DAY,
        "frozen_time": params["frozen_time"],
        "livemode": False,
        "name": params.get("name"),
        "status": "ready",
        "status_details": {},
    }
    emit(work, "test_helpers.test_clock.created", work.tx.insert(clock))
    return clock


def retrieve(work: Work, params: Json, test_clock: str) -> Json:
    return one(work, KIND, test_clock, param="test_clock")


def list_(work: Work, params: Json) -> Json:
    return list_page(work, KIND, "/v1/test_helpers/test_clocks", params)


def advance(work: Work, params: Json, test_clock: str) -> Json:
    """Answers before it is done; `test_helpers.test_clock.ready` follows."""
    clock = one(work, KIND, test_clock, param="test_clock")
    target = params["frozen_time"]
    if clock["status"] != "ready":
        raise refused("The test clock is advancing.", code="test_clock_advancement_underway")
    if target <= clock["frozen_time"]:
        raise invalid("`frozen_time` must be after the current frozen time.", param="frozen_time")
    if target > clock["frozen_time"] + _farthest(work, test_clock):
        raise invalid(
            "You can advance a test clock by at most two intervals of its shortest subscription at a time.",
            param="frozen_time",
        )
    clock |= {"status": "advancing", "status_details": {"advancing": {"target_frozen_time": target}}}
    emit(work, "test_helpers.test_clock.advancing", work.tx.save(clock))
    work.tx.due_at(work.sandbox_now, "advance_test_clock", test_clock)
    return clock


def arrive(work: Work, clock: Json, target: int) -> None:
    """Everything until `target` has happened."""
    clock |= {"status": "ready", "frozen_time": target, "status_details": {}}
    emit(work, "test_helpers.test_clock.ready", work.tx.save(clock))


def delete(work: Work, params: Json, test_clock: str) -> Json:
    """The clock's customers go with it, and their subscriptions."""
    clock = one(work, KIND, test_clock, param="test_clock")
    work.tx.execute("DELETE FROM due WHERE test_clock = ?", (test_clock,))
    for kind in ("customer", "subscription"):
        for item in work.tx.select(kind, "json_extract(data, '$.test_clock') = ?", (test_clock,)):
            work.tx.delete(item["id"])
    emit(work, "test_helpers.test_clock.deleted", clock)
    work.tx.delete(test_clock)
    return {"id": test_clock, "object": KIND, "deleted": True}


def _farthest(work: Work, test_clock: str) -> int:
    """Two intervals of the shortest subscription, or two years without any."""
    spans = [
        item["plan"]["interval_count"] * _DAYS[item["plan"]["interval"]]
        for subscription in work.tx.select("subscription", "json_extract(data, '$.test_clock') = ?", (test_clock,))
        for item in subscription["items"]["data"]
    ]
    return 2 * min(spans, default=_DAYS["year"]) * DAY
