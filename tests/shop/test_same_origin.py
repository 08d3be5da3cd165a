"""Nobody else's page can act in a visitor's name, though no form carries a token."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

FORM = {"email": "not a mail address", "name": "Alice", "amount": "5000"}


def post(**headers: str) -> int:
    return Client(enforce_csrf_checks=True).post("/donate/", FORM, headers=headers).status_code


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "same-origin", "origin": "http://testserver"},
        {"origin": "http://testserver"},
    ],
)
def test_a_form_of_this_site_is_taken(headers):
    assert post(**headers) == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": ""},
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
        {"origin": "null"},
        {"origin": "https://testserver"},
        {"origin": "http://testserver.evil.example"},
        {"origin": "http://testserver:8080"},
        {"referer": "http://testserver/donate/"},
    ],
)
def test_anybody_elses_form_is_refused(headers):
    assert post(**headers) == 403


def test_who_is_refused_gets_a_page_that_helps():
    response = Client(enforce_csrf_checks=True).post("/donate/", FORM, headers={"sec-fetch-site": "cross-site"})
    assert "Leave this site" in response.text


def test_a_page_without_a_form_asks_for_no_token_and_sets_no_cookie():
    response = Client().get("/donate/")
    assert "csrf" not in response.text.lower()
    assert not response.cookies
