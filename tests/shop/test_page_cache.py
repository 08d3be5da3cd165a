"""A page is the same for every visitor who has done nothing yet, and nobody else's page is ever shown."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from shop.page_cache import LONGEST_QUERY, MOST_PAGES, PageCacheMiddleware
from tests.goods import allow_shipping, make_tag
from tests.waiting import wait_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(settings):
    """The page cache belongs to the handler, which a Client makes anew: one for all of a test."""
    settings.PAGE_CACHE_SECONDS = 60
    return Client(headers={"sec-fetch-site": "same-origin"})


@pytest.fixture
def tag():
    allow_shipping()
    return make_tag(title="First name")


def rename(tag, title):
    type(tag).objects.filter(pk=tag.pk).update(title=title)


def test_a_kept_page_costs_no_query_and_carries_every_header(visitor, tag, django_assert_num_queries):
    first = visitor.get("/catalogue/")
    with django_assert_num_queries(0):
        second = visitor.get("/catalogue/")
    assert second.content == first.content
    assert dict(second.items()) == dict(first.items())
    assert "Content-Security-Policy" in second


def test_a_change_is_not_seen_while_the_page_is_kept(visitor, tag):
    visitor.get("/catalogue/")
    rename(tag, "Second name")
    assert "First name" in visitor.get("/catalogue/").text


def test_a_change_is_seen_when_the_time_is_over(visitor, tag, settings):
    settings.PAGE_CACHE_SECONDS = 1
    visitor.get("/catalogue/")
    rename(tag, "Second name")
    wait_for(lambda: "Second name" in visitor.get("/catalogue/").text, what="the new name", seconds=20)


@pytest.mark.parametrize("cookie", ["session", "basket", "anything"])
def test_whoever_has_a_cookie_gets_a_page_of_their_own(visitor, tag, cookie):
    visitor.get("/catalogue/")
    rename(tag, "Second name")
    visitor.cookies[cookie] = "x"
    response = visitor.get("/catalogue/")
    assert "Second name" in response.text
    assert response["Cache-Control"] == "private, no-store"


def test_a_basket_is_never_shown_to_the_next_visitor(visitor, tag):
    visitor.post(f"/basket/add/{tag.pk}/", {"quantity": 3})
    with_basket = visitor.get("/catalogue/").text
    visitor.cookies.clear()
    without = visitor.get("/catalogue/").text
    assert "nav__count" in with_basket
    assert "nav__count" not in without


def test_another_host_another_query_and_another_encoding_are_other_pages(visitor, tag, settings):
    settings.ALLOWED_HOSTS = ["testserver", "localhost"]
    visitor.get("/catalogue/")
    rename(tag, "Second name")
    assert "Second name" in visitor.get("/catalogue/", headers={"host": "localhost"}).text
    assert "Second name" in visitor.get("/catalogue/?page=1").text
    assert visitor.get("/catalogue/", headers={"accept-encoding": "gzip"})["Content-Encoding"] == "gzip"
    assert "First name" in visitor.get("/catalogue/").text


@pytest.mark.parametrize("path", ["/no-such-page/", "/accounts/login/", "/checkout/", "/healthz"])
def test_what_may_differ_is_not_kept(visitor, path):
    visitor.get(path)
    visitor.get(path)
    assert "public" not in visitor.get(path).get("Cache-Control", "")


def test_an_endless_number_of_addresses_fills_no_memory(settings):
    settings.PAGE_CACHE_SECONDS = 60
    rendered = []

    def render(request):
        rendered.append(request.get_full_path())
        return HttpResponse("page")

    cache = PageCacheMiddleware(render)
    for number in range(MOST_PAGES + 1):
        cache(RequestFactory().get(f"/?{number}"))
    cache(RequestFactory().get(f"/?{MOST_PAGES}"))
    cache(RequestFactory().get("/?0"))
    assert len(rendered) == MOST_PAGES + 2
    assert rendered[-1] == "/?0"


def test_a_long_query_is_not_kept(visitor):
    assert "public" not in visitor.get(f"/learn/?x={'y' * LONGEST_QUERY}").get("Cache-Control", "")
