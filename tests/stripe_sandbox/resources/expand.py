"""`expand`: replaces an id by the object it names. Source: https://docs.stripe.com/api/expanding_objects"""

from typing import Any

from tests.stripe_sandbox.contract.answers import class_named
from tests.stripe_sandbox.contract.sdk_types import is_expandable, object_fields
from tests.stripe_sandbox.errors import invalid, not_built
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
    value = _expanded(work, item, name, path, is_last=not rest)
    if rest and isinstance(value, dict):
        value = _expand_in(work, value, rest, path)
    elif rest and isinstance(value, list):
        value = [_expand_in(work, entry, rest, path) for entry in value]
    return {**item, name: value}


def _expanded(work: Work, item: Json, name: str, path: str, *, is_last: bool) -> Any:
    """The value of one step: an object in place of its id, an included list, or what only leads on."""
    value = item.get(name)
    include = _INCLUDABLE.get((item.get("object", ""), name))
    if include:
        return value or include(work, item)
    if isinstance(value, dict | list) and (not is_last or _was_expanded(value)):
        return value
    if value is None and not is_last and name in item:
        return None
    if not _may_be_expanded(item, name):
        raise invalid(f"This property cannot be expanded ({path}).", param="expand")
    if value is None:
        return None
    found = work.tx.find(value)
    if found is None:
        raise not_built(f"the object behind {path}", param="expand")
    return found


def _was_expanded(value: Any) -> bool:
    """Whether an earlier path expanded it already."""
    return isinstance(value, dict) and "object" in value and "id" in value


def _may_be_expanded(item: Json, name: str) -> bool:
    if "object" not in item:  # a part of an object, such as shipping_cost
        return isinstance(item.get(name), str) and item[name].startswith("shr_")
    fields = {} if item["object"] == "list" else object_fields(class_named(item["object"]))
    return name in fields and is_expandable(fields[name])
