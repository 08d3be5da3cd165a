"""Somebody only looks: nothing is kept of them, nobody else is told, and every page can be read by everybody."""

import io
import re
from urllib.parse import urlsplit

import pytest
from PIL import Image, ImageStat

from tests.journeys import steps
from tests.journeys.visitor import DESKTOP, PHONE

pytestmark = pytest.mark.journey

NARROWEST = {"width": 320, "height": 640}
FIXED_PAGES = ["/", "/catalogue/", "/search/?q=tag", "/search/?q=nothing-like-this", "/basket/", "/donate/", "/learn/"]


@pytest.fixture(scope="module")
def public_pages(demo) -> list[str]:
    """Addresses of every kind of public page: those above, and what they link to."""
    found = list(FIXED_PAGES)
    for page, start in [("/catalogue/", "/catalogue/"), ("/learn/", "/learn/"), ("/donate/", "/donate/disclosure/")]:
        for path in links_on(demo, page):
            if path.startswith(start) and path not in found and "?" not in path:
                found.append(path)
    assert len([path for path in found if path.startswith("/catalogue/")]) >= 8, found
    assert len([path for path in found if path.startswith("/learn/")]) >= 13, found
    return found


def links_on(demo, path):
    page = demo.fetch(f"{demo.site}{path}").decode()
    return [urlsplit(address).path for address in re.findall(r'href="(/[^"#]*)', page)]


def test_looking_at_every_page_sets_no_cookie_and_keeps_nothing(visitor, public_pages):
    for path in public_pages:
        visitor.open(path)
    assert visitor.context.cookies() == []
    storage = visitor.page.evaluate("[localStorage.length, sessionStorage.length]")
    assert storage == [0, 0]
    assert visitor.page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_an_accessibility_fault(let_visitor_in, public_pages, scheme):
    visitor = let_visitor_in(color_scheme=scheme, reduced_motion="reduce")
    faults = []
    for path in public_pages:
        visitor.open(path)
        faults += visitor.accessibility_faults()
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("320 px", {"viewport": NARROWEST}),
        ("360 px", {"viewport": PHONE}),
        # A window at 200 % zoom has half as many of its own pixels.
        ("200 %", {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}),
        ("1440 px", {"viewport": DESKTOP}),
    ],
)
def test_no_page_scrolls_sideways(let_visitor_in, public_pages, name, options):
    visitor = let_visitor_in(**options)
    too_wide = []
    for path in public_pages:
        visitor.open(path)
        if visitor.is_wider_than_window():
            too_wide.append(path)
    assert not too_wide, f"at {name}: {too_wide}"


def test_text_of_twice_the_size_still_fits(let_visitor_in, public_pages):
    visitor = let_visitor_in(viewport=DESKTOP)
    too_wide = []
    for path in public_pages:
        visitor.open(path)
        visitor.page.evaluate("document.documentElement.style.fontSize = '200%'")
        if visitor.is_wider_than_window():
            too_wide.append(path)
    assert not too_wide


def test_dark_pages_are_dark_and_light_ones_light(let_visitor_in):
    brightness = {}
    for scheme in ("light", "dark"):
        visitor = let_visitor_in(color_scheme=scheme)
        visitor.open("/donate/")
        with Image.open(io.BytesIO(visitor.page.screenshot())) as picture:
            brightness[scheme] = ImageStat.Stat(picture.convert("L")).median[0]
    assert brightness["light"] > 200
    assert brightness["dark"] < 60


def test_who_wants_no_motion_gets_none(let_visitor_in, public_pages):
    visitor = let_visitor_in(reduced_motion="reduce")
    for path in public_pages:
        visitor.open(path)
        moving = visitor.page.evaluate(
            "document.getAnimations().filter((a) => a.effect.getComputedTiming().duration > 1).length"
        )
        assert moving == 0, path
        assert visitor.page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_choosing_a_color_changes_picture_and_stock_without_a_request(visitor):
    steps.find_tag(visitor)
    page = visitor.page
    pictures = []
    for color in ("Marigold", "Poppy"):
        steps.choose(page, color)
        pictures.append(page.locator("picture img:visible").first.get_attribute("alt"))
    assert pictures[0] != pictures[1]


def test_mission_and_donate_stand_on_the_first_phone_screen(let_visitor_in):
    visitor = let_visitor_in(viewport=PHONE)
    visitor.open("/")
    page = visitor.page
    for part in (
        page.get_by_role("heading", level=1),
        page.get_by_role("link", name="Donate").first,
        page.get_by_role("link", name="Leave this site"),
    ):
        box = part.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= PHONE["height"]
