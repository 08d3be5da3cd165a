"""Whatever is sent, the answer is a page: never a fault of the site, and nothing is half done."""

from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from oscar.core.loading import get_model

from tests.faults.counts import EXAMPLES_OF_EACH_ADDRESS, EXAMPLES_OF_EACH_FORM
from tests.goods import allow_shipping, make_tag

pytestmark = pytest.mark.django_db

of_each_form = settings(
    max_examples=EXAMPLES_OF_EACH_FORM,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
of_each_address = settings(of_each_form, max_examples=EXAMPLES_OF_EACH_ADDRESS)
anything = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200)
numbers = st.one_of(st.integers().map(str), st.from_regex(r"[-+]?[0-9]{0,25}[.,eE]?[0-9]{0,5}", fullmatch=True))
FIELDS = [
    *("full_name", "line1", "line2", "city", "state", "postcode", "country", "email", "shown_total", "update"),
    *("form_token", "solution", "mailed", "mail_link", "message"),
]
GOOD = {
    "full_name": "Bob Buyer",
    "line1": "1 Main Street",
    "city": "Albany",
    "state": "NY",
    "postcode": "12207",
    "country": "US",
    "email": "bob@example.com",
}


def browser() -> Client:
    return Client(headers={"sec-fetch-site": "same-origin"}, enforce_csrf_checks=True, raise_request_exception=True)


@pytest.fixture
def tag():
    allow_shipping()
    return make_tag(stock=5)


@pytest.fixture
def bob(tag):
    bob = browser()
    assert bob.post(f"/basket/add/{tag.pk}/", {"quantity": 1}).status_code == 303
    return bob


@pytest.mark.parametrize(
    "quantity",
    [
        "0",
        "-1",
        "-99999999999",
        "6",
        "501",
        "99999999999999999999",
        "two",
        "",
        " ",
        "1.5",
        "1e3",
        "\u0661",
        "1\x00",
        "0x10",
    ],
)
def test_a_quantity_that_cannot_be_is_told_beside_the_field_and_changes_nothing(tag, quantity):
    bob = browser()
    response = bob.post(f"/basket/add/{tag.pk}/", {"quantity": quantity})
    if response.status_code == 303:
        # Digits of another script are digits.
        assert quantity == "\u0661"
        return
    assert response.status_code == 422
    assert "field__error" in response.text
    assert get_model("basket", "Line").objects.count() == 0


@of_each_form
@given(quantity=st.one_of(anything, numbers), child=st.one_of(anything, numbers))
def test_any_text_as_quantity_or_color_gets_a_page(tag, quantity, child):
    response = browser().post(f"/basket/add/{tag.pk}/", {"quantity": quantity, "child_id": child})
    assert response.status_code in (303, 422)


@pytest.mark.parametrize("product", ["0", "999999", "99999999999999999999"])
def test_a_product_that_is_gone_is_a_page_that_was_not_found(product):
    assert browser().post(f"/basket/add/{product}/", {"quantity": 1}).status_code == 404
    assert browser().get(f"/catalogue/anything_{product}/").status_code == 404


@of_each_form
@given(changes=st.dictionaries(st.sampled_from(FIELDS), anything, min_size=1, max_size=4))
@example(changes={"shown_total": "", "mail_link": ""})
def test_any_text_in_any_field_of_the_checkout_gets_a_page(bob, changes):
    # Without a total that fits, a valid form is shown again instead of going on to Stripe; without a form token, a
    # calculation is asked for; 200 says that a link was mailed.
    response = bob.post("/checkout/", {**GOOD, "shown_total": "1", **changes})
    assert response.status_code in ((200, 303, 429, 503) if "mail_link" in changes else (303, 429, 503))
    assert bob.get("/checkout/").status_code == 200
    assert get_model("order", "Order").objects.filter(guest_email__contains="\n").count() == 0


@pytest.mark.parametrize(
    "email",
    ["bob@example.com\nBcc: all@example.com", "bob@example.com\r\nX: y", "bob@example.com,eve@example.com", "bob"],
)
def test_a_mail_address_with_a_line_break_never_becomes_an_order(bob, email):
    response = bob.post("/checkout/", {**GOOD, "email": email}, follow=True)
    assert response.status_code == 200
    assert "field__error" in response.text
    assert "1 Main Street" in response.text
    assert get_model("order", "Order").objects.count() == 0


@of_each_form
@given(query=anything, page=st.one_of(anything, numbers), sort=anything)
def test_any_search_gets_a_page(tag, query, page, sort):
    assert browser().get("/search/", {"q": query, "page": page, "sort": sort}).status_code in (200, 404)


@of_each_address
@given(query=st.dictionaries(st.one_of(anything, st.sampled_from(["page", "sort", "color"])), anything, max_size=4))
@pytest.mark.parametrize("path", ["/", "/catalogue/", "product", "/basket/", "/donate/"])
def test_any_query_string_gets_a_page(tag, path, query):
    address = tag.get_absolute_url() if path == "product" else path
    # A page behind the last one is not found.
    assert browser().get(address, query).status_code in ((200, 404) if "page" in query else (200,))


@of_each_address
@given(junk=st.binary(max_size=60))
@pytest.mark.parametrize("path", ["/catalogue/", "/search/"])
def test_a_query_string_of_any_bytes_gets_a_page(tag, path, junk):
    quoted = "".join(f"%{byte:02x}" for byte in junk)
    assert browser().get(f"{path}?q={quoted}&page={quoted}").status_code in (200, 400, 404)


@of_each_address
@given(name=anything.filter(lambda text: not set(text) & set("/?#\\") and text not in ("", ".", "..")))
def test_any_address_is_found_or_not_found(tag, name):
    for folder in ("/catalogue/", "/learn/", "/checkout/return/", "/donate/thank-you/", "/media/"):
        assert browser().get(f"{folder}{quote(name)}/").status_code in (200, 301, 302, 404), folder


@pytest.mark.parametrize(
    "folder", ["checkout/return", "checkout/thank-you", "donate/return", "donate/thank-you", "donate/receipt", "learn"]
)
def test_an_address_with_a_null_byte_is_not_found(folder):
    assert browser().get(f"/{folder}/%00/").status_code == 404


@of_each_address
@given(cookie=st.from_regex(r"[!#-+\--:<-\[\]-~]{0,60}", fullmatch=True))
@pytest.mark.parametrize("name", ["session", "basket"])
def test_a_made_up_cookie_opens_nothing_and_breaks_nothing(tag, name, cookie):
    visitor = browser()
    visitor.cookies[name] = cookie
    assert visitor.get("/basket/").status_code == 200
