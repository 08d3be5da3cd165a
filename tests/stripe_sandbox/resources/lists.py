"""Lists: newest first, filtered, in pages. Source: https://docs.stripe.com/api/pagination"""

from collections.abc import Sequence
from typing import Any

from tests.stripe_sandbox.errors import invalid, missing_object
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work

_COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


class Filter:
    """A condition in SQL over `data`, with its values."""

    def __init__(self, sql: str, *values: Any) -> None:
        self.sql = sql
        self.values = values


def one(work: Work, kind: str, id: str, *, param: str = "id") -> Json:
    """The object, or Stripe's error that there is no such."""
    item = work.tx.find(id, kind)
    if item is None:
        raise missing_object(kind, id, param=param)
    return item


def same(params: Json, *names: str) -> list[Filter]:
    """Filters for parameters that must equal the field of the same name."""
    return [Filter(f"json_extract(data, '$.{name}') IS ?", params[name]) for name in names if name in params]


def within(params: Json, name: str) -> list[Filter]:
    """Filters for a moment, or for bounds such as `{"gte": ...}`, of the field of the same name."""
    given = params.get(name)
    if given is None:
        return []
    bounds = given.items() if isinstance(given, dict) else [("", given)]
    return [Filter(f"json_extract(data, '$.{name}') {_COMPARISONS.get(how, '=')} ?", value) for how, value in bounds]


def list_page(work: Work, kind: str, url: str, params: Json, *, filters: Sequence[Filter] = ()) -> Json:
    """One page of objects of `kind`, honoring limit, starting_after, ending_before and created."""
    conditions = [*filters, *within(params, "created")]
    limit = page_limit(params)
    backwards = "ending_before" in params
    if backwards and "starting_after" in params:
        raise invalid("You cannot specify both starting_after and ending_before.", param="ending_before")
    if backwards:
        conditions.append(Filter("seq > ?", _cursor(work, kind, params["ending_before"], "ending_before")))
    elif "starting_after" in params:
        conditions.append(Filter("seq < ?", _cursor(work, kind, params["starting_after"], "starting_after")))
    found = work.tx.select(
        kind,
        " AND ".join(condition.sql for condition in conditions) or "1",
        tuple(value for condition in conditions for value in condition.values),
        tail=f"ORDER BY seq {'ASC' if backwards else 'DESC'} LIMIT {limit + 1}",
    )
    data = found[:limit]
    return as_list(url, data[::-1] if backwards else data, has_more=len(found) > limit)


def page_within(url: str, items: list[Json], params: Json) -> Json:
    """One page of a list that an object holds, in its own order."""
    ids = [item["id"] for item in items]
    limit = page_limit(params)
    if "ending_before" in params:
        before = items[: _position(ids, params["ending_before"], "ending_before")]
        return as_list(url, before[-limit:], has_more=len(before) > limit)
    start = _position(ids, params["starting_after"], "starting_after") + 1 if "starting_after" in params else 0
    return as_list(url, items[start : start + limit], has_more=len(items) > start + limit)


def as_list(url: str, data: list[Json], *, has_more: bool = False) -> Json:
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def page_limit(params: Json) -> int:
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise invalid(
            "This value must be greater than or equal to 1."
            if limit < 1
            else "This value must be less than or equal to 100.",
            param="limit",
            code="parameter_invalid_integer",
        )
    return limit


def _position(ids: list[str], id: str, param: str) -> int:
    if id not in ids:
        raise invalid(f"No such line item: '{id}'", param=param, code="resource_missing")
    return ids.index(id)


def _cursor(work: Work, kind: str, id: str, param: str) -> int:
    one(work, kind, id, param=param)
    sequence = work.tx.sequence(id)
    assert sequence is not None
    return sequence
