"""Staff switch "track stock" while orders wait: each order gives back or sends exactly what it holds."""

import pytest
from oscar.core.loading import get_model

from shop.stock import movements
from shop.stripe_payments import ledger
from shop.stripe_payments.models import Payment
from tests.goods import allow_shipping, counts, make_tag
from tests.hosted_page import pay
from tests.shop.dashboard.orders.buying import ADDRESS, leave_for_payment

pytestmark = pytest.mark.django_db

Order = get_model("order", "Order")


@pytest.fixture
def tag():
    allow_shipping()
    return make_tag(stock=10)


def track(is_tracked):
    get_model("catalogue", "ProductClass").objects.update(track_stock=is_tracked)


def settle(page):
    pay(page)
    ledger.settle(Payment.objects.get().reference)


def move(client, *statuses):
    for status in statuses:
        client.post("/dashboard/orders/move/", {"order": Order.objects.get().number, "new_status": status})
    return Order.objects.get().status


def give_up():
    payment = Payment.objects.get()
    ledger.close(payment.reference, cause="test")


def test_an_order_placed_while_tracked_gives_its_pieces_back_when_it_is_not_any_more(sandbox, tag):
    leave_for_payment(tag, quantity=3)
    track(False)
    give_up()
    assert (Order.objects.get().status, counts(tag)) == ("Cancelled", (10, 0))


def test_an_order_placed_while_tracked_sends_its_pieces_when_it_is_not_any_more(sandbox, sam_client, tag):
    _client, page = leave_for_payment(tag, quantity=3)
    track(False)
    settle(page)
    assert move(sam_client, "Packed", "Shipped") == "Shipped"
    assert counts(tag) == (7, 0)
    track(True)
    assert move(sam_client, "Returned") == "Returned"
    assert counts(tag) == (10, 0)


def test_an_order_placed_while_not_tracked_holds_nothing_afterwards_either(sandbox, sam_client, tag):
    track(False)
    _client, page = leave_for_payment(tag, quantity=3)
    track(True)
    settle(page)
    assert move(sam_client, "Packed", "Shipped") == "Shipped"
    assert move(sam_client, "Returned") == "Returned"
    assert counts(tag) == (10, 0)


def test_an_order_placed_while_not_tracked_is_given_up_without_harm(sandbox, tag):
    track(False)
    leave_for_payment(tag, quantity=3)
    track(True)
    give_up()
    assert (Order.objects.get().status, counts(tag)) == ("Cancelled", (10, 0))


def test_pieces_of_an_order_whose_product_is_gone_are_given_back(sandbox, tag):
    leave_for_payment(tag, quantity=3)
    Order.objects.get().lines.update(product=None)
    give_up()
    assert counts(tag) == (10, 0)


def test_an_order_that_holds_nothing_promises_its_basket_nothing(sandbox, tag):
    track(False)
    client, _page = leave_for_payment(tag, quantity=3)
    track(True)
    movements.reserve(stockrecord_id=tag.stockrecords.get().pk, quantity=9, reference="another")
    response = client.post("/checkout/", ADDRESS, follow=True)
    assert "sold out" in response.text
    assert counts(tag) == (10, 9)


def test_two_lines_of_the_same_goods_are_held_and_sent_together(tag):
    record = tag.stockrecords.get().pk
    for quantity in (2, 1):
        movements.reserve(stockrecord_id=record, quantity=quantity, reference="T-1")
    assert movements.held_for(["T-1"]) == {record: 3}
    movements.consume(stockrecord_id=record, quantity=3, reference="T-1")
    assert (movements.held_for(["T-1"]), movements.sent_for("T-1")) == ({}, {record: 3})
    movements.put_back(stockrecord_id=record, quantity=3, reference="T-1")
    assert movements.sent_for("T-1") == {}
