"""Everybody is asked for one more step before paying: with a keyboard, with a screen reader's eyes, without a script."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.journeys import steps
from tests.journeys.visitor import DESKTOP, PHONE

pytestmark = pytest.mark.journey

CHOOSE = """
from django.utils import timezone
from shop.card_testing.models import Switch
Switch.objects.create(challenge="{challenge}", changed_at=timezone.now())
"""
LINK = re.compile(r"http://localhost:\d+(/(?:donate|checkout)/continue/\S+)")


@pytest.fixture(scope="module", autouse=True)
def _everybody_is_challenged(demo):
    demo.run(CHOOSE.format(challenge="always"))
    yield
    demo.run(CHOOSE.format(challenge="auto"))


def challenge_on(visitor):
    return visitor.page.get_by_role("region", name="One more step before you pay")


def is_challenged(visitor) -> None:
    expect(challenge_on(visitor)).to_be_visible()
    visitor.look_around()


def hold_calculation(visitor) -> Callable[[], None]:
    """Let it take as long as the test looks on: call what is returned to let it begin."""
    held: list[Route] = []
    visitor.page.route("**/challenge_worker*.js", lambda route: held.append(route))

    def let_begin() -> None:
        for route in held:
            route.continue_()

    return let_begin


def press_until(page, name: str) -> None:
    """Tab to the control of this name, as somebody without a mouse does."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if name in page.evaluate("document.activeElement.innerText || document.activeElement.name || ''"):
            return
    raise AssertionError(f"{name} is not reached by Tab")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_with_a_keyboard_alone_a_gift_is_given(demo, let_visitor_in, viewport):
    visitor = let_visitor_in(viewport=viewport)
    visitor.expect("429")
    alice = steps.alice(f"keyboard-{viewport['width']}")
    page = visitor.page
    let_begin = hold_calculation(visitor)
    visitor.open("/donate/")
    press_until(page, "email")
    page.keyboard.type(alice.email)
    page.keyboard.press("Tab")
    page.keyboard.type(alice.full_name)
    page.keyboard.press("Enter")
    expect(challenge_on(visitor)).to_be_focused()
    is_challenged(visitor)
    expect(page.get_by_label("Email")).to_have_value(alice.email)
    press_until(page, "Continue to payment")
    page.keyboard.press("Enter")
    expect(challenge_on(visitor).get_by_role("status")).to_contain_text("We go on by ourselves")
    let_begin()
    expect(page.get_by_label("Card number")).to_be_visible()
    steps.pay(page)
    steps.is_thanked(visitor, steps.GIFT_NUMBER)


def test_it_goes_on_by_itself(let_visitor_in):
    visitor = let_visitor_in(viewport=PHONE)
    visitor.expect("429")
    visitor.open("/donate/")
    steps.fill_in_gift(visitor.page, steps.alice("at-once"), amount="$100")
    visitor.page.get_by_role("button", name=re.compile("^Donate")).click()
    expect(steps.pay_button(visitor.page)).to_contain_text("$100")


def test_whoever_changes_something_meanwhile_presses_the_button(demo, let_visitor_in):
    visitor = let_visitor_in()
    visitor.expect("429")
    page = visitor.page
    let_begin = hold_calculation(visitor)
    visitor.open("/donate/")
    steps.fill_in_gift(page, steps.alice("patient"), amount="$100")
    page.get_by_role("button", name=re.compile("^Donate")).click()
    is_challenged(visitor)
    steps.choose_shown(page, "$25")
    let_begin()
    said = challenge_on(visitor).get_by_role("status")
    expect(said).to_have_text("Done. You can go on to the payment.")
    visitor.look_around()
    page.get_by_role("button", name="Donate $25").click()
    expect(steps.pay_button(page)).to_contain_text("$25")


def test_without_a_script_a_mailed_link_goes_on_with_the_gift(demo, let_visitor_in):
    visitor = let_visitor_in(has_script=False, viewport=PHONE)
    alice = steps.alice("by-mail")
    visitor.expect("429")
    page = visitor.page
    visitor.open("/donate/")
    steps.fill_in_gift(page, alice, amount="$25")
    page.get_by_role("button", name=re.compile("^Donate")).click()
    expect(page.get_by_role("button", name="Continue to payment")).to_be_hidden()
    page.get_by_role("button", name="Mail me a link").click()
    expect(page.get_by_role("heading", level=1, name="Look into your mailbox")).to_be_visible()
    link = LINK.search(demo.letter_to(alice.email)["text"])
    assert link
    visitor.open(link[1])
    expect(page.get_by_label("Name", exact=True)).to_have_value(alice.full_name)
    page.get_by_role("button", name=re.compile("^Donate")).click()
    steps.pay(page)
    steps.is_thanked(visitor, steps.GIFT_NUMBER)


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no-script"])
def test_an_order_goes_on_after_the_same_step(demo, let_visitor_in, has_script):
    visitor = let_visitor_in(has_script=has_script)
    visitor.expect("429")
    bob = steps.bob(f"challenged-{has_script}")
    page = visitor.page
    let_begin = hold_calculation(visitor)
    steps.find_tag(visitor)
    steps.put_in_basket(visitor, color="Jade")
    steps.check_out(visitor)
    steps.fill_in_address(page, bob)
    page.get_by_role("button", name="Continue to payment").click()
    is_challenged(visitor)
    if has_script:
        let_begin()
    else:
        page.get_by_role("button", name="Mail me a link").click()
        expect(page.get_by_role("heading", level=1, name="Look into your mailbox")).to_be_visible()
        link = LINK.search(demo.letter_to(bob.email)["text"])
        assert link
        visitor.open(link[1])
        expect(page.get_by_label("City")).to_have_value("Albany")
        page.get_by_role("button", name="Continue to payment").click()
    expect(steps.pay_button(page)).to_be_visible()
    steps.pay(page)
    steps.is_thanked(visitor, steps.ORDER_NUMBER)


def test_the_pages_of_a_mailed_link_are_accessible(demo, let_visitor_in):
    visitor = let_visitor_in(viewport=PHONE)
    visitor.expect("429")
    visitor.expect("410")
    visitor.expect("challenge_worker")  # which does not arrive
    alice = steps.alice("link-pages")
    page = visitor.page
    page.route("**/challenge_worker*.js", lambda route: route.abort())
    visitor.open("/donate/")
    steps.fill_in_gift(page, alice)
    page.get_by_role("button", name=re.compile("^Donate")).click()
    expect(challenge_on(visitor).get_by_role("status")).to_contain_text("Please use the link by mail.")
    page.get_by_role("button", name="Mail me a link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    visitor.look_around()
    link = LINK.search(demo.letter_to(alice.email)["text"])
    assert link
    visitor.open(link[1])
    visitor.look_around()
    page.goto(f"{demo.site}/donate/continue/forged/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This link has ended")
    visitor.look_around()
