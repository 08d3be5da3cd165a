"""Whoever must leave fast, leaves: by mouse, by keyboard, without JavaScript; and Back does not come here again."""

import pytest

from shop.settings import LEAVE_SITE_URL

pytestmark = pytest.mark.journey

NEUTRAL = "<!doctype html><html lang=en><title>Weather</title><p>Sunny.</p></html>"


@pytest.fixture
def reader(visitor):
    """Looks at the donation page, then at a topic. The neutral page is answered here, not by its owner."""
    answer_neutral_page(visitor)
    visitor.open("/donate/")
    visitor.open("/learn/")
    return visitor


def answer_neutral_page(visitor):
    visitor.expect(f"request elsewhere: {LEAVE_SITE_URL}")
    visitor.context.route(f"{LEAVE_SITE_URL}**", lambda route: route.fulfill(body=NEUTRAL, content_type="text/html"))


def is_away(page):
    page.wait_for_url(f"{LEAVE_SITE_URL}**")
    return page.title() == "Weather"


def test_the_control_is_reached_by_two_tabs_and_replaces_the_page(reader):
    page = reader.page
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Leave this site"
    page.keyboard.press("Enter")
    assert is_away(page)
    page.go_back()
    assert is_away(page)
    page.go_back()
    assert page.url == "about:blank", "what came before the first page of this site"


def test_escape_three_times_leaves_too(reader):
    for _ in range(3):
        reader.page.keyboard.press("Escape")
    assert is_away(reader.page)
    reader.page.go_back()
    assert is_away(reader.page)


def test_whoever_opens_the_site_anew_finds_it(reader):
    reader.page.get_by_role("link", name="Leave this site").click()
    assert is_away(reader.page)
    reader.open("/donate/")
    assert "Donate" in reader.page.title()


def test_without_javascript_the_control_leads_away_as_well(let_visitor_in):
    visitor = let_visitor_in(has_script=False)
    led_to = []

    def follow(route):
        answer = route.fetch(max_redirects=0)
        led_to.append((answer.status, answer.headers["location"], answer.headers["cache-control"]))
        route.fulfill(body=NEUTRAL, content_type="text/html")

    visitor.context.route("**/leave/", follow)
    visitor.open("/learn/")
    visitor.page.get_by_role("link", name="Leave this site").click()
    assert visitor.page.title() == "Weather"
    assert led_to == [(302, LEAVE_SITE_URL, "no-store")]
