"""The catalogue as data files: loaded once, then the staff's."""

import re
from decimal import Decimal

import pytest
from django.core.management import call_command
from oscar.core.loading import get_model

from shop.catalogue import loading
from shop.catalogue.goods import goods_with_ids
from shop.partner.strategy import Storefront
from shop.stock import movements

Product = get_model("catalogue", "Product")
StockRecord = get_model("partner", "StockRecord")

COLORS = ["marigold", "poppy", "fuchsia", "jade", "lagoon", "indigo"]


@pytest.fixture(scope="module")
def loaded_database(django_db_setup, django_db_blocker, tmp_path_factory):
    """The catalogue is loaded once for this module, and taken back after it."""
    from django.db import connection, transaction
    from django.test import override_settings

    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            call_command("load_catalogue")
            yield
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)
            connection.close()


@pytest.fixture
def catalogue(loaded_database, db):
    return {one.product.code: one for one in goods_with_ids(ids(), strategy=Storefront())}


def ids():
    return list(Product.objects.filter(parent=None).values_list("pk", flat=True))


def test_the_goods_are_there(catalogue):
    assert set(catalogue) == {"tag", "keychain", "set", "pack"}
    assert [color.slug for color in catalogue["tag"].colors] == COLORS
    assert [color.slug for color in catalogue["keychain"].colors] == ["poppy", "jade", "indigo"]
    assert catalogue["tag"].amount == Decimal("12.00")
    assert not catalogue["tag"].is_from


def test_every_variant_has_stock_weight_pictures_and_a_sku(catalogue):
    variants = [variant for goods in catalogue.values() for variant in goods.variants]
    assert len({variant.sku for variant in variants}) == len(variants) == 11
    for variant in variants:
        assert variant.is_available
        assert len(variant.pictures) >= 2
        assert all(picture.caption for picture in variant.pictures)
        assert variant.product.attr.weight or variant.product.parent.attr.weight


def test_opening_stock_is_a_movement(catalogue):
    assert movements.records_that_differ_from_their_movements() == []
    record = StockRecord.objects.get(partner_sku="TAG-POPPY")
    assert [movement.note for movement in record.movements.all()] == ["Opening stock"]


def test_one_tag_costs_two_dollars_fifty_to_send_and_more_weighs_more(catalogue):
    method = get_model("shipping", "WeightBased").objects.get(code="us-mail")
    assert method.get_charge(Decimal("0.045")) == Decimal("2.50")
    charges = list(method.bands.order_by("upper_limit").values_list("charge", flat=True))
    assert charges == sorted(charges)
    assert list(method.countries.values_list("pk", flat=True)) == ["US"]


def test_no_tax_rate_is_invented(catalogue):
    assert not get_model("partner", "SalesTaxRate").objects.exists()


def test_every_price_that_no_source_gives_is_marked():
    import tomllib

    products = tomllib.loads((loading.DATA / "goods.toml").read_text())["products"]
    assert [one["code"] for one in products if not one.get("price_is_for_staff_to_set")] == ["tag"]


def test_a_second_run_leaves_what_staff_changed(catalogue):
    Product.objects.filter(code="tag").update(title="A new name")
    StockRecord.objects.filter(partner_sku="SET").update(price=20)
    get_model("catalogue", "ProductImage").objects.filter(code="tag-poppy-back").delete()
    call_command("load_catalogue")
    assert Product.objects.get(code="tag").title == "A new name"
    assert StockRecord.objects.get(partner_sku="SET").price == 20
    assert not get_model("catalogue", "ProductImage").objects.filter(code="tag-poppy-back").exists()


def test_overwriting_sets_texts_and_prices_back_but_no_stock(catalogue):
    Product.objects.filter(code="tag").update(title="A new name")
    record = StockRecord.objects.get(partner_sku="TAG-POPPY")
    movements.reserve(stockrecord_id=record.pk, quantity=2, reference="an order")
    pictures = get_model("catalogue", "ProductImage").objects.count()
    call_command("load_catalogue", "--overwrite")
    assert Product.objects.get(code="tag").title == "TassaTag luggage tag"
    after = StockRecord.objects.get(partner_sku="TAG-POPPY")
    assert (after.num_in_stock, after.num_allocated) == (record.num_in_stock, 2)
    assert get_model("catalogue", "ProductImage").objects.count() == pictures
    assert Product.objects.count() == 4 + 9


def test_the_catalogue_is_found_and_shown(catalogue, client):
    assert client.get("/search/", {"q": "keychain"}).context["cards"][0].product.code == "keychain"
    for path in ("/", "/catalogue/", catalogue["tag"].url, catalogue["pack"].url):
        assert client.get(path).status_code == 200


def test_the_page_tells_the_weight_in_grams_under_a_name_that_fits(client, catalogue):
    tag = Product.objects.get(title="TassaTag luggage tag", structure="parent")
    page = client.get(tag.get_absolute_url()).text
    assert re.search(r"<dt>Weight</dt><dd>\d+ g</dd>", page)
