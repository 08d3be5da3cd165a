"""Decodes Stripe's form encoding: `line_items[0][price_data][currency]=usd` becomes nested dictionaries and lists."""

import re
from collections.abc import Iterable
from typing import Any

DEEPEST = 20
_KEY = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")


class MalformedForm(ValueError):
    """A key that is not of the form `a[b][c]`, or that is both a value and a container."""


def decode_form(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Nest the pairs. A container whose keys are all whole numbers, or `[]`, becomes a list in the order of its numbers."""
    tree: dict[str, Any] = {}
    for key, value in pairs:
        match = _KEY.match(key)
        if not match:
            raise MalformedForm(key)
        if key.count("[") > DEEPEST:
            raise MalformedForm(key)
        path = [match.group(1), *re.findall(r"\[([^\[\]]*)\]", match.group(2))]
        _put(tree, path, value, key)
    return {name: _lists(value) for name, value in tree.items()}


def _put(node: dict[str, Any], path: list[str], value: str, key: str) -> None:
    for step in path[:-1]:
        node = node.setdefault(step or str(len(node)), {})
        if not isinstance(node, dict):
            raise MalformedForm(key)
    last = path[-1] or str(len(node))
    if isinstance(node.get(last), dict):
        raise MalformedForm(key)
    node[last] = value


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(name.isascii() and name.isdigit() for name in value):
        return [_lists(value[name]) for name in sorted(value, key=int)]
    return {name: _lists(item) for name, item in value.items()}
