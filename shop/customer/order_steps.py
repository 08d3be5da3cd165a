"""How far an order has come, in words for its buyer."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

_WAY = ("Awaiting payment", "Paid", "Packed", "Shipped", "Delivered")
_WORDS = {
    "Awaiting payment": _("Ordered"),
    "Paid": _("Paid"),
    "Packed": _("Packed"),
    "Shipped": _("On its way"),
    "Delivered": _("Delivered"),
}


@dataclass(frozen=True)
class Step:
    label: Any
    is_done: bool
    is_current: bool


def steps_of(order: Any) -> list[Step]:
    """The usual way, step by step; empty for an order that has left it (cancelled, returned, refunded)."""
    if order.status not in _WAY:
        return []
    reached = _WAY.index(order.status)
    return [Step(_WORDS[status], position <= reached, position == reached) for position, status in enumerate(_WAY)]
