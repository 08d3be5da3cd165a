import re

import pytest
from django.test import Client
from oscar.core.loading import get_model

from shop.stripe_payments.models import PaymentLine
from tests.shop.dashboard.orders.buying import buy

pytestmark = pytest.mark.django_db


def addresses(order):
    return [
        "/dashboard/",
        "/dashboard/orders/",
        "/dashboard/orders/export/",
        f"/dashboard/orders/packing-slips/?order={order.number}",
        f"/dashboard/orders/{order.number}/",
        f"/dashboard/orders/{order.number}/shipping-address/",
    ]


def test_every_page_opens_for_sam_and_asks_no_other_site(sam_client, order):
    for address in addresses(order):
        response = sam_client.get(address)
        assert response.status_code == 200, address
        text = response.getvalue().decode()
        assert not re.search(
            r'(src|href|action)="(https?:)?//(?!dashboard\.stripe\.com)[^"]*\.(js|css|png|woff2?)', text
        )
        assert "ajax.googleapis" not in text


def test_the_pages_open_without_a_single_order(sam_client):
    for address in (
        "/dashboard/",
        "/dashboard/orders/",
        "/dashboard/orders/export/",
        "/dashboard/orders/packing-slips/",
    ):
        assert sam_client.get(address).status_code == 200


def test_charlie_is_refused_and_a_stranger_is_asked_to_sign_in(charlie_client, client, order):
    for address in addresses(order):
        assert charlie_client.get(address).status_code == 403
        response = client.get(address)
        assert response.status_code == 302
        assert response.url.startswith("/dashboard/login/?next=")
    for address in ("move/", f"{order.number}/notes/"):
        assert charlie_client.post(f"/dashboard/orders/{address}").status_code == 403
        assert client.post(f"/dashboard/orders/{address}").status_code == 302


def test_staff_need_the_permission_of_orders(staff, order):
    cook = staff()
    assert cook.get("/dashboard/orders/").status_code == 403
    assert cook.get(f"/dashboard/orders/{order.number}/").status_code == 403
    assert cook.get("/dashboard/orders/export/").status_code == 403


def test_staff_who_may_look_cannot_change(staff, order):
    reader = staff("view_order")
    page = reader.get(f"/dashboard/orders/{order.number}/")
    assert page.status_code == 200
    assert "Mark as packed" not in page.text
    assert "Save note" not in page.text
    move = {"order": order.number, "new_status": "Packed"}
    assert reader.post("/dashboard/orders/move/", move).status_code == 403
    assert reader.post(f"/dashboard/orders/{order.number}/notes/", {"message": "hello"}).status_code == 403
    assert reader.get(f"/dashboard/orders/{order.number}/shipping-address/").status_code == 403
    order.refresh_from_db()
    assert order.status == "Paid"


def test_orders_are_found_by_number_name_and_mail(sam_client, order, tag):
    other = buy(tag, full_name="Dana Doe", email="dana@example.org")
    for asked in (order.number, order.number[2:6].lower(), "bob", "BUYER", "bob@example.com", "bob buyer"):
        page = sam_client.get("/dashboard/orders/", {"q": asked}).text
        assert f"/dashboard/orders/{order.number}/" in page, asked
        assert other.number not in page, asked
    assert "No order fits" in sam_client.get("/dashboard/orders/", {"q": "nobody"}).text


def test_orders_are_filtered_by_status_and_day(sam_client, order):
    day = order.date_placed.astimezone().date()
    for query, is_found in (
        ({"status": "Paid"}, True),
        ({"status": "Shipped"}, False),
        ({"date_from": "2000-01-01", "date_to": "2000-01-02"}, False),
        ({"date_from": f"{day.year}-01-01", "date_to": f"{day.year + 1}-01-01"}, True),
    ):
        assert (order.number in sam_client.get("/dashboard/orders/", query).text) is is_found, query


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "status=x",
        "date_from=x",
        "date_to=9999-12-31",
        "date_from=0001-01-01",
        "page=x",
        "page=-1",
        "page=999",
        "q=" + "a" * 5000,
    ],
)
def test_a_strange_search_is_answered(sam_client, order, query):
    assert sam_client.get(f"/dashboard/orders/?{query}").status_code == 200
    assert sam_client.get(f"/dashboard/orders/export/?{query}").status_code == 200


def test_the_order_page_shows_money_goods_and_address(sam_client, order):
    line = PaymentLine.objects.get(reference=order.number)
    page = sam_client.get(f"/dashboard/orders/{order.number}/").text
    for fact in (
        "$26.50",
        "Bob Buyer",
        "1 Main Street",
        "bob@example.com",
        "Luggage tag",
        "TAG-1",
        line.payment.payment_intent_id,
        line.payment.checkout_session_id,
        "Reserved for an order",
        "asked for",
    ):
        assert fact in page, fact


def test_a_note_is_kept_and_an_empty_one_told(sam_client, order):
    page = sam_client.post(f"/dashboard/orders/{order.number}/notes/", {"message": "<b>Call first</b>"}, follow=True)
    assert "&lt;b&gt;Call first&lt;/b&gt;" in page.text
    page = sam_client.post(f"/dashboard/orders/{order.number}/notes/", {"message": ""})
    assert "This field is required" in page.text


def test_the_address_of_an_order_can_be_put_right(sam_client, order):
    address = f"/dashboard/orders/{order.number}/shipping-address/"
    fields = {
        "first_name": "Bob Buyer",
        "line1": "2 Main Street",
        "line4": "Albany",
        "state": "NY",
        "postcode": "12207",
        "country": "US",
    }
    response = sam_client.post(address, fields)
    assert response.status_code == 302, response.content[-3000:]
    assert "2 Main Street" in sam_client.get(f"/dashboard/orders/{order.number}/").text


def test_a_packing_slip_names_goods_and_place_and_no_price(sam_client, order, tag):
    other = buy(tag, full_name="Dana Doe")
    page = sam_client.get(f"/dashboard/orders/packing-slips/?order={order.number}&order={other.number}").text
    assert page.count('class="slip"') == 2
    assert "Bob Buyer" in page
    assert "Dana Doe" in page
    assert "$" not in page


def test_a_slip_of_an_order_that_must_not_leave_says_so(sam_client, order):
    get_model("order", "Order").objects.filter(pk=order.pk).update(status="Cancelled")
    page = sam_client.get(f"/dashboard/orders/packing-slips/?order={order.number}").text
    assert "Do not send: Cancelled" in page


def test_the_way_back_after_a_move_stays_on_this_site(sam_client, order):
    data = {"order": order.number, "new_status": "Packed", "next": "https://evil.example/"}
    assert sam_client.post("/dashboard/orders/move/", data).url == "/dashboard/orders/"


def test_the_list_costs_the_same_for_one_order_and_for_many(sam_client, order, tag, django_assert_max_num_queries):
    for number in range(3):
        buy(tag, full_name=f"Buyer {number}")
    with django_assert_max_num_queries(12):
        sam_client.get("/dashboard/orders/")


def test_staff_sign_in_at_the_same_door(sam, client):
    page = client.get("/dashboard/login/?next=/dashboard/orders/")
    assert page.status_code == 200
    assert not page.cookies
    response = Client().post(
        "/dashboard/login/",
        {"email": "sam@example.com", "password": "sam-likes-tags", "next": "/dashboard/orders/"},
    )
    assert response.url == "/dashboard/orders/"
    response = Client().post("/dashboard/login/", {"email": "sam@example.com", "password": "sam-likes-tags"})
    assert response.url == "/dashboard/"


def test_guessing_is_slowed_at_the_staffs_door_too(sam, client):
    wrong = {"email": "sam@example.com", "password": "wrong"}
    assert [client.post("/dashboard/login/", wrong).status_code for _ in range(9)] == [200] * 8 + [429]
