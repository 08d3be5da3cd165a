"""Sam finds a payment, refunds a part of it, and reads its story, at a desk and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.visitor import DESKTOP, PHONE, Visitor

pytestmark = pytest.mark.journey

ROOM = "/dashboard/money/"
LISTS = ("payments", "disputes", "warnings", "payouts", "books", "events", "comparisons")
_WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def sign_in(sam: Visitor) -> None:
    page = sam.page
    page.goto(f"{sam.demo.site}/dashboard/")
    page.get_by_label("Email").first.fill(sam.demo.staff_email)
    page.get_by_label("Password").first.fill(sam.demo.staff_password)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{sam.demo.site}/dashboard/")


def is_fit_to_read(sam: Visitor) -> None:
    """What is ours on the page: Oscar's bars around it are not."""
    sam.page.wait_for_load_state()
    faults = Axe().run(sam.page, context=".page-content", options={"runOnly": _WCAG}).response["violations"]
    assert not faults, f"{sam.page.url}: {[(fault['id'], fault['nodes'][0]['target']) for fault in faults]}"
    assert not sam.is_wider_than_window(), f"{sam.page.url} scrolls sideways"


def refund_half(page: Page, sam: Visitor) -> None:
    page.get_by_role("link", name="Refund", exact=True).click()
    is_fit_to_read(sam)
    page.get_by_role("radio", name="A part of it").check()
    page.get_by_label("Gift G-").fill("12.50")
    page.get_by_role("button", name="Look at it once more").click()
    expect(page.get_by_label("Reason")).to_have_accessible_description(
        "For our books and this history. It is not sent to the payer. This field is required."
    )
    is_fit_to_read(sam)
    expect(page.get_by_label("Gift G-")).to_have_value("12.50")
    page.get_by_label("Reason").fill("Gave twice by mistake")
    page.get_by_role("button", name="Look at it once more").click()
    is_fit_to_read(sam)
    page.get_by_role("button", name="Refund $12.50").click()


@pytest.mark.parametrize("window", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_sam_refunds_a_part_and_reads_the_story(demo, let_visitor_in, window):
    alice = steps.alice(f"money{window['width']}")
    gift = steps.give(let_visitor_in(), alice, amount="$25")

    sam = let_visitor_in(viewport=window)
    sam.expect("422")  # the browser notes the mistake that Sam makes
    page = sam.page
    sign_in(sam)
    sam.open(f"{ROOM}payments/?q={alice.email}")
    is_fit_to_read(sam)
    page.get_by_role("link", name=f"Story Gift {gift}").click()
    refund_half(page, sam)
    expect(page.get_by_text("A refund of $12.50 is on its way.")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Refund asked for")).to_contain_text("Gave twice by mistake")
    is_fit_to_read(sam)
    for name in LISTS:
        sam.open(f"{ROOM}{name}/")
        is_fit_to_read(sam)
