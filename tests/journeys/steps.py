"""What people do on the pages, in the words that stand on them."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.journeys.visitor import Visitor

TAG = "TassaTag luggage tag"
SUCCEEDS = "4242 4242 4242 4242"
IS_DECLINED = "4000 0000 0000 0002"
ORDER_NUMBER = re.compile(r"T-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}")
GIFT_NUMBER = re.compile(r"G-[0-9A-Z]{4}-[0-9A-Z]{4}")


@dataclass(frozen=True)
class Person:
    """Who buys or gives. Every test has its own mail address, so that its mails are told apart."""

    full_name: str
    email: str


def bob(where: str) -> Person:
    return Person("Bob Buyer", f"bob.{where}@example.com")


def alice(where: str) -> Person:
    return Person("Alice Donor", f"alice.{where}@example.com")


def find_tag(visitor: Visitor) -> None:
    """From the first page to the tag's page, as a person would walk."""
    visitor.open("/")
    visitor.look_around()
    visitor.page.get_by_role("navigation", name="Main").get_by_role("link", name="Shop").click()
    visitor.look_around()
    visitor.page.get_by_role("main").get_by_role("link", name=TAG).first.click()
    expect(visitor.page.get_by_role("heading", level=1, name=TAG)).to_be_visible()
    visitor.look_around()


def choose(page: Page, option: str) -> None:
    """The radio is drawn by its label, which is what people press."""
    radio = page.get_by_role("radio", name=re.compile(rf"^{re.escape(option)}(?!\d)"))
    page.locator("label").filter(has=radio).click()
    expect(radio).to_be_checked()


def choose_shown(page: Page, option: str) -> None:
    """As `choose`, of the radios that can be seen: those of the other frequency have stepped aside."""
    radio = page.get_by_role("radio", name=option, exact=True).locator("visible=true")
    page.locator("label").filter(has=radio).click()
    expect(radio).to_be_checked()


def put_in_basket(visitor: Visitor, *, color: str, quantity: int = 1) -> None:
    page = visitor.page
    choose(page, color)
    page.get_by_label("Quantity").fill(str(quantity))
    page.get_by_role("button", name="Add to basket").click()
    expect(page.get_by_role("heading", level=1, name="Your basket")).to_be_visible()
    visitor.look_around()


def check_out(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="Check out").click()
    expect(visitor.page.get_by_role("heading", level=1, name="Check out")).to_be_visible()
    visitor.look_around()


def fill_in_address(page: Page, person: Person) -> None:
    page.get_by_label("Full name").fill(person.full_name)
    page.get_by_label("Address", exact=True).fill("1 Main Street")
    page.get_by_label("City").fill("Albany")
    page.get_by_label("State").fill("NY")
    page.get_by_label("ZIP code").fill("12207")
    page.get_by_label("Country").select_option("US")
    page.get_by_label("Email").fill(person.email)


def continue_to_payment(page: Page) -> None:
    page.get_by_role("button", name="Continue to payment").click()
    expect(pay_button(page)).to_be_visible()


def pay_button(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("^(Pay|Donate)"))


def pay(page: Page, *, card: str = SUCCEEDS) -> None:
    """On Stripe's page: fill in the card and press the button."""
    page.get_by_label("Card number").fill(card)
    page.get_by_label("Expiration").fill("12 / 40")
    page.get_by_label("CVC").fill("123")
    page.get_by_label("Cardholder name").fill("Card Holder")
    pay_button(page).click()


def is_told_of_decline(page: Page) -> None:
    expect(page.get_by_role("alert")).to_contain_text("Your card was declined.")
    expect(page.get_by_role("alert")).to_contain_text("Nothing was charged.")


def is_thanked(visitor: Visitor, number: re.Pattern[str]) -> str:
    """The thank-you page; returns the public number on it."""
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    visitor.look_around()
    found = number.search(visitor.page.get_by_role("main").inner_text())
    assert found, "no public number on the page"
    return found[0]


def buy(visitor: Visitor, person: Person, *, color: str, quantity: int = 1) -> str:
    """The whole way, without a detour. Returns the order's number."""
    find_tag(visitor)
    put_in_basket(visitor, color=color, quantity=quantity)
    check_out(visitor)
    fill_in_address(visitor.page, person)
    continue_to_payment(visitor.page)
    pay(visitor.page)
    return is_thanked(visitor, ORDER_NUMBER)


def fill_in_gift(page: Page, person: Person, *, amount: str = "") -> None:
    """`amount` is one of those offered, such as $25; empty leaves the suggested one."""
    if amount:
        choose(page, amount)
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Name", exact=True).fill(person.full_name)


def press_donate(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Donate")).click()
    expect(page.get_by_label("Card number")).to_be_visible()


def give(visitor: Visitor, person: Person, *, amount: str = "") -> str:
    """From the first page to the thank-you page. Returns the gift's number."""
    visitor.open("/")
    visitor.page.get_by_role("navigation", name="Main").get_by_role("link", name="Donate").click()
    expect(visitor.page.get_by_label("Other amount")).to_be_visible()
    visitor.look_around()
    fill_in_gift(visitor.page, person, amount=amount)
    press_donate(visitor.page)
    pay(visitor.page)
    return is_thanked(visitor, GIFT_NUMBER)
