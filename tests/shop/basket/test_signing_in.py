"""What becomes of a basket when its owner signs in."""

import pytest
from django.test import Client
from oscar.core.loading import get_model

from shop.stock import movements
from tests.conftest import person
from tests.shop.catalogue.colored_tag import color, make_colored_tag, stock_of

pytestmark = pytest.mark.django_db

FROM_HERE = {"HTTP_SEC_FETCH_SITE": "same-origin"}


@pytest.fixture
def bob(db):
    return person("bob")


def add(client, product, quantity):
    client.post(f"/basket/add/{product.parent_id}/", {"child_id": product.pk, "quantity": quantity}, **FROM_HERE)


def baskets_of_bob_meet(bob, product, before, now):
    """Bob had some in his account's basket, put some more in without signing in, and signs in."""
    at_home = Client()
    at_home.force_login(bob)
    add(at_home, product, before)
    client = Client()
    add(client, product, now)
    client.force_login(bob)
    return {row.note: row.line.quantity for row in client.get("/basket/").context["rows"]}


@pytest.mark.parametrize(("before", "now", "together"), [(2, 3, 5), (6, 7, 10), (10, 10, 10)])
def test_quantities_are_summed_but_never_above_what_is_free(bob, before, now, together):
    jade = color(make_colored_tag(stock=10), "Jade")
    assert baskets_of_bob_meet(bob, jade, before, now) == {"Jade": together}


def test_different_colors_lie_side_by_side(bob):
    tag = make_colored_tag()
    client = Client()
    at_home = Client()
    at_home.force_login(bob)
    add(at_home, color(tag, "Poppy"), 1)
    add(client, color(tag, "Jade"), 2)
    client.force_login(bob)
    rows = client.get("/basket/").context["rows"]
    assert {row.note: row.line.quantity for row in rows} == {"Poppy": 1, "Jade": 2}
    assert get_model("basket", "Basket").objects.filter(owner=bob, status="Open").count() == 1


def test_what_is_gone_is_kept_to_be_told(bob):
    jade = color(make_colored_tag(stock=5), "Jade")
    at_home, client = Client(), Client()
    at_home.force_login(bob)
    add(at_home, jade, 2)
    add(client, jade, 2)
    movements.correct(stockrecord_id=stock_of(jade).pk, change=-5, note="lost")
    client.force_login(bob)
    row = client.get("/basket/").context["rows"][0]
    assert row.line.quantity == 2
    assert row.problem
