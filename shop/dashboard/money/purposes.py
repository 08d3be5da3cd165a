"""What payments are for, and whose: asked of orders and gifts, since payments keep no personal data."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from donations.queries import GiftFacts, describe_gifts
from shop.stripe_payments.models import PaymentLine


@dataclass(frozen=True)
class Purpose:
    """One line of a payment, for people to read. The template links it for those who may follow."""

    line: PaymentLine
    name: str
    email: str
    program: str = ""

    @property
    def is_order(self) -> bool:
        return self.line.purpose == "order"

    @property
    def is_gift(self) -> bool:
        return self.line.purpose == "gift"

    @property
    def label(self) -> str:
        words = {"order": _("Order"), "gift": _("Gift")}
        return f"{words.get(self.line.purpose, self.line.purpose)} {self.line.reference}"


def purposes_of(lines: Iterable[PaymentLine]) -> dict[int, Purpose]:
    """Line id -> what it is for, in two queries."""
    lines = list(lines)
    orders = _orders([line.reference for line in lines if line.purpose == "order"])
    gifts = describe_gifts(line.reference for line in lines if line.purpose == "gift")
    return {line.pk: _purpose(line, orders.get(line.reference), gifts.get(line.reference)) for line in lines}


def _orders(numbers: list[str]) -> dict[str, Any]:
    orders = get_model("order", "Order").objects.filter(number__in=numbers)
    return {order.number: order for order in orders.select_related("user", "shipping_address")}


def _purpose(line: PaymentLine, order: Any, gift: GiftFacts | None) -> Purpose:
    if line.purpose == "order" and order is not None:
        address = order.shipping_address
        return Purpose(line=line, name=address.name if address else "", email=order.email)
    if line.purpose == "gift" and gift is not None:
        return Purpose(line=line, name=gift.donor_name, email=gift.email, program=gift.program)
    return Purpose(line=line, name="", email="")
