from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from shop.stock import movements
from shop.stock.models import StockMovement
from shop.stock.tasks import check_stock_records
from tests.goods import counts, make_tag
from tests.jobs import waiting_jobs


def _record_id(product):
    return product.stockrecords.get().pk


@pytest.mark.django_db
def test_reserving_holds_pieces_and_writes_why():
    tag = make_tag(stock=3)
    movements.reserve(stockrecord_id=_record_id(tag), quantity=2, reference="T-1")
    assert counts(tag) == (3, 2)
    newest = StockMovement.objects.first()
    assert (newest.kind, newest.allocated_change, newest.in_stock_change, newest.reference) == ("reserved", 2, 0, "T-1")


@pytest.mark.django_db
def test_more_than_is_free_cannot_be_reserved_and_nothing_changes():
    tag = make_tag(stock=3)
    movements.reserve(stockrecord_id=_record_id(tag), quantity=2, reference="T-1")
    before = StockMovement.objects.count()
    with pytest.raises(movements.NotEnoughStock):
        movements.reserve(stockrecord_id=_record_id(tag), quantity=2, reference="T-2")
    assert counts(tag) == (3, 2)
    assert StockMovement.objects.count() == before


@pytest.mark.django_db
def test_shipping_takes_pieces_out_and_releasing_frees_them():
    tag = make_tag(stock=5)
    record = _record_id(tag)
    movements.reserve(stockrecord_id=record, quantity=3, reference="T-1")
    movements.consume(stockrecord_id=record, quantity=2, reference="T-1")
    movements.release(stockrecord_id=record, quantity=1, reference="T-1")
    assert counts(tag) == (3, 0)
    with pytest.raises(movements.NotEnoughStock):
        movements.release(stockrecord_id=record, quantity=1, reference="T-1")


@pytest.mark.django_db
def test_a_correction_cannot_take_away_what_is_held():
    tag = make_tag(stock=5)
    record = _record_id(tag)
    movements.reserve(stockrecord_id=record, quantity=4, reference="T-1")
    with pytest.raises(movements.NotEnoughStock):
        movements.correct(stockrecord_id=record, change=-2, note="lost")
    movements.correct(stockrecord_id=record, change=-1, note="lost")
    assert counts(tag) == (4, 4)


@pytest.mark.django_db
def test_the_database_refuses_to_allocate_what_is_not_there():
    record = make_tag(stock=1).stockrecords.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        type(record).objects.filter(pk=record.pk).update(num_allocated=2)


@pytest.mark.django_db
def test_saving_a_stock_record_never_writes_its_counts():
    tag = make_tag(stock=5)
    stale = tag.stockrecords.get()
    movements.reserve(stockrecord_id=stale.pk, quantity=4, reference="T-1")
    stale.num_in_stock, stale.price = 99, 15
    stale.save()
    assert counts(tag) == (5, 4)
    assert tag.stockrecords.get().price == 15


@pytest.mark.django_db
def test_records_are_the_sums_of_their_movements():
    tag = make_tag(stock=5)
    record = _record_id(tag)
    movements.reserve(stockrecord_id=record, quantity=2, reference="T-1")
    assert movements.records_that_differ_from_their_movements() == []
    tag.stockrecords.filter(pk=record).update(num_in_stock=7)
    assert movements.records_that_differ_from_their_movements() == [(record, 2, 0)]


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_for_the_last_piece_get_it_once():
    record = _record_id(make_tag(stock=1))

    def try_to_reserve(number):
        try:
            movements.reserve(stockrecord_id=record, quantity=1, reference=f"T-{number}")
        except movements.NotEnoughStock:
            return "told"
        finally:
            connection.close()
        return "got it"

    with ThreadPoolExecutor(8) as buyers:
        outcomes = sorted(buyers.map(try_to_reserve, range(8)))
    assert outcomes == ["got it"] + ["told"] * 7


@pytest.mark.django_db
def test_staff_are_told_at_night_of_a_count_that_differs():
    tag = make_tag(stock=5)
    check_stock_records.func(timestamp=0)
    assert waiting_jobs() == []
    tag.stockrecords.update(num_in_stock=7)
    check_stock_records.func(timestamp=0)
    assert waiting_jobs() == ["tell_staff"]
