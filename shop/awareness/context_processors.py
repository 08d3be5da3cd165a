"""The hotlines, for every page: the footer names whom to call."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from shop.awareness.content import hotlines_shown, reporting, supporting


def hotlines(request: HttpRequest) -> dict[str, Any]:
    """`hotlines` (they take reports) and `support_lines` (they do not). One query for both, none if neither is shown."""
    every_line = SimpleLazyObject(hotlines_shown)
    return {
        "hotlines": SimpleLazyObject(lambda: reporting(every_line)),
        "support_lines": SimpleLazyObject(lambda: supporting(every_line)),
    }
