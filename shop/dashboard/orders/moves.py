"""The steps that staff may take an order through. Paid, Cancelled and Refunded are decided by money alone."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _
from oscar.core.loading import get_class, get_model

from shop.fulfilment.shipments import note_shipment
from shop.stock.movements import NotEnoughStock
from shop.stripe_payments import ledger
from shop.stripe_payments.models import PaymentLine

EventHandler = get_class("order.processing", "EventHandler")
Order = get_model("order", "Order")

STAFF_STATUSES = ("Packed", "Shipped", "Delivered", "Returned")
_SENDING = ("Packed", "Shipped")


class UnableToMove(Exception):
    """The order cannot take this step. The message is for staff to read."""


def open_steps(order: Any, line: PaymentLine | None) -> list[str]:
    """The statuses that staff may give this order now."""
    return [status for status in STAFF_STATUSES if status in order.available_statuses() and not _why_not(status, line)]


def payment_line_of(order: Any) -> PaymentLine | None:
    """The newest payment's line for this order."""
    lines = PaymentLine.objects.select_related("payment").filter(purpose="order", reference=order.number)
    return lines.order_by("-id").first()


def _hold_payment(order: Any) -> None:
    """No refund and no dispute changes what the order's money allows until the transaction ends.

    A payment is locked before what it is for, as the ledger does.
    """
    line = payment_line_of(order)
    if line is not None:
        ledger.hold(line.payment_id)


@transaction.atomic
def move(*, order_id: int, new_status: str, made_by: User, shipment: Mapping[str, str] | None = None) -> Any:
    """Take one step, with what it does to stock and mail. Raises `UnableToMove`, and nothing changed then.

    `shipment` is what `note_shipment` takes: how the parcel can be followed, known before the buyer is written to.
    """
    _hold_payment(Order.objects.get(pk=order_id))
    order = Order.objects.select_for_update().get(pk=order_id)
    if new_status not in STAFF_STATUSES:
        raise UnableToMove(_("“%(status)s” is not a step that staff take.") % {"status": new_status})
    if new_status not in order.available_statuses():
        facts = {"number": order.number, "status": order.status, "new_status": new_status}
        raise UnableToMove(_("%(number)s is “%(status)s” and cannot become “%(new_status)s”.") % facts)
    if reason := _why_not(new_status, payment_line_of(order)):
        raise UnableToMove(f"{order.number}: {reason}")
    note = _("%(old)s → %(new)s") % {"old": order.status, "new": new_status}
    try:
        with transaction.atomic():
            if shipment is not None:
                note_shipment(order_id=order.pk, made_by=made_by, **shipment)
            EventHandler(made_by).handle_order_status_change(order, new_status, note_msg=note)
    except NotEnoughStock:
        message = _("%(number)s: the stock records hold fewer pieces than the order. Correct the stock first.")
        raise UnableToMove(message % {"number": order.number}) from None
    order.refresh_from_db(fields=["status"])
    return order


def _why_not(new_status: str, line: PaymentLine | None) -> str:
    """Why the money forbids the step; empty when it does not."""
    if new_status not in _SENDING or line is None:
        return ""
    if line.refunded_minor == line.amount_minor:
        return _("the payment was refunded, so it is not sent.")
    if ledger.refundable_minor(line) == 0:
        return _("the payment is being refunded, so it is not sent.")
    if line.disputed_minor:
        return _("the payment is disputed, so it is not sent.")
    return ""
