"""The mails about an order, one function each."""

from typing import Any

from shop import mail


def send_confirmation(order: Any) -> None:
    """What was bought, what it cost, where it goes, and what happens next."""
    _send("order_confirmation", order)


def send_shipped(order: Any) -> None:
    """The parcel is on its way."""
    _send("order_shipped", order)


def send_late_money(order: Any) -> None:
    """The payment arrived after the reservation ended; it is refunded, and we are sorry."""
    _send("order_late_money", order)


def buyer_email(order: Any) -> str:
    """The address typed at the checkout, with or without an account."""
    return order.guest_email or order.email


def _send(name: str, order: Any) -> None:
    mail.send(
        name=name,
        to=buyer_email(order),
        key=f"{name}-{order.number}",
        context={
            "order": order,
            "lines": list(order.lines.order_by("id")),
            "address": order.shipping_address,
            "tax": order.total_tax,
        },
    )
