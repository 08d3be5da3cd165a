"""Alice gives, in a real browser, and gets a receipt that an office can read."""

import io

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.journeys import steps
from tests.journeys.visitor import DESKTOP, PHONE

pytestmark = pytest.mark.journey


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("phone", {"viewport": PHONE, "has_touch": True}),
        ("dark", {"viewport": DESKTOP, "color_scheme": "dark"}),
        ("phone-no-script", {"viewport": PHONE, "has_script": False}),
        ("desk-no-script", {"viewport": DESKTOP, "has_script": False}),
    ],
)
def test_a_donor_gives_and_gets_one_receipt(demo, let_visitor_in, name, options):
    alice = steps.alice(name)
    number = steps.give(let_visitor_in(**options), alice, amount="$25")
    letter = demo.letter_to(alice.email)
    pdf = text_of_receipt(demo.attachment(letter))
    for receipt in (letter["text"], pdf):
        assert "$25.00" in receipt
        assert alice.full_name in receipt
        assert "No goods or services" in " ".join(receipt.split())
    assert number in pdf


def test_the_suggested_gift_stands_on_the_button_and_follows_what_is_typed(demo, visitor):
    alice = steps.alice("types")
    visitor.open("/donate/")
    page = visitor.page
    button = page.get_by_role("button", name="Donate $50", exact=True)
    expect(button).to_be_visible()
    page.get_by_label("Other amount").fill("75,50")
    expect(page.get_by_role("button", name="Donate $75.50", exact=True)).to_be_visible()
    steps.fill_in_gift(page, alice)
    steps.press_donate(page)
    expect(steps.pay_button(page)).to_contain_text("$75.50")
    steps.pay(page)
    number = steps.is_thanked(visitor, steps.GIFT_NUMBER)
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    text = text_of_receipt(download.value.path().read_bytes())
    assert "$75.50" in text
    assert number in text
    demo.letter_to(alice.email)


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no-script"])
def test_after_a_declined_card_another_one_gives_once(demo, let_visitor_in, has_script):
    alice = steps.alice(f"declined-{has_script}")
    visitor = let_visitor_in(has_script=has_script, viewport=DESKTOP)
    visitor.expect("402")
    visitor.open("/donate/")
    steps.fill_in_gift(visitor.page, alice, amount="$100")
    steps.press_donate(visitor.page)
    steps.pay(visitor.page, card=steps.IS_DECLINED)
    steps.is_told_of_decline(visitor.page)
    steps.pay(visitor.page)
    number = steps.is_thanked(visitor, steps.GIFT_NUMBER)
    assert number in text_of_receipt(demo.attachment(demo.letter_to(alice.email)))


def test_a_donors_pages_tell_another_browser_nothing(demo, visitor, let_visitor_in):
    alice = steps.alice("private")
    number = steps.give(visitor, alice)
    charlie = let_visitor_in()
    charlie.expect("404")
    for page in ("return", "thank-you", "receipt"):
        charlie.page.goto(f"{demo.site}/donate/{page}/{number}/")
        text = charlie.page.content()
        assert alice.email not in text
        assert alice.full_name not in text


@pytest.mark.parametrize(
    ("typed", "is_understood"),
    [
        ("50.00", True),
        ("50,00", True),
        ("$50", True),
        ("\uff15\uff10", True),
        ("1e3", False),
        ("-5", False),
        ("0.4", False),
        ("99999999999", False),
    ],
)
def test_an_amount_is_understood_or_kindly_refused_and_stays_as_typed(let_visitor_in, typed, is_understood):
    visitor = let_visitor_in(has_script=False)
    visitor.expect("422")
    visitor.open("/donate/")
    page = visitor.page
    page.get_by_label("Other amount").fill(typed)
    steps.fill_in_gift(page, steps.alice("amounts"))
    page.get_by_role("button", name="Donate").click()
    if is_understood:
        expect(steps.pay_button(page)).to_contain_text("$50.00")
    else:
        expect(page.get_by_role("alert")).to_contain_text("amount", ignore_case=True)
        expect(page.get_by_label("Other amount")).to_have_value(typed)
        expect(page.get_by_label("Email")).to_have_value(steps.alice("amounts").email)


def text_of_receipt(pdf):
    return " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
