"""Orders that wait for their money."""

from decimal import Decimal
from typing import Any

from oscar.core.loading import get_model

from shop.order.numbers import random_order_number


def make_order() -> Any:
    """An order of $26.50 without lines: the ledger looks at its number alone."""
    return get_model("order", "Order").objects.create(
        number=random_order_number(),
        currency="USD",
        total_incl_tax=Decimal("26.50"),
        total_excl_tax=Decimal("26.50"),
        status="Awaiting payment",
        guest_email="bob@example.com",
    )
