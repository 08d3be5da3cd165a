"""The only writer of stock counts.

Every function changes one stock record by one conditional UPDATE and writes the movement beside it, in one
transaction. A record is never read first and written after, so two buyers cannot both get the last tag; `count`, which
must read it, locks it first.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import F, QuerySet, Sum
from oscar.core.loading import get_model

from shop.stock.models import StockMovement

Kind = StockMovement.Kind


class NotEnoughStock(Exception):
    """Fewer pieces are free than were asked for. Carries `stockrecord_id` and `quantity`."""

    def __init__(self, stockrecord_id: int, quantity: int) -> None:
        super().__init__(f"stock record {stockrecord_id} has no {quantity} free")
        self.stockrecord_id = stockrecord_id
        self.quantity = quantity


class CountChanged(Exception):
    """Pieces came or went while somebody counted. Carries `stockrecord_id` and `in_stock`, as it is now."""

    def __init__(self, stockrecord_id: int, in_stock: int) -> None:
        super().__init__(f"stock record {stockrecord_id} says {in_stock} by now")
        self.stockrecord_id = stockrecord_id
        self.in_stock = in_stock


def reserve(*, stockrecord_id: int, quantity: int, reference: str) -> StockMovement:
    """Hold pieces for an order. Raises `NotEnoughStock` and changes nothing when too few are free."""
    return _move(stockrecord_id, Kind.RESERVED, allocated=quantity, reference=reference)


def release(*, stockrecord_id: int, quantity: int, reference: str) -> StockMovement:
    """Give held pieces back. Raises `NotEnoughStock` when fewer are held."""
    return _move(stockrecord_id, Kind.RELEASED, allocated=-quantity, reference=reference)


def consume(
    *, stockrecord_id: int, quantity: int, reference: str, made_by: AbstractBaseUser | None = None
) -> StockMovement:
    """Held pieces leave the house with a shipment. Raises `NotEnoughStock` when fewer are held."""
    return _move(
        stockrecord_id, Kind.SHIPPED, in_stock=-quantity, allocated=-quantity, reference=reference, made_by=made_by
    )


def receive(
    *, stockrecord_id: int, quantity: int, note: str = "", made_by: AbstractBaseUser | None = None
) -> StockMovement:
    """Pieces arrive from the maker."""
    return _move(stockrecord_id, Kind.RECEIVED, in_stock=quantity, note=note, made_by=made_by)


def correct(*, stockrecord_id: int, change: int, note: str, made_by: AbstractBaseUser | None = None) -> StockMovement:
    """A count was wrong, or pieces were lost. Raises `NotEnoughStock` when held pieces would be missing."""
    return _move(stockrecord_id, Kind.CORRECTED, in_stock=change, note=note, made_by=made_by)


@transaction.atomic
def count(
    *, stockrecord_id: int, counted: int, seen: int, note: str = "", made_by: AbstractBaseUser | None = None
) -> StockMovement | None:
    """Somebody counted the shelf, held pieces included: correct the record by the difference. None when it was right.

    `seen` is what the record said when the counting began. Raises `CountChanged` when it says something else by now:
    nobody can tell whether the pieces that moved meanwhile were counted. Raises `NotEnoughStock` when fewer are there
    than are held for orders.
    """
    record = get_model("partner", "StockRecord").objects.select_for_update().get(pk=stockrecord_id)
    if record.num_in_stock != seen:
        raise CountChanged(stockrecord_id, record.num_in_stock)
    if counted == seen:
        return None
    return correct(stockrecord_id=stockrecord_id, change=counted - seen, note=note, made_by=made_by)


def put_back(
    *, stockrecord_id: int, quantity: int, reference: str, made_by: AbstractBaseUser | None = None
) -> StockMovement:
    """Returned pieces can be sold again."""
    return _move(stockrecord_id, Kind.RETURNED, in_stock=quantity, reference=reference, made_by=made_by)


def held_for(references: Iterable[str] | QuerySet) -> dict[int, int]:
    """Stock record id -> pieces that are reserved for the orders, neither released nor shipped; records in order.

    The movements say what an order holds, not its lines: whether goods are tracked can change while it waits.
    """
    moved = StockMovement.objects.filter(reference__in=references).order_by("stockrecord_id").values("stockrecord_id")
    sums = moved.annotate(held=Sum("allocated_change")).filter(held__gt=0)
    return dict(sums.values_list("stockrecord_id", "held"))


def sent_for(reference: str) -> dict[int, int]:
    """Stock record id -> pieces that left with the order and did not come back; records in order."""
    moved = StockMovement.objects.filter(reference=reference).order_by("stockrecord_id").values("stockrecord_id")
    sums = moved.annotate(in_stock=Sum("in_stock_change")).filter(in_stock__lt=0)
    return {record: -in_stock for record, in_stock in sums.values_list("stockrecord_id", "in_stock")}


def records_that_differ_from_their_movements() -> list[tuple[int, int, int]]:
    """(stock record id, pieces too many in stock, pieces too many allocated); empty when the books are right."""
    StockRecord = get_model("partner", "StockRecord")
    rows = StockRecord.objects.annotate(
        summed_in_stock=Sum("movements__in_stock_change", default=0),
        summed_allocated=Sum("movements__allocated_change", default=0),
    ).values_list("id", "num_in_stock", "num_allocated", "summed_in_stock", "summed_allocated")
    return [
        (record, (in_stock or 0) - summed_in_stock, (allocated or 0) - summed_allocated)
        for record, in_stock, allocated, summed_in_stock, summed_allocated in rows
        if ((in_stock or 0), (allocated or 0)) != (summed_in_stock, summed_allocated)
    ]


@transaction.atomic
def _move(stockrecord_id: int, kind: str, *, in_stock: int = 0, allocated: int = 0, **why: Any) -> StockMovement:
    StockRecord = get_model("partner", "StockRecord")
    changed = StockRecord.objects.filter(
        pk=stockrecord_id,
        num_allocated__gte=-allocated,
        num_in_stock__gte=F("num_allocated") + allocated - in_stock,
    ).update(num_in_stock=F("num_in_stock") + in_stock, num_allocated=F("num_allocated") + allocated)
    if not changed:
        raise NotEnoughStock(stockrecord_id, max(allocated, -in_stock, -allocated))
    return StockMovement.objects.create(
        stockrecord_id=stockrecord_id, kind=kind, in_stock_change=in_stock, allocated_change=allocated, **why
    )
