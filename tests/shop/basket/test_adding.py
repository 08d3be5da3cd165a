"""Putting goods into the basket."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oscar.core.loading import get_model

from shop.stock import movements
from tests.goods import make_tag
from tests.shop.catalogue.colored_tag import color, make_colored_tag, stock_of

pytestmark = pytest.mark.django_db

Line = get_model("basket", "Line")
FROM_HERE = {"HTTP_SEC_FETCH_SITE": "same-origin"}


@pytest.fixture
def tag():
    return make_colored_tag(stock=10)


def add(client, product, **data):
    return client.post(f"/basket/add/{product.pk}/", data, **FROM_HERE)


def basket_of(client):
    rows = client.get("/basket/").context["rows"]
    return {(row.title, row.note): row.line.quantity for row in rows}


def test_a_color_goes_into_the_basket_and_its_page_follows(client, tag):
    answer = add(client, tag, child_id=color(tag, "Jade").pk, quantity=2)
    assert answer.status_code == 303
    assert answer["Location"].startswith("/basket/?added=")
    assert basket_of(client) == {("TassaTag", "Jade"): 2}
    assert "Jade" in client.get(answer["Location"]).text


def test_adding_again_adds_up(client, tag):
    for _ in range(2):
        add(client, tag, child_id=color(tag, "Jade").pk, quantity=2)
    assert basket_of(client) == {("TassaTag", "Jade"): 4}


def test_a_product_without_a_choice_needs_only_a_quantity(client):
    pack = make_tag(title="Group pack")
    assert add(client, pack, quantity=1).status_code == 303
    assert basket_of(client) == {("Group pack", ""): 1}


def test_only_the_basket_cookie_is_set_and_only_now(client, tag):
    assert not client.get(tag.get_absolute_url()).cookies
    answer = add(client, tag, child_id=color(tag, "Jade").pk, quantity=1)
    assert list(answer.cookies) == ["basket"]
    assert answer.cookies["basket"]["httponly"]
    assert answer.cookies["basket"]["samesite"] == "Lax"


@pytest.mark.parametrize(
    ("quantity", "message"),
    [
        ("0", "Please choose at least 1."),
        ("-1", "Please choose at least 1."),
        ("", "Please say how many you would like."),
        ("two", "Please give a whole number, such as 1."),
        ("1.5", "Please give a whole number, such as 1."),
        ("1e3", "Please give a whole number, such as 1."),
        ("99999999999", "We can send at most 500 pieces in one order. For more, please write to us."),
        ("9" * 5000, "Please give a whole number, such as 1."),
        ("11", "Only 10 are left. Please choose fewer."),
    ],
)
def test_a_quantity_that_cannot_be_is_told_beside_the_field(client, tag, quantity, message):
    jade = color(tag, "Jade")
    page = add(client, tag, child_id=jade.pk, quantity=quantity)
    assert page.status_code == 422
    assert page.context["form"].errors == {"quantity": [message]}
    assert message in page.text
    assert page.context["selected"].product == jade
    assert not Line.objects.exists()
    assert not page.cookies


def test_what_was_typed_is_kept(client, tag):
    page = add(client, tag, child_id=color(tag, "Jade").pk, quantity="77")
    assert 'value="77"' in page.text


def test_full_width_digits_are_digits(client, tag):
    assert add(client, tag, child_id=color(tag, "Jade").pk, quantity="２").status_code == 303
    assert basket_of(client) == {("TassaTag", "Jade"): 2}


def test_what_the_basket_holds_already_counts(client, tag):
    jade = color(tag, "Jade").pk
    add(client, tag, child_id=jade, quantity=8)
    page = add(client, tag, child_id=jade, quantity=3)
    assert page.context["form"].errors["quantity"] == [
        "Only 10 are left, and 8 are in your basket already. You can add 2 more."
    ]
    add(client, tag, child_id=jade, quantity=2)
    page = add(client, tag, child_id=jade, quantity=1)
    assert page.context["form"].errors["quantity"] == ["Only 10 are left, and all of them are in your basket already."]
    assert basket_of(client) == {("TassaTag", "Jade"): 10}


def test_one_order_has_an_end(client):
    tag = make_tag(stock=1000)
    add(client, tag, quantity=400)
    page = add(client, tag, quantity=200)
    assert "We can send at most 500 pieces in one order" in page.context["form"].errors["quantity"][0]


def test_a_color_that_is_gone_is_told_beside_the_colors(client, tag):
    jade = color(tag, "Jade")
    jade.is_public = False
    jade.save()
    page = add(client, tag, child_id=jade.pk, quantity=1)
    assert page.status_code == 422
    assert page.context["form"].errors == {"child_id": ["This color is gone. Please choose another one."]}


@pytest.mark.parametrize("child", ["", "x", "-1", "0", "999999999999999", "1 OR 1=1", "²"])
def test_a_color_that_never_was_is_told_beside_the_colors(client, tag, child):
    page = add(client, tag, child_id=child, quantity=1)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"child_id"}


def test_a_color_of_another_product_is_none_of_this_one(client, tag):
    other = make_colored_tag(title="Other")
    assert add(client, tag, child_id=color(other, "Jade").pk, quantity=1).status_code == 422


def test_a_sold_out_color_says_so(client, tag):
    movements.correct(stockrecord_id=stock_of(color(tag, "Jade")).pk, change=-10, note="lost")
    page = add(client, tag, child_id=color(tag, "Jade").pk, quantity=1)
    assert page.context["form"].errors == {"child_id": ["This is sold out."]}


def test_goods_without_a_price_cannot_be_added(client):
    tag = make_tag()
    tag.stockrecords.update(price=None)
    page = add(client, tag, quantity=1)
    assert page.context["form"].errors == {"quantity": ["This is not for sale at the moment."]}


def test_a_draft_or_a_deleted_product_cannot_be_added(client, tag):
    tag.is_public = False
    tag.save()
    assert add(client, tag, child_id=color(tag, "Jade").pk, quantity=1).status_code == 404
    assert client.post("/basket/add/99999999999999/", {"quantity": 1}, **FROM_HERE).status_code == 404


def test_reloading_after_an_error_finds_the_product_again(client, tag):
    answer = client.get(f"/basket/add/{tag.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, tag.get_absolute_url())


def test_another_site_cannot_fill_a_basket(tag):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(f"/basket/add/{tag.pk}/", {"quantity": 1}, HTTP_SEC_FETCH_SITE="cross-site")
    assert answer.status_code == 403


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(child=st.text(max_size=30), quantity=st.text(max_size=30))
def test_nothing_typed_breaks_the_page(client, tag, child, quantity):
    assert add(client, tag, child_id=child, quantity=quantity).status_code in (303, 422)
