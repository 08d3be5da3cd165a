"""Staff who counted a shelf type what they counted; the difference becomes a movement, and nothing that happened meanwhile is lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from shop.stock import movements
from tests.goods import counts, make_tag


@pytest.fixture
def tag(db):
    """Ten pieces, two of them held for an order."""
    tag = make_tag(stock=10)
    movements.reserve(stockrecord_id=record_of(tag), quantity=2, reference="T-1")
    return tag


def record_of(tag):
    return tag.stockrecords.get().pk


def type_count(client, tag, counted, *, seen=10, note=""):
    data = {"counted": counted, "seen": seen, "note": note}
    return client.post(f"/dashboard/catalogue/stock/{record_of(tag)}/", data, follow=True)


@pytest.mark.django_db
@pytest.mark.parametrize(("counted", "change"), [(7, -3), (12, 2), (2, -8)])
def test_a_count_becomes_a_correction_by_the_difference(sam, sam_client, tag, counted, change):
    assert "The count was corrected." in type_count(sam_client, tag, counted, note="Shelf B").text
    assert counts(tag) == (counted, 2)
    newest = tag.stockrecords.get().movements.first()
    assert (newest.kind, newest.in_stock_change, newest.allocated_change) == ("corrected", change, 0)
    assert (newest.note, newest.made_by) == (f"Counted {counted}: Shelf B", sam)
    assert movements.records_that_differ_from_their_movements() == []


@pytest.mark.django_db
def test_a_count_that_was_right_moves_nothing(sam_client, tag):
    before = tag.stockrecords.get().movements.count()
    assert "The count was right." in type_count(sam_client, tag, 10).text
    assert tag.stockrecords.get().movements.count() == before


@pytest.mark.django_db
def test_fewer_than_are_held_for_orders_are_not_believed(sam_client, tag):
    assert "2 are held for orders" in type_count(sam_client, tag, 1).text
    assert counts(tag) == (10, 2)


@pytest.mark.django_db
def test_pieces_that_left_while_somebody_counted_are_told_and_the_count_can_be_confirmed(sam_client, tag):
    movements.consume(stockrecord_id=record_of(tag), quantity=2, reference="T-1")
    page = type_count(sam_client, tag, 9)
    assert "While you counted, the stock went from 10 to 8." in page.text
    assert counts(tag) == (8, 0)
    assert page.context["count_form"]["counted"].value() == "9"
    type_count(sam_client, tag, 9, seen=page.context["count_form"]["seen"].value())
    assert counts(tag) == (9, 0)


@pytest.mark.django_db
def test_an_order_that_reserves_meanwhile_changes_nothing_on_the_shelf(sam_client, tag):
    movements.reserve(stockrecord_id=record_of(tag), quantity=5, reference="T-2")
    type_count(sam_client, tag, 9)
    assert counts(tag) == (9, 7)


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "x", "-1", "1.5", "99999999", "\x00"])
def test_what_is_no_count_is_told(sam_client, tag, typed):
    page = type_count(sam_client, tag, typed)
    assert page.context["count_form"].errors["counted"]
    assert counts(tag) == (10, 2)


@pytest.mark.django_db
def test_the_page_offers_the_count_beside_the_change(sam_client, tag):
    page = sam_client.get(f"/dashboard/catalogue/stock/{record_of(tag)}/").text
    assert "I counted the shelf" in page
    assert 'name="seen" value="10"' in page
    assert page.count('id="id_note"') == page.count('id="count_note"') == 1


@pytest.mark.django_db(transaction=True)
def test_four_who_count_at_once_correct_it_once():
    record = record_of(make_tag(stock=10))

    def type_seven(_number):
        try:
            return movements.count(stockrecord_id=record, counted=7, seen=10) is not None
        except movements.CountChanged:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as staff:
        assert sorted(staff.map(type_seven, range(4))) == [False, False, False, True]
    assert movements.records_that_differ_from_their_movements() == []
