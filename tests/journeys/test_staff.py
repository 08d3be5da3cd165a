"""Sam signs in with what the demo prints, and sees the order and the gift that have just come in."""

import pytest
from playwright.sync_api import expect

from tests.journeys import steps

pytestmark = pytest.mark.journey


def test_staff_see_the_paid_order_and_the_gift(demo, let_visitor_in):
    bob, alice = steps.bob("staff"), steps.alice("staff")
    order = steps.buy(let_visitor_in(), bob, color="Marigold")
    gift = steps.give(let_visitor_in(), alice, amount="$250")

    sam = let_visitor_in()
    page = sam.page
    page.goto(f"{demo.site}/dashboard/")
    page.get_by_label("Email").first.fill(demo.staff_email)
    page.get_by_label("Password").first.fill(demo.staff_password)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{demo.site}/dashboard/")

    sam.open("/dashboard/orders/")
    row = page.get_by_role("row").filter(has_text=order)
    expect(row).to_contain_text("Paid")
    row.get_by_role("link", name=order).first.click()
    expect(page.locator("body")).to_contain_text("$12.00")

    sam.open("/dashboard/gifts/")
    row = page.get_by_role("row").filter(has_text=gift)
    expect(row).to_contain_text("$250.00")
    row.get_by_role("link", name=gift).first.click()
    expect(page.locator("body")).to_contain_text(alice.full_name)


def test_a_stranger_sees_no_staff_page(demo, visitor):
    for path in ("/dashboard/", "/dashboard/orders/", "/dashboard/gifts/"):
        visitor.open(path)
        assert "/login" in visitor.page.url
