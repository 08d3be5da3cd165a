"""Jobs about orders: mails that are sent once the change that causes them is written."""

from typing import Any

from oscar.core.loading import get_model
from procrastinate.contrib.django import app

from shop.order import emails
from shop.tasks import PATIENT


@app.task(queue="mail", retry=PATIENT)
def send_confirmation_mail(order_id: int) -> None:
    """The order, as it was paid."""
    emails.send_confirmation(_order(order_id))


@app.task(queue="mail", retry=PATIENT)
def send_shipped_mail(order_id: int) -> None:
    """The order is on its way."""
    emails.send_shipped(_order(order_id))


@app.task(queue="mail", retry=PATIENT)
def send_late_money_mail(order_id: int) -> None:
    """An apology: the money came after the goods were gone, and goes back."""
    emails.send_late_money(_order(order_id))


def _order(order_id: int) -> Any:
    return get_model("order", "Order").objects.select_related("shipping_address__country").get(pk=order_id)
