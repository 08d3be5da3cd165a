"""Orders as a table for a spreadsheet program, row by row, whatever their number."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from shop.money import format_minor
from shop.stripe_payments.models import PaymentLine

COLUMNS = (
    "Number", "Placed", "Status", "Email", "Name", "Address", "Apartment", "City", "State", "ZIP code", "Country",
    "Items", "Goods", "Shipping", "Sales tax", "Total", "Payment", "Refunded", "Stripe payment",
)  # fmt: skip
BYTE_ORDER_MARK = "\ufeff"  # Excel reads UTF-8 only with it
ROWS_AT_ONCE = 200


class _Line:
    """What `csv` writes into: gives each line back."""

    def write(self, line: str) -> str:
        return line


def rows(orders: Any) -> Iterator[str]:
    """Lines of CSV, the heading first."""
    writer = csv.writer(_Line())
    yield BYTE_ORDER_MARK + writer.writerow(COLUMNS)
    related = orders.select_related("user", "shipping_address__country").prefetch_related("lines")
    for batch in _batches(related.iterator(chunk_size=ROWS_AT_ONCE)):
        paid = payment_lines_of(batch)
        for order in batch:
            yield writer.writerow([_dead(cell) for cell in _cells(order, paid.get(order.number))])


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


def _dead(cell: Any) -> Any:
    """Text that a spreadsheet program would run as a formula gets a quote before it. OWASP ASVS 5.0, 1.2.10."""
    if isinstance(cell, str) and (cell[:1] in "\t\r\n" or cell.lstrip()[:1] in tuple("=+-@＝＋－＠")):
        return f"'{cell}" if cell else cell
    return cell


def _batches(orders: Iterator[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for order in orders:
        batch.append(order)
        if len(batch) == ROWS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
