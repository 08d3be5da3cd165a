"""`expand`: replaces an id by the object it names. Source: https://docs.stripe.com/api/expanding_objects"""

from typing import Any

from tests.stripe_sandbox.errors import invalid
from tests.stripe_sandbox.resources import charges, session_lines
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work

DEEPEST = 4

_INCLUDABLE = {
    ("checkout.session", "line_items"): session_lines.included,
    ("charge", "refunds"): charges.included_refunds,
}


def expand(work: Work, answer: Json, paths: list[str]) -> Json:
    """A copy of `answer` with every path of `paths` expanded, such as `data.payment_intent.latest_charge`."""
    for path in paths:
        steps = path.split(".")
        if len(steps) > DEEPEST:
            raise invalid(f"You cannot expand more than {DEEPEST} levels of a property ({path}).", param="expand")
        answer = _expand_in(work, answer, steps, path)
    return answer


def _expand_in(work: Work, item: Json, steps: list[str], path: str) -> Json:
    name, *rest = steps
    if item.get("object") == "list" and name == "data":
        if not rest:
            raise _not_expandable(path)
        return {**item, "data": [_expand_in(work, entry, rest, path) for entry in item["data"]]}
    include = _INCLUDABLE.get((item.get("object", ""), name))
    value: Any = item.get(name)
    if include and value is None:
        value = include(work, item)
    elif name not in item:
        raise _not_expandable(path)
    elif isinstance(value, str):
        value = work.tx.find(value)
        if value is None:
            raise _not_expandable(path)
    if rest and isinstance(value, dict):
        value = _expand_in(work, value, rest, path)
    elif rest and isinstance(value, list):
        value = [_expand_in(work, entry, rest, path) for entry in value]
    return {**item, name: value}


def _not_expandable(path: str) -> Exception:
    return invalid(f"This property cannot be expanded ({path}).", param="expand")
