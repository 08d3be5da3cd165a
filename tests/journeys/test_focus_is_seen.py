"""What has the focus is never under "Leave this site", and on a phone nothing that can be pressed is."""

from urllib.parse import urlsplit

import pytest

from tests.journeys import steps
from tests.journeys.visitor import PHONE

pytestmark = pytest.mark.journey

MOST_TABS = 120
NEXT_FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
COVERED = """() => {
  const focused = document.activeElement, exit = document.querySelector("[data-leave]").closest("nav");
  if (focused === document.body || exit.contains(focused)) return "";
  const one = focused.getBoundingClientRect(), other = exit.getBoundingClientRect();
  const overlaps = one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top;
  const isInWindow = one.top < innerHeight && one.bottom > 0;
  return overlaps || !isInWindow ? `${focused.outerHTML.slice(0, 90)} at ${one.top}..${one.bottom}` : "";
}"""
# In the strip's band nothing of the page can be pressed or seen: the strip is as wide as the window and opaque.
STRIP = """() => {
  const box = document.querySelector("[data-leave]").closest("nav").getBoundingClientRect();
  const across = [1, 60, 120, 180, 240, 300, box.right - 1];
  return {
    fills: box.left === 0 && box.right === document.documentElement.clientWidth && box.bottom === innerHeight,
    foreign: across.filter((x) => !document.elementFromPoint(x, box.top + box.height / 2).closest("nav.exit")).length,
    height: box.height,
  };
}"""


def tab_through(page, key="Tab"):
    covered = []
    for _ in range(MOST_TABS):
        page.keyboard.press(key)
        page.evaluate(NEXT_FRAME)
        if fault := page.evaluate(COVERED):
            covered.append(fault)
        if page.evaluate("document.activeElement === document.body"):
            break
    return covered


@pytest.mark.parametrize("size", [PHONE, {"width": 1000, "height": 600}], ids=["phone", "small-desk"])
def test_nothing_that_has_the_focus_is_under_the_control(let_visitor_in, size):
    visitor = let_visitor_in(
        viewport=size, reduced_motion="reduce"
    )  # else the page is still gliding when it is measured
    page = visitor.page
    steps.find_tag(visitor)
    product = urlsplit(page.url).path
    steps.put_in_basket(visitor, color="Jade")
    for path in ("/", product, "/checkout/", "/donate/", "/learn/signs/"):
        visitor.open(path)
        assert tab_through(page) == []
        assert tab_through(page, "Shift+Tab") == []


def test_on_a_phone_the_control_has_a_strip_of_its_own(let_visitor_in):
    visitor = let_visitor_in(viewport=PHONE)
    for path in ("/", "/donate/", "/learn/"):
        visitor.open(path)
        strip = visitor.page.evaluate(STRIP)
        assert (strip["fills"], strip["foreign"]) == (True, 0)
        assert strip["height"] < 72
    visitor.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    last = visitor.page.locator("footer p").last.bounding_box()
    assert last["y"] + last["height"] < PHONE["height"] - strip["height"]
