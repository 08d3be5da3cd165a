"""The hosted page in a real browser: by its labels, without JavaScript, on a small screen, and checked by axe."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.stripe_sandbox import payer

_CHROMIUM = "/usr/bin/chromium"
_SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def small_page(browser: Browser) -> Iterator[Page]:
    """A phone of 320 pixels with JavaScript off."""
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    yield page
    context.close()
    assert messages == []


def fill_in(page: Page, card: str) -> None:
    page.get_by_label("Email", exact=True).fill("alice@example.org")
    page.get_by_label("Card number", exact=True).fill(card)
    page.get_by_label("Expiration", exact=True).fill("12 / 40")
    page.get_by_label("CVC", exact=True).fill("123")
    page.get_by_label("Cardholder name", exact=True).fill("Alice")


@pytest.mark.parametrize("fixture", ["page", "small_page"])
def test_decline_then_3d_secure_then_success(request, fixture, sandbox, open_session):
    page = request.getfixturevalue(fixture)
    thanks = f"{sandbox.url}/healthz"
    page.goto(open_session(success_url=thanks, submit_type="donate").url)
    fill_in(page, payer.DECLINED)
    page.get_by_role("button", name="Donate").click()
    expect(page.get_by_role("alert")).to_contain_text("Your card was declined.")
    expect(page.get_by_label("Email", exact=True)).to_have_value("alice@example.org")
    fill_in(page, payer.THREE_D_SECURE)
    page.get_by_role("button", name="Donate $28.50").click()
    page.get_by_role("button", name="Complete").click()
    page.wait_for_url(thanks)


def test_back_leads_to_the_site(sandbox, open_session, page):
    page.goto(open_session(cancel_url=f"{sandbox.url}/healthz").url)
    page.get_by_role("link", name="Back", exact=True).click()
    page.wait_for_url(f"{sandbox.url}/healthz")


def test_pages_are_accessible_and_fit(client, sandbox, open_session, browser):
    open_, declined, paid, waiting = open_session(), open_session(submit_type="donate"), open_session(), open_session()
    payer.pay(declined.url, card=payer.DECLINED)
    payer.pay(paid.url)
    payer.pay(waiting.url, card=payer.THREE_D_SECURE)
    event = client.v1.events.list({"limit": 1}).data[0].id
    addresses = [
        open_.url,
        declined.url,
        paid.url,
        f"{waiting.url}/authenticate",
        f"{sandbox.url}/",
        f"{sandbox.url}/events/{event}",
    ]
    for width in (320, 1440):
        with browser.new_context(viewport={"width": width, "height": 900}) as context:
            page = context.new_page()
            for address in addresses:
                page.goto(address)
                found = Axe().run(page)
                assert found.violations_count == 0, found.generate_report()
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{address} at {width}"
