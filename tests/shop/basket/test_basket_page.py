"""The basket's page: changing, removing, what is sold out, and what it comes to."""

from decimal import Decimal

import pytest
from oscar.core.loading import get_model

from shop.stock import movements
from tests.goods import allow_shipping, make_tag
from tests.shop.catalogue.colored_tag import add_picture, color, make_colored_tag, stock_of

pytestmark = pytest.mark.django_db

FROM_HERE = {"HTTP_SEC_FETCH_SITE": "same-origin"}


@pytest.fixture
def tag():
    return make_colored_tag(stock=10)


@pytest.fixture
def line(client, tag):
    """Two jade tags are in Bob's basket."""
    allow_shipping()
    client.post(f"/basket/add/{tag.pk}/", {"child_id": color(tag, "Jade").pk, "quantity": 2}, **FROM_HERE)
    return get_model("basket", "Line").objects.get()


def change(client, **data):
    return client.post("/basket/", data, **FROM_HERE)


def quantity_now(line):
    return type(line).objects.filter(pk=line.pk).values_list("quantity", flat=True).first()


def test_an_empty_basket_is_a_page_for_everybody(client):
    page = client.get("/basket/")
    assert page.status_code == 200
    assert page.context["rows"] == []
    assert not page.cookies


def test_a_quantity_is_changed(client, line):
    answer = change(client, **{f"quantity-{line.pk}": "5", "update": ""})
    assert (answer.status_code, answer["Location"]) == (303, "/basket/")
    assert quantity_now(line) == 5


def test_none_and_remove_take_the_row_out(client, line):
    change(client, **{f"quantity-{line.pk}": "0"})
    assert quantity_now(line) is None


def test_the_button_remove_takes_the_row_out_and_leaves_the_others(client, line, tag):
    client.post(f"/basket/add/{tag.pk}/", {"child_id": color(tag, "Poppy").pk, "quantity": 1}, **FROM_HERE)
    change(client, remove=line.pk, **{f"quantity-{line.pk}": "x"})
    assert [row.note for row in client.get("/basket/").context["rows"]] == ["Poppy"]


@pytest.mark.parametrize("typed", ["-1", "two", "", "99999999999", "11"])
def test_a_quantity_that_cannot_be_is_told_and_kept_as_typed(client, line, typed):
    page = change(client, **{f"quantity-{line.pk}": typed})
    assert page.status_code == 422
    assert page.context["rows"][0].quantity == typed
    assert page.context["rows"][0].error in page.text
    assert page.context["rows"][0].error
    assert quantity_now(line) == 2


def test_good_changes_beside_a_bad_one_are_kept(client, line, tag):
    client.post(f"/basket/add/{tag.pk}/", {"child_id": color(tag, "Poppy").pk, "quantity": 1}, **FROM_HERE)
    poppy = get_model("basket", "Line").objects.exclude(pk=line.pk).get()
    page = change(client, **{f"quantity-{line.pk}": "4", f"quantity-{poppy.pk}": "x"})
    assert page.status_code == 422
    assert (quantity_now(line), quantity_now(poppy)) == (4, 1)
    assert [row.quantity for row in page.context["rows"]] == ["4", "x"]


def test_changing_a_basket_that_is_not_there_leads_to_an_empty_one(client):
    assert change(client, remove="1").status_code == 302


def test_nobody_changes_the_row_of_another_basket(client, line):
    from django.test import Client

    charlie = Client()
    pack = make_tag(title="Group pack")
    charlie.post(f"/basket/add/{pack.pk}/", {"quantity": 1}, **FROM_HERE)
    charlie.post("/basket/", {"remove": line.pk, f"quantity-{line.pk}": "9"}, **FROM_HERE)
    assert quantity_now(line) == 2


def test_what_sold_out_meanwhile_is_told_and_cannot_be_checked_out(client, line, tag):
    movements.correct(stockrecord_id=stock_of(color(tag, "Jade")).pk, change=-10, note="lost")
    page = client.get("/basket/")
    assert page.context["rows"][0].problem == "This is sold out. Please take it out of your basket."
    assert page.context["rows"][0].problem in page.text
    assert not page.context["can_check_out"]


def test_what_became_less_meanwhile_is_told(client, line, tag):
    movements.correct(stockrecord_id=stock_of(color(tag, "Jade")).pk, change=-9, note="lost")
    assert client.get("/basket/").context["rows"][0].problem == "Only 1 is left. Please choose fewer."
    change(client, **{f"quantity-{line.pk}": "1"})
    assert client.get("/basket/").context["can_check_out"]


def test_what_was_withdrawn_or_lost_its_price_is_told(client, line, tag):
    tag.is_public = False
    tag.save()
    assert "not for sale" in client.get("/basket/").context["rows"][0].problem
    get_model("partner", "StockRecord").objects.update(price=None)
    page = client.get("/basket/")
    assert page.status_code == 200
    assert page.context["total"] is None


def test_the_sum_has_shipping_and_tax_only_once_the_state_is_known(client, line):
    get_model("partner", "SalesTaxRate").objects.create(state="NY", percent=Decimal("10"), is_active=True)
    page = client.get("/basket/")
    assert [(part.label, part.amount) for part in page.context["totals"]] == [
        ("Goods", Decimal("24.00")),
        ("Shipping", Decimal("2.50")),
        ("Sales tax", None),
    ]
    assert page.context["total"] == Decimal("26.50")
    page = client.get("/basket/", {"state": "ny"})
    assert page.context["totals"][2].amount == Decimal("2.40")
    assert page.context["total"] == Decimal("28.90")
    assert "$28.90" in page.text
    assert client.get("/basket/", {"state": "'"}).status_code == 200


def test_a_basket_that_no_parcel_takes_still_has_its_page(client, line):
    get_model("shipping", "WeightBased").objects.all().delete()
    page = client.get("/basket/")
    assert page.status_code == 200
    assert page.context["total"] is None


def test_ten_lines_cost_at_most_25_queries(client, django_assert_max_num_queries):
    allow_shipping()
    for number in range(10):
        tag = make_colored_tag(title=f"Tag {number}")
        add_picture(color(tag, "Jade"), size=(40, 40))
        client.post(f"/basket/add/{tag.pk}/", {"child_id": color(tag, "Jade").pk, "quantity": 1}, **FROM_HERE)
    with django_assert_max_num_queries(25):
        page = client.get("/basket/")
    assert len(page.context["rows"]) == 10


def test_a_basket_page_is_never_kept(client, line):
    assert "no-store" in client.get("/basket/")["Cache-Control"]
