"""Alice gives every month, and later changes it, pauses it, goes on and stops, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import giving_every_month as monthly
from tests.journeys import steps
from tests.journeys.visitor import DESKTOP, PHONE

pytestmark = pytest.mark.journey


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("phone", {"viewport": PHONE, "has_touch": True}),
        ("desk", {"viewport": DESKTOP}),
        ("dark", {"viewport": DESKTOP, "color_scheme": "dark"}),
        ("no-script", {"viewport": PHONE, "has_script": False}),
    ],
)
def test_a_donor_gives_every_month_and_stays_in_charge(demo, let_visitor_in, name, options):
    alice = steps.alice(f"monthly-{name}")
    visitor = let_visitor_in(**options)
    number = monthly.begin(visitor, alice)
    main = visitor.page.get_by_role("main")
    expect(main).to_contain_text("The next gift is charged on")
    confirmed = monthly.letter(visitor, alice, "has begun")["text"]
    for needed in ("$25.00 every month", "The next gift is charged on", "Canceling takes two clicks"):
        assert needed in confirmed
    assert number in monthly.letter(visitor, alice, "your receipt")["text"]

    monthly.open_my_giving(visitor, alice)
    expect(visitor.page.get_by_role("link", name="Receipt")).to_have_count(1)
    monthly.change_amount(visitor, typed="33.50", shown="$33.50")
    monthly.pause(visitor)
    monthly.resume(visitor)
    monthly.cancel(visitor)
    for subject in ("You give $33.50", "is paused", "goes on", "has ended"):
        monthly.letter(visitor, alice, subject)
    visitor.page.get_by_role("button", name="Sign out").click()
    expect(visitor.page.get_by_role("heading", level=1, name="You are signed out")).to_be_visible()


def test_the_button_and_the_consent_follow_what_is_chosen_and_typed(let_visitor_in):
    visitor = let_visitor_in()
    visitor.open("/donate/?frequency=monthly&amount=50")
    page = visitor.page
    expect(page.get_by_role("button", name="Donate $50 every month", exact=True)).to_be_visible()
    page.get_by_label("Other amount").fill("12")
    expect(page.get_by_role("button", name="Donate $12 every month", exact=True)).to_be_visible()
    expect(page.get_by_role("checkbox", name="Yes, charge my card $12 every month.")).to_be_visible()
    steps.choose(page, "Once")
    expect(page.get_by_role("button", name="Donate $12", exact=True)).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(0)
    visitor.look_around()


def test_a_box_that_was_not_ticked_is_asked_for_beside_it_and_nothing_is_lost(let_visitor_in):
    visitor = let_visitor_in(has_script=False)
    visitor.open("/donate/?frequency=monthly")
    page = visitor.page
    alice = steps.alice("forgets")
    page.get_by_label("Email").fill(alice.email)
    page.get_by_label("Name", exact=True).fill(alice.full_name)
    page.get_by_role("button", name="Donate $25 every month", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Please tick the box")
    expect(page.get_by_role("checkbox")).not_to_be_checked()
    expect(page.get_by_label("Email")).to_have_value(alice.email)


def test_the_card_is_changed_on_stripes_page_and_the_way_leads_back(demo, let_visitor_in):
    alice = steps.alice("card")
    visitor = let_visitor_in(viewport=DESKTOP)
    monthly.begin(visitor, alice)
    monthly.open_my_giving(visitor, alice)
    page = visitor.page
    page.get_by_role("button", name="Change card").click()
    page.wait_for_url(re.compile(re.escape(demo.sandbox)))
    page.go_back()
    expect(monthly.promise(page, "$25.00")).to_be_visible()
