"""Orders as a table for a spreadsheet program, row by row, whatever their number."""

from collections.abc import Iterable, Iterator
from typing import Any

from shop.money import format_minor
from shop.spreadsheets import batches
from shop.stripe_payments.models import PaymentLine

COLUMNS = (
    "Number", "Placed", "Status", "Email", "Name", "Address", "Apartment", "City", "State", "ZIP code", "Country",
    "Items", "Goods", "Shipping", "Sales tax", "Total", "Payment", "Refunded", "Stripe payment",
)  # fmt: skip
ROWS_AT_ONCE = 200


def rows(orders: Any) -> Iterator[list[Any]]:
    """One row for each order, with a cell for each of `COLUMNS`."""
    related = orders.select_related("user", "shipping_address__country").prefetch_related("lines")
    for batch in batches(related.iterator(chunk_size=ROWS_AT_ONCE), size=ROWS_AT_ONCE):
        paid = payment_lines_of(batch)
        for order in batch:
            yield _cells(order, paid.get(order.number))


def payment_lines_of(orders: Iterable[Any]) -> dict[str, PaymentLine]:
    """Order number -> its newest payment's line, in one query."""
    numbers = [order.number for order in orders]
    lines = PaymentLine.objects.select_related("payment").filter(purpose="order", reference__in=numbers)
    return {line.reference: line for line in lines.order_by("id")}


def _cells(order: Any, line: PaymentLine | None) -> list[Any]:
    address = order.shipping_address
    place = [""] * 7
    if address is not None:
        name = f"{address.first_name} {address.last_name}".strip()
        place = [name, address.line1, address.line2, address.line4, address.state, address.postcode, address.country_id]
    return [
        order.number,
        order.date_placed.isoformat(timespec="seconds"),
        order.status,
        order.email,
        *place,
        sum(ordered.quantity for ordered in order.lines.all()),
        order.total_excl_tax - order.shipping_excl_tax,
        order.shipping_excl_tax,
        order.total_tax,
        order.total_incl_tax,
        line.payment.status if line else "",
        format_minor(line.refunded_minor) if line and line.refunded_minor else "",
        (line.payment.payment_intent_id or "") if line else "",
    ]
