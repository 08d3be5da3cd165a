"""`expand`: replaces an id by the object it names. Source: https://docs.stripe.com/api/expanding_objects"""

from typing import Any

from tests.stripe_sandbox.contract.answers import class_named
from tests.stripe_sandbox.contract.sdk_types import is_api_object, is_expandable, members, object_fields
from tests.stripe_sandbox.errors import invalid, not_built
from tests.stripe_sandbox.resources import charges, invoices, session_lines
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work

DEEPEST = 4

_INCLUDABLE = {
    ("checkout.session", "line_items"): session_lines.included,
    ("invoice", "payments"): invoices.included_payments,
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


def _expand_in(work: Work, item: Json, steps: list[str], path: str, part: Any = None) -> Json:
    """`part` is the SDK's class of an item that does not name its own, being a part of an object."""
    name, *rest = steps
    field = _field(item, name, part)
    value = _expanded(work, item, name, path, field, is_last=not rest)
    inner = next((member for member in members(field) if is_api_object(member)), None)
    if rest and isinstance(value, dict):
        value = _expand_in(work, value, rest, path, inner)
    elif rest and isinstance(value, list):
        value = [_expand_in(work, entry, rest, path, inner) for entry in value]
    return {**item, name: value}


def _field(item: Json, name: str, part: Any) -> Any:
    """The SDK's type of one field of the item."""
    kind = item.get("object")
    cls = None if kind == "list" else class_named(kind) if kind else part
    return object_fields(cls).get(name) if cls else None


def _expanded(work: Work, item: Json, name: str, path: str, field: Any, *, is_last: bool) -> Any:
    """The value of one step: an object in place of its id, an included list, or what only leads on."""
    value = item.get(name)
    include = _INCLUDABLE.get((item.get("object", ""), name))
    if include:
        return value or include(work, item)
    if isinstance(value, dict | list) and (not is_last or _was_expanded(value)):
        return value
    if value is None and not is_last and name in item:
        return None
    if field is None or not is_expandable(field):
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
