"""Checks a request's parameters against the SDK's parameter types, strictly, and gives them back as Python values."""

import re
import typing
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from stripe._stripe_object import UntypedStripeObject

from tests.stripe_sandbox.contract.sdk_operations import Operation
from tests.stripe_sandbox.contract.sdk_types import is_parameter_dict, literals, members, parameter_fields, resolve
from tests.stripe_sandbox.errors import StripeError, invalid

LONGEST_STRING = 5000


def read_params(operation: Operation, form: dict[str, Any]) -> dict[str, Any]:
    """Validate and convert a decoded form. Raises StripeError naming the first wrong parameter as Stripe does."""
    try:
        return _read_dict(form, resolve(operation.module, operation.params_type), "")
    except StripeError as error:
        error.is_of_contract = True
        raise


def _read_dict(form: Any, params: type, path: str) -> dict[str, Any]:
    if not isinstance(form, dict):
        raise invalid(f"Invalid object: {path} must be an object.", param=path, code="parameter_invalid_object")
    fields = parameter_fields(params)
    for name in form:
        if name not in fields:
            unknown = _join(path, name)
            raise invalid(f"Received unknown parameter: {unknown}", param=unknown, code="parameter_unknown")
    values = {}
    for name, (hint, is_required) in fields.items():
        where = _join(path, name)
        if name in form:
            values[name] = _read(form[name], hint, where)
        elif is_required:
            raise invalid(f"Missing required param: {where}.", param=where, code="parameter_missing")
    return values


def _read(value: Any, hint: Any, path: str) -> Any:
    alternatives = [member for member in members(hint) if member is not type(None)]
    fitting = [member for member in alternatives if _fits(value, member)]
    if not fitting:
        raise _wrong_kind(value, alternatives, path)
    problem: StripeError | None = None
    for member in fitting:
        try:
            return _read_one(value, member, path)
        except StripeError as error:
            problem = problem or error
    if len(fitting) > 1 and all(literals(member) for member in fitting):
        raise _not_among(value, fitting, path)
    assert problem is not None
    raise problem


def _fits(value: Any, hint: Any) -> bool:
    """Whether the outer shape fits: text, list or object."""
    origin = typing.get_origin(hint)
    if hint is Any or hint is object:
        return True
    if origin in (list, typing.Sequence):
        return isinstance(value, list)
    if is_parameter_dict(hint) or origin in (dict, UntypedStripeObject, Mapping):
        return isinstance(value, dict | list)
    return isinstance(value, str)


def _read_one(value: Any, hint: Any, path: str) -> Any:
    origin = typing.get_origin(hint)
    if is_parameter_dict(hint):
        return _read_dict(value, hint, path)
    if origin in (list, typing.Sequence):
        (item,) = typing.get_args(hint)
        return [_read(one, item, f"{path}[{index}]") for index, one in enumerate(value)]
    if origin in (dict, UntypedStripeObject, Mapping):
        return _read_map(value, typing.get_args(hint)[-1], path)
    if literals(hint):
        if value not in literals(hint):
            raise _not_among(value, [hint], path)
        return value
    return _READERS[hint](value, path)


def _read_map(value: Any, item: Any, path: str) -> dict[str, Any]:
    if isinstance(value, list):  # keys that all look like numbers
        value = {str(index): one for index, one in enumerate(value)}
    if item is str:
        for key, one in value.items():
            if not isinstance(one, str):
                raise invalid(f"Invalid string: {path}[{key}] must be a string.", param=f"{path}[{key}]")
        return dict(value)
    return {key: _read(one, item, _join(path, key)) for key, one in value.items()}


def _read_string(value: str, path: str) -> str:
    if value == "":
        raise invalid(
            f"You passed an empty string for '{path}'. We assume empty values are an attempt to unset a parameter; however "
            f"'{path}' cannot be unset. You should remove '{path}' from your request or supply a non-empty value.",
            param=path,
            code="parameter_invalid_empty",
        )
    if len(value) > LONGEST_STRING:
        raise invalid(f"Invalid string: {value[:20]}...; must be at most {LONGEST_STRING} characters", param=path)
    return value


def _read_integer(value: str, path: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", value):
        raise invalid(f"Invalid integer: {value}", param=path, code="parameter_invalid_integer")
    return int(value)


def _read_boolean(value: str, path: str) -> bool:
    if value not in ("true", "false"):
        raise invalid(f"Invalid boolean: {value}", param=path)
    return value == "true"


def _read_decimal(value: str, path: str) -> Decimal:
    if not re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,12})?", value):
        raise invalid(f"Invalid decimal: {value}", param=path)
    return Decimal(value)


_READERS: dict[Any, Any] = {
    str: _read_string,
    int: _read_integer,
    bool: _read_boolean,
    float: lambda value, path: float(_read_decimal(value, path)),
    Decimal: _read_decimal,
}


def _wrong_kind(value: Any, alternatives: list[Any], path: str) -> StripeError:
    if isinstance(value, str):
        wanted = "array" if any(typing.get_origin(member) is list for member in alternatives) else "object"
        return invalid(
            f"Invalid {wanted}", param=path, code=f"parameter_invalid_{wanted}" if wanted == "object" else None
        )
    return invalid(f"Invalid string: {path} was given as a nested value.", param=path)


def _not_among(value: str, hints: list[Any], path: str) -> StripeError:
    allowed = [str(one) for hint in hints for one in literals(hint) if one != ""]
    if len(allowed) < 2:
        return invalid(f"Invalid {path}: must be {('one of ' + allowed[0]) if allowed else 'empty'}", param=path)
    listed = f"{', '.join(allowed[:-1])}, or {allowed[-1]}"
    return invalid(f"Invalid {path}: must be one of {listed}", param=path)


def _join(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name
