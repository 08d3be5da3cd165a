"""Reads an API operation (method, path, parameter type, answer type) out of stripe-python's service files.

The files are parsed, not imported: the annotations that matter are strings whose names are imported for type checkers only.
"""

import ast
import functools
import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Operation:
    """One call of Stripe's API. `path` has placeholders: `/v1/refunds/{refund}`."""

    service: str
    name: str
    method: str
    path: str
    params_type: str
    answer_type: str

    @property
    def module(self) -> str:
        return f"stripe.{self.service}"


class UnknownOperation(LookupError):
    """The installed SDK has no such service method."""


@functools.cache
def read_operation(service: str, name: str) -> Operation:
    """Find the operation `name` in `stripe.<service>`, for example `("_refund_service", "create")`."""
    for node in ast.walk(_parsed(f"stripe.{service}")):
        if isinstance(node, ast.FunctionDef) and node.name == name and _has_request(node):
            method, path = _method_and_path(node)
            return Operation(service, name, method, path, _params_type(node), _answer_type(node))
    raise UnknownOperation(f"stripe.{service} has no operation {name!r}")


@functools.cache
def type_checking_imports(module: str) -> dict[str, tuple[str, str]]:
    """Names that `module` imports from elsewhere, as local name -> (module, name there)."""
    names = {}
    for node in ast.walk(_parsed(module)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("stripe"):
            for alias in node.names:
                names[alias.asname or alias.name] = (node.module, alias.name)
    return names


@functools.cache
def _parsed(module: str) -> ast.Module:
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise UnknownOperation(f"stripe-python has no module {module}")
    return ast.parse(Path(spec.origin).read_text(encoding="utf-8"))


def _request_call(function: ast.FunctionDef) -> ast.Call | None:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "_request":
            return node
    return None


def _has_request(function: ast.FunctionDef) -> bool:
    return _request_call(function) is not None


def _method_and_path(function: ast.FunctionDef) -> tuple[str, str]:
    call = _request_call(function)
    assert call is not None
    method, path = call.args[0], call.args[1]
    if isinstance(path, ast.Call) and isinstance(path.func, ast.Attribute):
        path = path.func.value  # "...".format(...)
    return ast.literal_eval(method), ast.literal_eval(path)


def _params_type(function: ast.FunctionDef) -> str:
    for argument in function.args.args:
        if argument.arg == "params" and argument.annotation is not None:
            match = re.search(r"\w+Params", ast.unparse(argument.annotation))
            if match:
                return match.group()
    raise UnknownOperation(f"{function.name} takes no parameters")


def _answer_type(function: ast.FunctionDef) -> str:
    assert function.returns is not None
    return ast.literal_eval(function.returns)
