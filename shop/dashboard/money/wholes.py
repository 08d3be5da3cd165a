"""What a payment's lines consist of before anything went back."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from oscar.core.loading import get_model

from shop.dashboard.money.splitting import Parts
from shop.money import to_minor
from shop.stripe_payments.models import PaymentLine


def whole_parts(lines: Iterable[PaymentLine]) -> dict[int, Parts]:
    """Line id -> parts that add up to the line, in one query."""
    lines = list(lines)
    numbers = [line.reference for line in lines if line.purpose == "order"]
    found = get_model("order", "Order").objects.filter(number__in=numbers)
    orders = {order.number: order for order in found}
    return {line.pk: _parts(line, orders.get(line.reference)) for line in lines}


def _parts(line: PaymentLine, order: Any) -> Parts:
    if line.purpose == "gift":
        return Counter({"gifts": line.amount_minor})
    if line.purpose == "order" and order is not None:
        parts = Counter(
            merchandise=to_minor(order.total_excl_tax - order.shipping_excl_tax),
            shipping=to_minor(order.shipping_excl_tax),
            tax=to_minor(order.total_incl_tax - order.total_excl_tax),
        )
        if parts.total() == line.amount_minor and min(parts.values()) >= 0:
            return parts
    return Counter({"other": line.amount_minor})
