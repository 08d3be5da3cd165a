"""Bob buys tags as a guest, in a real browser, from the first page to the mail."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys import steps
from tests.journeys.visitor import DESKTOP, PHONE

pytestmark = pytest.mark.journey


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("phone", {"viewport": PHONE, "has_touch": True}),
        ("desk", {"viewport": DESKTOP}),
        ("dark", {"viewport": DESKTOP, "color_scheme": "dark"}),
        ("phone-no-script", {"viewport": PHONE, "has_script": False}),
        ("desk-no-script", {"viewport": DESKTOP, "has_script": False}),
    ],
)
def test_a_guest_buys_two_tags_and_gets_one_mail(demo, let_visitor_in, name, options):
    bob = steps.bob(name)
    visitor = let_visitor_in(**options)
    number = steps.buy(visitor, bob, color="Marigold", quantity=2)
    letter = demo.letter_to(bob.email)
    assert number in letter["subject"] + letter["text"]
    assert "$24.00" in letter["text"]
    assert number in letter["html"]
    assert letter["headers"]["Subject"] == letter["subject"]


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no-script"])
def test_after_a_declined_card_another_one_pays_the_same_order(demo, let_visitor_in, has_script):
    bob = steps.bob(f"declined-{has_script}")
    visitor = let_visitor_in(has_script=has_script, viewport=PHONE)
    visitor.expect("answer 402")
    visitor.expect("status of 402")
    steps.find_tag(visitor)
    steps.put_in_basket(visitor, color="Jade")
    steps.check_out(visitor)
    steps.fill_in_address(visitor.page, bob)
    steps.continue_to_payment(visitor.page)
    steps.pay(visitor.page, card=steps.IS_DECLINED)
    steps.is_told_of_decline(visitor.page)
    steps.pay(visitor.page)
    number = steps.is_thanked(visitor, steps.ORDER_NUMBER)
    assert number in demo.letter_to(bob.email)["text"]


def test_back_from_stripe_finds_everything_as_it_was_typed_and_pays_one_order(demo, visitor):
    bob = steps.bob("back")
    steps.find_tag(visitor)
    steps.put_in_basket(visitor, color="Indigo")
    steps.check_out(visitor)
    steps.fill_in_address(visitor.page, bob)
    steps.continue_to_payment(visitor.page)
    visitor.page.go_back()
    page = visitor.page
    expect(page.get_by_label("Full name")).to_have_value(bob.full_name)
    expect(page.get_by_label("Email")).to_have_value(bob.email)
    expect(page.get_by_label("State")).to_have_value("NY")
    steps.continue_to_payment(page)
    steps.pay(page)
    number = steps.is_thanked(visitor, steps.ORDER_NUMBER)
    assert number in demo.letter_to(bob.email)["text"]
    assert orders_of(demo, bob) == [f"{number} Paid"]


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no-script"])
def test_back_from_stripe_after_a_mistake_opens_the_checkout_and_does_not_ask_to_send_it_again(
    let_visitor_in, has_script
):
    bob = steps.bob(f"mistaken-{has_script}")
    visitor = let_visitor_in(has_script=has_script, viewport=PHONE)
    page = visitor.page
    steps.find_tag(visitor)
    steps.put_in_basket(visitor, color="Indigo")
    steps.check_out(visitor)
    steps.fill_in_address(page, bob)
    page.get_by_label("Email").fill("no address")
    page.get_by_role("button", name="Continue to payment").click()
    expect(page.get_by_label("Full name")).to_have_value(bob.full_name)
    expect(page.get_by_label("Email")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Email").fill(bob.email)
    steps.continue_to_payment(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1, name="Check out")).to_be_visible()
    expect(page.get_by_label("Email")).to_have_value(bob.email)
    steps.continue_to_payment(page)


def test_stripes_own_way_back_leads_to_a_basket_that_still_holds_everything(visitor):
    steps.find_tag(visitor)
    steps.put_in_basket(visitor, color="Poppy", quantity=3)
    steps.check_out(visitor)
    steps.fill_in_address(visitor.page, steps.bob("cancels"))
    steps.continue_to_payment(visitor.page)
    visitor.page.get_by_role("link", name="Back").click()
    assert urlsplit(visitor.page.url).netloc == urlsplit(visitor.demo.site).netloc
    visitor.look_around()
    visitor.open("/basket/")
    expect(visitor.page.get_by_label("Quantity").first).to_have_value("3")


def test_a_double_click_on_either_button_pays_once(demo, visitor):
    bob = steps.bob("double")
    steps.find_tag(visitor)
    steps.put_in_basket(visitor, color="Lagoon")
    steps.check_out(visitor)
    page = visitor.page
    steps.fill_in_address(page, bob)
    page.get_by_role("button", name="Continue to payment").dblclick()
    expect(page.get_by_label("Card number")).to_be_visible()
    page.get_by_label("Card number").fill(steps.SUCCEEDS)
    page.get_by_label("Expiration").fill("12 / 40")
    page.get_by_label("CVC").fill("123")
    page.get_by_label("Cardholder name").fill("Card Holder")
    steps.pay_button(page).dblclick()
    number = steps.is_thanked(visitor, steps.ORDER_NUMBER)
    assert number in demo.letter_to(bob.email)["text"]
    assert orders_of(demo, bob) == [f"{number} Paid"]
    assert charges_of(demo, bob) == "1"


def test_a_return_link_tells_another_browser_nothing(demo, visitor, let_visitor_in):
    bob = steps.bob("private")
    number = steps.buy(visitor, bob, color="Fuchsia")
    charlie = let_visitor_in()
    charlie.expect("404")
    for path in (f"/checkout/return/{number}/", urlsplit(visitor.page.url).path):
        charlie.page.goto(f"{demo.site}{path}")
        text = charlie.page.content()
        assert bob.email not in text
        assert bob.full_name not in text
        assert "1 Main Street" not in text
        charlie.look_around()


def test_the_whole_purchase_goes_by_keyboard_alone(demo, visitor):
    bob = steps.bob("keyboard")
    page = visitor.page
    visitor.open("/catalogue/")
    tab_to(page, steps.TAG)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name=steps.TAG)).to_be_visible()
    tab_to(page, "Marigold", role="radio")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.checked")
    tab_to(page, "Add to basket")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Your basket")).to_be_visible()
    tab_to(page, "Check out")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Check out")).to_be_visible()
    for name, text in [
        ("Full name", bob.full_name),
        ("Address", "1 Main Street"),
        ("City", "Albany"),
        ("State", "NY"),
        ("ZIP code", "12207"),
        ("Email", bob.email),
    ]:
        tab_to(page, name)
        page.keyboard.type(text)
    tab_to(page, "Continue to payment")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Card number")).to_be_visible()
    for name, text in [
        ("Card number", steps.SUCCEEDS),
        ("Expiration", "12 / 40"),
        ("CVC", "123"),
        ("Cardholder name", "Card Holder"),
    ]:
        tab_to(page, name)
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    number = steps.is_thanked(visitor, steps.ORDER_NUMBER)
    assert number in demo.letter_to(bob.email)["text"]


MOST_TABS = 120
# The name of what has the focus, and whether the focus can be seen on it.
FOCUSED = """() => {
  const element = document.activeElement;
  const labels = [...(element.labels ?? [])].map((label) => label.textContent);
  const name = element.getAttribute("aria-label") ?? (labels.join(" ") || element.textContent);
  const drawn = [element, ...(element.labels ?? []), element.closest("li, article, div")].filter(Boolean);
  const isSeen = drawn.some((part) => {
    const style = getComputedStyle(part);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  });
  return [name.trim().replace(/\\s+/g, " "), element.type ?? "", isSeen];
}"""


def tab_to(page, name, role=""):
    """Press Tab until what is named has the focus; where the focus is must be seen all the way."""
    passed = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        focused, kind, is_seen = page.evaluate(FOCUSED)
        passed.append(focused)
        if page.evaluate("document.activeElement === document.body"):
            continue
        assert is_seen, f"the focus on {focused!r} cannot be seen"
        if focused.startswith(name) and role in ("", kind):
            return
    raise AssertionError(f"Tab does not reach {name!r}: {passed}")


def orders_of(demo, person):
    code = f"""
from oscar.core.loading import get_model
for order in get_model("order", "Order").objects.filter(guest_email="{person.email}").order_by("pk"):
    print(order.number, order.status)
"""
    return demo.run(code).splitlines()


def charges_of(demo, person):
    """How many charges Stripe made for the person's orders."""
    code = f"""
from oscar.core.loading import get_model
from shop.stripe_payments.models import Payment
numbers = get_model("order", "Order").objects.filter(guest_email="{person.email}").values("number")
payments = Payment.objects.filter(lines__reference__in=numbers, status="paid")
print(payments.count())
"""
    return demo.run(code)
