"""Checks what the sandbox is about to say (answers and event payloads) against the SDK's object types."""

import functools
import importlib
import types
import typing
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from stripe._object_classes import OBJECT_CLASSES
from stripe._stripe_object import UntypedStripeObject

from tests.stripe_sandbox.contract.sdk_operations import Operation
from tests.stripe_sandbox.contract.sdk_types import is_api_object, literals, members, object_fields, resolve


class ContractBroken(AssertionError):
    """The sandbox was about to say something that Stripe could not have said: a fault of the sandbox."""


def check_answer(operation: Operation, answer: dict[str, Any]) -> None:
    """Raise ContractBroken unless `answer` is what the SDK's return type promises."""
    problems = list(_problems(answer, resolve(operation.module, operation.answer_type), operation.path))
    if problems:
        raise ContractBroken("; ".join(problems))


def check_object(value: dict[str, Any]) -> None:
    """The same for an object that names its own type, such as an event or what it carries."""
    problems = list(_problems(value, class_named(value["object"]), value["object"]))
    if problems:
        raise ContractBroken("; ".join(problems))


@functools.cache
def class_named(object_name: str) -> Any:
    """The SDK's class of an object by the value of its `object` field."""
    module, name = OBJECT_CLASSES[object_name]
    return getattr(importlib.import_module(module), name)


def _problems(value: Any, hint: Any, path: str) -> Iterator[str]:
    alternatives = members(hint)
    if value is None:
        if type(None) not in alternatives and Any not in alternatives:
            yield f"{path} may not be null"
        return
    found = [list(_problems_with(value, member, path)) for member in alternatives if member is not type(None)]
    if all(found):
        yield from min(found, key=len)


def _problems_with(value: Any, hint: Any, path: str) -> Iterator[str]:
    origin = typing.get_origin(hint)
    if hint is Any:
        return
    if literals(hint):
        if value not in literals(hint):
            yield f"{path} may not be {value!r}"
    elif origin is list:
        yield from _problems_in_list(value, typing.get_args(hint)[0], path)
    elif origin in (dict, UntypedStripeObject):
        yield from _problems_in_map(value, typing.get_args(hint)[-1], path)
    elif is_api_object(origin or hint):
        yield from _problems_in_object(value, hint, path)
    elif not _is_scalar(value, hint):
        yield f"{path} is {value!r}, not {getattr(hint, '__name__', hint)}"


def _problems_in_list(value: Any, item: Any, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{path} is no list"
        return
    for index, one in enumerate(value):
        yield from _problems(one, item, f"{path}[{index}]")


def _problems_in_map(value: Any, item: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} is no object"
        return
    for key, one in value.items():
        yield from _problems(one, item, f"{path}.{key}")


def _problems_in_object(value: Any, hint: Any, path: str) -> Iterator[str]:
    cls = typing.get_origin(hint) or hint
    if not isinstance(value, dict):
        yield f"{path} is {value!r}, not {cls.__name__}"
        return
    fields = _fields(hint)
    if value.get("deleted") is True and "deleted" in fields:
        fields = {name: fields[name] for name in ("id", "object", "deleted") if name in fields}
    for name in value.keys() - fields.keys():
        yield f"{path}.{name} is unknown to {cls.__name__}"
    for name, field in fields.items():
        yield from _problems(value.get(name), field, f"{path}.{name}")


def _fields(hint: Any) -> dict[str, Any]:
    """Fields of an object's class; a list's items take the type that it is a list of."""
    cls = typing.get_origin(hint) or hint
    if getattr(cls, "OBJECT_NAME", "") != "list":
        return object_fields(cls)
    (item,) = typing.get_args(hint)
    return {"object": typing.Literal["list"], "data": types.GenericAlias(list, (item,)), "has_more": bool, "url": str}


def _is_scalar(value: Any, hint: Any) -> bool:
    if hint is bool or isinstance(value, bool):
        return hint is bool and isinstance(value, bool)
    if hint is float:
        return isinstance(value, int | float)
    if hint is Decimal:
        return isinstance(value, str) and _is_decimal(value)
    return isinstance(hint, type) and isinstance(value, hint)


def _is_decimal(value: str) -> bool:
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False
