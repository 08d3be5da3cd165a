"""What a change of an order's status does to stock and to mail."""

from typing import Any

from django.db import transaction
from oscar.apps.order import processing
from oscar.core.loading import get_model

from shop.order import tasks
from shop.order.utils import consume_stock, put_stock_back, release_stock

Order = get_model("order", "Order")


class EventHandler(processing.EventHandler):
    """Oscar's, where a status is more than a word: shipping takes stock out, cancelling gives it back."""

    @transaction.atomic
    def handle_order_status_change(self, order: Any, new_status: str, note_msg: str | None = None) -> None:
        """Raises Oscar's `InvalidOrderStatus` for a step that the order cannot take; nothing changed then."""
        order = Order.objects.select_for_update().get(pk=order.pk)
        old_status = order.status
        order.set_status(new_status)
        if old_status == new_status:
            return
        if new_status == "Shipped":
            consume_stock(order, made_by=self.user)
            tasks.send_shipped_mail.defer(order_id=order.pk)
        elif new_status == "Returned":
            put_stock_back(order, made_by=self.user)
        elif new_status == "Cancelled":
            release_stock(order)
        if note_msg:
            self.create_note(order, note_msg)
