"""Addresses and words that others rely on."""

import pytest
from django.test import Client

from tests.goods import allow_shipping, make_tag

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/catalogue/",
        "/search/",
        "/search/?q=tag",
        "/basket/",
        "/donate/",
        "/learn/",
        "/accounts/login/",
        "/dashboard/login/",
        "/healthz",
    ],
)
def test_the_page_is_there(path):
    assert Client().get(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/checkout/", "/basket/"),
        ("/accounts/", "/accounts/login/?next=/accounts/"),
        ("/dashboard/", "/dashboard/login/?next=/dashboard/"),
    ],
)
def test_what_needs_something_first_says_where_to_get_it(path, leads_to):
    response = Client().get(path)
    assert (response.status_code, response.url) == (302, leads_to)


def test_the_webhook_takes_nothing_but_a_post():
    assert Client().get("/stripe/webhook/").status_code == 405


def test_an_address_that_never_was_gets_a_kind_page():
    response = Client().get("/no-such-page/")
    assert response.status_code == 404
    assert "Leave this site" in response.text


def test_a_price_is_shown_with_dollars_and_cents():
    allow_shipping("2.50")
    tag = make_tag(price="12.00")
    for path in ("/catalogue/", tag.get_absolute_url()):
        assert "$12.00" in Client().get(path).text, path


def test_every_public_page_has_the_way_out():
    for path in ("/", "/catalogue/", "/search/?q=tag", "/basket/", "/donate/", "/learn/", "/accounts/login/"):
        assert "data-leave" in Client().get(path).text, path
