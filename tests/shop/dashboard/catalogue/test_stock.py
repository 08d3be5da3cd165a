"""Stock is changed by movements with a reason, from the product's page and from the stock page."""

import pytest
from django.test import Client
from oscar.core.loading import get_model

from shop.stock import movements
from tests.conftest import person
from tests.goods import counts
from tests.shop.catalogue.colored_tag import color, make_colored_tag, stock_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def jade():
    """Ten jade tags, two of them held for an order."""
    product = color(make_colored_tag(stock=10), "Jade")
    movements.reserve(stockrecord_id=stock_of(product).pk, quantity=2, reference="an-order")
    return product


def product_form(product, **changed):
    record = stock_of(product)
    data = {
        "title": product.title,
        "slug": product.slug,
        "structure": "child",
        "priority": "0",
        "is_public": "on",
        "attr_color": "Jade",
        "attr_color_hex": "#1f9d68",
        "stockrecords-TOTAL_FORMS": "1",
        "stockrecords-INITIAL_FORMS": "1",
        "stockrecords-0-id": record.pk,
        "stockrecords-0-partner": record.partner_id,
        "stockrecords-0-partner_sku": record.partner_sku,
        "stockrecords-0-price": "12.00",
    }
    for prefix in ("images", "productcategory_set"):
        data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return data | {f"stockrecords-0-{name}": value for name, value in changed.items()}


def save_product(client, product, **changed):
    return client.post(f"/dashboard/catalogue/products/{product.pk}/", product_form(product, **changed))


def change_stock(client, product, **data):
    return client.post(f"/dashboard/catalogue/stock/{stock_of(product).pk}/", data)


@pytest.mark.parametrize("way", [save_product, change_stock])
def test_pieces_that_arrive_and_pieces_that_are_lost_are_movements(sam, sam_client, jade, way):
    assert way(sam_client, jade, change="5", note="From Nongkhai").status_code == 302
    assert way(sam_client, jade, change="-3", note="Damaged by water").status_code == 302
    assert counts(jade) == (12, 2)
    latest, before = stock_of(jade).movements.order_by("-id")[:2]
    assert (latest.kind, latest.in_stock_change, latest.note, latest.made_by) == (
        "corrected",
        -3,
        "Damaged by water",
        sam,
    )
    assert (before.kind, before.in_stock_change, before.note) == ("received", 5, "From Nongkhai")
    assert movements.records_that_differ_from_their_movements() == []


@pytest.mark.parametrize("way", [save_product, change_stock])
def test_pieces_held_for_orders_cannot_be_taken_away(sam_client, jade, way):
    page = way(sam_client, jade, change="-9", note="Lost")
    assert page.status_code == 200
    assert "At most 8 can be taken away: 2 are held for orders." in page.text
    assert counts(jade) == (10, 2)


@pytest.mark.parametrize("way", [save_product, change_stock])
@pytest.mark.parametrize("typed", [{"change": "3", "note": ""}, {"change": "3", "note": "  "}, {"change": "x", "note": "y"}, {"change": "9999999", "note": "y"}])  # fmt: skip
def test_a_change_needs_a_number_and_a_reason(sam_client, jade, way, typed):
    assert way(sam_client, jade, **typed).status_code == 200
    assert counts(jade) == (10, 2)


def test_a_count_cannot_be_typed_over(sam_client, jade):
    """Someone buys while Sam has the page open; what Sam's browser sends of counts is not listened to."""
    record = stock_of(jade)
    stale = product_form(jade, num_in_stock="99", num_allocated="0")
    movements.reserve(stockrecord_id=record.pk, quantity=5, reference="another-order")
    assert sam_client.post(f"/dashboard/catalogue/products/{jade.pk}/", stale).status_code == 302
    assert counts(jade) == (10, 7)


def test_price_and_low_stock_are_saved_without_a_movement(sam_client, jade):
    save_product(sam_client, jade, price="13.50", low_stock_threshold="4")
    record = stock_of(jade)
    assert (str(record.price), record.low_stock_threshold) == ("13.50", 4)
    assert record.movements.count() == 2


@pytest.mark.parametrize("price", ["0", "-1", "1.234", "x", "99999999"])
def test_a_price_that_cannot_be_is_told(sam_client, jade, price):
    assert save_product(sam_client, jade, price=price).status_code == 200
    assert stock_of(jade).price == 12


def test_a_wrong_field_elsewhere_leaves_the_stock_alone(sam_client, jade):
    assert save_product(sam_client, jade, change="5", note="x", price="").status_code == 200
    assert counts(jade) == (10, 2)


def test_a_new_variant_begins_with_what_arrived(sam_client, jade):
    data = product_form(jade, change="7", note="First delivery", partner_sku="TAG-INDIGO", id="")
    data |= {"title": "TassaTag, Indigo", "slug": "", "attr_color": "Indigo", "stockrecords-INITIAL_FORMS": "0"}
    answer = sam_client.post(f"/dashboard/catalogue/products/{jade.parent_id}/create-variant/", data)
    assert answer.status_code == 302
    assert counts(get_model("catalogue", "Product").objects.get(title="TassaTag, Indigo")) == (7, 0)


def test_goods_with_books_are_hidden_and_not_deleted(sam_client, jade):
    answer = sam_client.post(f"/dashboard/catalogue/products/{jade.pk}/delete/", follow=True)
    assert "its stock history stays" in answer.text
    assert counts(jade) == (10, 2)


def test_the_stock_page_lists_what_runs_low_first(sam_client, jade):
    get_model("partner", "StockRecord").objects.update(low_stock_threshold=8)
    page = sam_client.get("/dashboard/catalogue/stock/")
    assert [record.partner_sku for record in page.context["page_obj"]] == ["TASSATAG-JADE", "TASSATAG-POPPY"]
    assert "an-order" in page.text
    low = sam_client.get("/dashboard/catalogue/stock/", {"low": "1", "q": "tassatag"})
    assert [record.partner_sku for record in low.context["page_obj"]] == ["TASSATAG-JADE"]
    assert sam_client.get("/dashboard/catalogue/stock/", {"q": "\x00'%", "page": "x"}).status_code == 200


def test_who_may_only_look_cannot_change(jade):
    from django.contrib.auth.models import Permission

    viewer = person("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_stockrecord"))
    client = Client()
    client.force_login(viewer)
    assert client.get(f"/dashboard/catalogue/stock/{stock_of(jade).pk}/").status_code == 200
    assert change_stock(client, jade, change="5", note="x").status_code == 403
    assert counts(jade) == (10, 2)
