"""What a donor does who gives every month, in the words that stand on the pages."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.steps import Person
from tests.journeys.visitor import Visitor
from tests.waiting import wait_for


def begin(visitor: Visitor, person: Person, *, amount: str = "$25") -> str:
    """From the giving page to the thank-you page; returns the first gift's number."""
    visitor.open("/donate/")
    page = visitor.page
    steps.choose(page, "Monthly")
    visitor.look_around()
    steps.choose_shown(page, amount)
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Name", exact=True).fill(person.full_name)
    box = page.get_by_role("checkbox", name=f"Yes, charge my card {amount} every month.")
    expect(box).not_to_be_checked()
    box.check()
    page.get_by_role("button", name=f"Donate {amount} every month", exact=True).click()
    expect(page.get_by_label("Card number")).to_be_visible()
    steps.pay(page)
    return steps.is_thanked(visitor, steps.GIFT_NUMBER)


def open_my_giving(visitor: Visitor, person: Person) -> None:
    """From the foot of a page to the mailbox and back."""
    page = visitor.page
    visitor.open("/")
    page.get_by_role("contentinfo").get_by_role("link", name="My giving").click()
    visitor.look_around()
    page.get_by_label("Email").fill(person.email)
    page.get_by_role("button", name="Mail me a link").click()
    expect(page.get_by_role("heading", level=1, name="Look into your mailbox")).to_be_visible()
    visitor.look_around()
    found = re.search(r"https?://\S+/donate/my-giving/open/\S+", letter(visitor, person, "link to My giving")["text"])
    assert found
    page.goto(found[0])
    visitor.look_around()
    page.get_by_role("button", name="Open My giving").click()
    expect(page.get_by_role("heading", level=1, name="My giving")).to_be_visible()
    expect(page.get_by_text(person.email)).to_be_visible()
    visitor.look_around()


def change_amount(visitor: Visitor, *, typed: str, shown: str) -> None:
    page = visitor.page
    page.get_by_role("link", name="Change amount").click()
    visitor.look_around()
    page.get_by_label("Other amount").fill(typed)
    page.get_by_role("button", name="Change the amount").click()
    expect(page.get_by_role("status")).to_contain_text(f"you give {shown}")
    expect(promise(page, shown)).to_be_visible()


def pause(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("link", name="Pause").click()
    steps.choose(page, "2 months")
    visitor.look_around()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("status")).to_contain_text("is paused")
    visitor.look_around()


def resume(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="Resume").click()
    expect(visitor.page.get_by_role("status")).to_contain_text("Welcome back")


def cancel(visitor: Visitor) -> None:
    """Two clicks, and no reason."""
    page = visitor.page
    page.get_by_role("link", name="Cancel").click()
    visitor.look_around()
    page.get_by_role("button", name="Cancel my monthly gift").click()
    expect(page.get_by_role("status")).to_contain_text("Nothing more is charged")
    expect(page.get_by_role("link", name="Change amount")).to_have_count(0)
    visitor.look_around()


def promise(page: Page, amount: str) -> Any:
    return page.get_by_role("heading", name=f"{amount} every month")


def letter(visitor: Visitor, person: Person, subject: str) -> dict[str, Any]:
    """The newest mail to the person whose subject contains the words; waits for it."""

    def look() -> list[dict[str, Any]]:
        return [mail for mail in visitor.demo.letters_to(person.email) if subject in mail["subject"]]

    return wait_for(look, what=f"a mail about {subject}")[0]
