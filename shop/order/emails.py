"""The mails about an order, one function each."""

from typing import Any

from shop import mail
from shop.fulfilment.shipments import shipment_of


def send_confirmation(order: Any) -> None:
    """What was bought, what it cost, where it goes, and what happens next."""
    _send("order_confirmation", order)


def send_shipped(order: Any) -> None:
    """The parcel is on its way, and how to follow it if that is known."""
    _send("order_shipped", order, shipment=shipment_of(order))


def send_late_money(order: Any) -> None:
    """The payment arrived after the reservation ended; it is refunded, and we are sorry."""
    _send("order_late_money", order)


def _send(name: str, order: Any, **more: Any) -> None:
    mail.send(
        name=name,
        to=order.email,
        key=f"{name}-{order.number}",
        context={
            "order": order,
            "lines": list(order.lines.order_by("id")),
            "address": order.shipping_address,
            "tax": order.total_tax,
            **more,
        },
    )
