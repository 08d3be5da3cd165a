"""The catalogue page reads as little of ten thousand products as of ten."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from oscar.core.loading import get_model

from shop.search import listings
from tests.goods import make_tag

pytestmark = pytest.mark.django_db

MANY = 10_000


@pytest.fixture
def many_products(db):
    one = make_tag(title="Luggage tag")
    Product, StockRecord = get_model("catalogue", "Product"), get_model("partner", "StockRecord")
    product_class, partner = one.product_class, one.stockrecords.get().partner
    products = Product.objects.bulk_create(
        Product(title=f"Tag {n}", slug=f"tag-{n}", product_class=product_class, description="A bright tag.")
        for n in range(MANY)
    )
    StockRecord.objects.bulk_create(
        StockRecord(
            product=product, partner=partner, partner_sku=f"T{n}", price=n % 90, num_in_stock=0, num_allocated=0
        )
        for n, product in enumerate(products)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE catalogue_product, partner_stockrecord")


def rows_read(sql):
    """How many rows PostgreSQL took from tables and indexes to answer."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        return _rows(cursor.fetchone()[0][0]["Plan"])


def _rows(plan):
    own = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    return (own if "Scan" in plan["Node Type"] else 0) + sum(_rows(below) for below in plan.get("Plans", []))


@pytest.mark.parametrize("sort", ["featured", "newest"])
def test_a_page_of_ten_thousand_reads_a_page_of_rows(client, many_products, sort):
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/catalogue/", {"sort": sort})
    assert len(page.context["cards"]) == 12
    assert len(asked) <= 12
    for query in asked:
        assert "COUNT(" not in query["sql"].upper()
        assert rows_read(query["sql"]) <= 60, query["sql"]


def test_a_rare_word_is_looked_up_in_the_index(many_products):
    found = listings._matches(["luggage"]).values_list("pk", flat=True)[: listings.MOST_MATCHES]
    assert "search_document" in found.explain()


def test_a_word_that_is_everywhere_is_ranked_over_a_part(client, many_products):
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/search/", {"q": "bright"})
    assert len(page.context["cards"]) == 12
    ranking = [
        query["sql"] for query in asked if "ts_rank" in query["sql"].lower() and "catalogue_product" in query["sql"]
    ]
    assert len(ranking) == 1
    assert rows_read(ranking[0]) <= 2 * listings.MOST_MATCHES


def test_every_list_of_ten_thousand_has_a_first_and_a_deep_page(client, many_products):
    for sort in ("featured", "newest", "price", "price-high"):
        assert client.get("/catalogue/", {"sort": sort, "page": "500"}).status_code == 200
