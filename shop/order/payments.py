"""What becomes of an order when its money comes, does not come, or goes back.

Called by the payment ledger, inside its transaction, once for each change.
"""

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from oscar.core.loading import get_model

from shop.order import tasks
from shop.order.utils import release_stock, reserve_stock
from shop.stock.movements import NotEnoughStock
from shop.stripe_payments import ledger
from shop.stripe_payments.models import PaymentLine
from shop.tasks import tell_staff

logger = logging.getLogger(__name__)

Order = get_model("order", "Order")
OrderNote = get_model("order", "OrderNote")

_DISPUTE_NOTES = {
    "opened": "The payment is disputed. The bank holds the money.",
    "lost": "The dispute was lost: the bank took the money.",
    "won": "The dispute was won: the money is back.",
}


def payment_succeeded(line: PaymentLine, *, now: datetime) -> None:
    """The order is paid. One that was given up is taken up again if its goods are still there, else refunded."""
    order = _locked(line)
    if order.status == "Cancelled" and not _can_reserve_again(order):
        _refund_late_money(order, line)
        return
    order.set_status("Paid")
    _take_out_of_basket(order)
    tasks.send_confirmation_mail.defer(order_id=order.pk)


def payment_processing(line: PaymentLine, *, now: datetime) -> None:
    """The money is on its way: the goods stay reserved, the basket is done with."""
    order = _locked(line)
    _note(order, "The payment is being processed by the bank.")
    _take_out_of_basket(order)


def payment_failed(line: PaymentLine, *, reason: str, now: datetime) -> None:
    """The order is given up and its goods are free again. The buyer's basket was never taken away."""
    order = _locked(line)
    if order.status == "Awaiting payment":
        order.set_status("Cancelled")
        release_stock(order)


def payment_refunded(line: PaymentLine, *, now: datetime) -> None:
    """Money went back, or is here after all when a refund failed. An order without money that is not sent is closed."""
    order = _locked(line)
    if line.refunded_minor == line.amount_minor:
        _note(order, "Refunded in whole.")
    else:
        _note(order, "Refunded in part." if line.refunded_minor else "The refund did not go through.")
    _close_if_without_money(order, line)


def payment_disputed(line: PaymentLine, *, outcome: str, now: datetime) -> None:
    """The cardholder's bank questions the payment: `outcome` is "opened", "lost" or "won". Nothing is sent meanwhile."""
    order = _locked(line)
    _note(order, _DISPUTE_NOTES[outcome])
    if outcome == "lost":
        _close_if_without_money(order, line)
    if outcome == "opened":
        tell_staff.defer(what="The payment of an order is disputed: do not send it", reference=order.number)


def _close_if_without_money(order: Any, line: PaymentLine) -> None:
    """All of it went back or was taken: what was not sent can be sold again."""
    nothing_is_left = line.refunded_minor + line.disputed_minor == line.amount_minor
    if nothing_is_left and "Refunded" in order.available_statuses():
        order.set_status("Refunded")
        release_stock(order)


def _locked(line: PaymentLine) -> Any:
    return Order.objects.select_for_update().get(number=line.reference)


def _can_reserve_again(order: Any) -> bool:
    try:
        with transaction.atomic():
            reserve_stock(order)
    except NotEnoughStock:
        return False
    return True


def _refund_late_money(order: Any, line: PaymentLine) -> None:
    logger.warning("Order %s was paid after it was given up and its goods are gone; it is refunded", order.number)
    ledger.request_refund(line=line, amount_minor=line.amount_minor, reason="Paid after the reservation ended")
    _note(order, "Paid after the reservation ended, and the goods were gone: refunded.")
    tasks.send_late_money_mail.defer(order_id=order.pk)
    tell_staff.defer(what="An order was paid too late and is being refunded", reference=order.number)


def _take_out_of_basket(order: Any) -> None:
    """The bought quantities leave the basket; what was added since the order was placed stays in it."""
    basket = order.basket
    if basket is None or basket.status != basket.OPEN:
        return
    for ordered in order.lines.all():
        same = basket.all_lines().filter(product_id=ordered.product_id, stockrecord_id=ordered.stockrecord_id)
        same.filter(quantity__lte=ordered.quantity).delete()
        same.filter(quantity__gt=ordered.quantity).update(quantity=F("quantity") - ordered.quantity)
    if not basket.all_lines().exists():
        basket.submit()


def _note(order: Any, message: str) -> None:
    OrderNote.objects.create(order=order, note_type=OrderNote.SYSTEM, message=message)
