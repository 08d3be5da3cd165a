"""Resolves the SDK's annotations to real types, one class at a time and only when asked.

Enumerations are open in the SDK (`Literal[...] | str`), so that an old SDK survives a new value. Here they are closed: the point
of the contract is to notice what Stripe would not know.
"""

import functools
import importlib
import inspect
import types
import typing
from typing import Any

import typing_extensions
from stripe._request_options import RequestOptions
from stripe._stripe_object import StripeObject, UntypedStripeObject

from tests.stripe_sandbox.contract.sdk_operations import type_checking_imports


@functools.cache
def resolve(module: str, expression: str) -> Any:
    """Evaluate an annotation such as `ListObject[Refund]` as written in `module`."""
    return eval(expression, {**vars(typing)}, _Names(module))  # noqa: S307 - the text is the SDK's own


@functools.cache
def parameter_fields(params: type) -> dict[str, tuple[Any, bool]]:
    """Fields of a parameter TypedDict, as name -> (type, is required). Request options of the SDK are left out."""
    hints = typing_extensions.get_type_hints(
        params, localns={"StripeContext": object, "Mapping": typing.Mapping}, include_extras=True
    )
    options = RequestOptions.__annotations__ if _is_top_level(params) else {}
    return {name: _unwrap_required(hint) for name, hint in hints.items() if name not in options}


@functools.cache
def object_fields(cls: type[StripeObject]) -> dict[str, Any]:
    """Fields of an API object, as name on the wire -> type."""
    fields: dict[str, Any] = {}
    wire_names = {local: wire for wire, local in cls._field_remappings.items()}
    for name, hint in inspect.get_annotations(cls).items():
        if name.startswith("_") or typing.get_origin(hint) is typing.ClassVar:
            continue
        fields[wire_names.get(name, name)] = _evaluate(hint, cls.__module__)
    return fields


def is_parameter_dict(hint: Any) -> bool:
    return typing_extensions.is_typeddict(hint)


def is_api_object(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, StripeObject) and hint is not UntypedStripeObject


def is_expandable(hint: Any) -> bool:
    """Whether the field holds an id or, expanded, the object."""
    return str in members(hint) and any(is_api_object(member) for member in members(hint))


def members(hint: Any) -> tuple[Any, ...]:
    """The alternatives of a union, flattened and closed; a plain type is its own only alternative."""
    flat = tuple(_flatten(hint))
    if any(_is_enumeration(member) for member in flat):
        flat = tuple(member for member in flat if member is not str)
    return flat


def literals(hint: Any) -> tuple[Any, ...]:
    """The values of a `Literal`, or nothing."""
    return typing.get_args(hint) if typing.get_origin(hint) in (typing.Literal, typing_extensions.Literal) else ()


def _is_enumeration(hint: Any) -> bool:
    """Whether the literal lists real values; `Literal['']` alone only says that an empty string clears."""
    return any(value != "" for value in literals(hint))


def _flatten(hint: Any) -> typing.Iterator[Any]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        for member in typing.get_args(hint):
            yield from _flatten(member)
    else:
        yield hint


def _is_top_level(params: type) -> bool:
    return RequestOptions in getattr(params, "__orig_bases__", ())


def _unwrap_required(hint: Any) -> tuple[Any, bool]:
    if typing.get_origin(hint) is typing_extensions.NotRequired:
        return typing.get_args(hint)[0], False
    return hint, True


def _evaluate(hint: Any, module: str) -> Any:
    """Replace the forward references inside an annotation, which name classes imported for type checkers only."""
    if isinstance(hint, str):
        return resolve(module, hint)
    if isinstance(hint, typing.ForwardRef):
        return resolve(module, hint.__forward_arg__)
    arguments = typing.get_args(hint)
    if not arguments or literals(hint):
        return hint
    evaluated = tuple(_evaluate(argument, module) for argument in arguments)
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return typing.Union[evaluated]  # noqa: UP007 - built from a tuple
    return typing.get_origin(hint)[evaluated]


class _Names(dict[str, Any]):
    """A namespace that looks names up where the SDK's module takes them from."""

    def __init__(self, module: str) -> None:
        super().__init__()
        self._module = module

    def __missing__(self, name: str) -> Any:
        imports = type_checking_imports(self._module)
        if name in imports:
            module, there = imports[name]
            return getattr(importlib.import_module(module), there)
        own = vars(importlib.import_module(self._module))
        if name in own:
            return own[name]
        raise KeyError(name)
