"""Oscar's way to write an order, with a number that cannot be guessed and stock that is really there.

Stock is reserved for the goods that are tracked when the order is written. After that the order's own movements say
what it holds or has sent: staff may switch tracking on or off meanwhile.
"""

from typing import Any

from django.db import transaction
from oscar.apps.order import utils
from oscar.core.loading import get_model

from shop.order.numbers import random_order_number
from shop.stock import movements

Order = get_model("order", "Order")


class OrderCreator(utils.OrderCreator):
    """Writes the order and reserves its stock in one transaction."""

    @transaction.atomic
    def place_order(self, *args: Any, **kwargs: Any) -> Any:
        """As Oscar's. Raises `shop.stock.movements.NotEnoughStock`, and then nothing was written."""
        kwargs.setdefault("order_number", random_order_number())
        order = super().place_order(*args, **kwargs)
        reserve_stock(order)
        return order

    def update_stock_records(self, line: Any) -> None:
        """Nothing: stock is reserved for the order as a whole, once it has its number."""


def reserve_stock(order: Any) -> None:
    """Hold every tracked piece of the order, in one fixed order so that two buyers never wait for each other."""
    for line in _tracked_lines(order):
        movements.reserve(stockrecord_id=line.stockrecord_id, quantity=line.quantity, reference=order.number)


def release_stock(order: Any) -> None:
    """Give back what the order holds."""
    for record, held in movements.held_for([order.number]).items():
        movements.release(stockrecord_id=record, quantity=held, reference=order.number)


def consume_stock(order: Any, *, made_by: Any = None) -> None:
    """What the order holds leaves the house."""
    for record, held in movements.held_for([order.number]).items():
        movements.consume(stockrecord_id=record, quantity=held, reference=order.number, made_by=made_by)


def put_stock_back(order: Any, *, made_by: Any = None) -> None:
    """What the order had sent can be sold again."""
    for record, sent in movements.sent_for(order.number).items():
        movements.put_back(stockrecord_id=record, quantity=sent, reference=order.number, made_by=made_by)


def _tracked_lines(order: Any) -> list[Any]:
    lines = order.lines.select_related("product__product_class", "product__parent__product_class")
    return [
        line
        for line in lines.order_by("stockrecord_id")
        if line.stockrecord_id and line.product and line.product.get_product_class().track_stock
    ]
