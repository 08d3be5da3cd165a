"""The two figures of `make bench` that are the same on every machine: queries and bytes."""

import brotli
import pytest
from django.core.management import call_command
from django.test import Client
from oscar.core.loading import get_model

from shop.awareness.models import Topic
from tests.benchmarks.run import MOST_QUERIES
from tests.benchmarks.weight import LARGEST, weigh

pytestmark = pytest.mark.django_db

PAGES = [
    "/",
    "/catalogue/",
    "/catalogue/?sort=price",
    "/search/?q=tag",
    "/basket/",
    "/donate/",
    "/donate/disclosure/",
    "/learn/",
    "/accounts/login/",
    "topic",
    "product",
    "category",
]


@pytest.fixture
def address(db):
    """Makes an address of a page's name, over the real goods and texts."""
    for command in ("load_programs", "load_catalogue", "load_awareness"):
        call_command(command, verbosity=0)

    def address(page):
        found = {
            "topic": Topic.objects.order_by("pk"),
            "product": get_model("catalogue", "Product").objects.filter(parent=None).order_by("pk"),
            "category": get_model("catalogue", "Category").objects.order_by("path"),
        }
        return found[page].first().get_absolute_url() if page in found else page

    return address


def test_no_public_page_asks_the_database_more_than_twelve_times(address, django_assert_max_num_queries):
    for page in PAGES:
        path = address(page)
        with django_assert_max_num_queries(MOST_QUERIES, info=path):
            assert Client().get(path).status_code == 200


def test_no_public_page_weighs_more_than_sixty_kilobytes(address):
    client = Client()

    def fetch(path):
        response = client.get(path)
        assert response.status_code == 200, path
        body = response.getvalue()
        travels = body if path.endswith(".woff2") else brotli.compress(body)
        return len(travels), body.decode(errors="ignore")

    for page in PAGES:
        weights = weigh(address(page), fetch)
        assert weights["css"]
        assert weights["woff2"]
        assert sum(weights.values()) <= LARGEST, (page, weights)
