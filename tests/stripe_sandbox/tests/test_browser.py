"""The hosted page in a real browser: by its labels, without JavaScript, on a small screen, and checked by axe."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.stripe_sandbox import payer
from tests.stripe_sandbox.tests.billing import MONTH, gift, invoices_of, let_pass, subscribe, use_card

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


@pytest.mark.parametrize("fixture", ["page", "small_page"])
def test_bank_account_is_chosen_and_debited(request, fixture, client, sandbox, open_session):
    sandbox.control("bank-debit")
    page, thanks = request.getfixturevalue(fixture), f"{sandbox.url}/?thanks"
    session = open_session(success_url=thanks)
    page.goto(session.url)
    expect(page.get_by_label("Account number", exact=True)).to_be_hidden()
    page.get_by_label("Email", exact=True).fill("alice@example.org")
    page.get_by_label("Bank account", exact=True).check()
    expect(page.get_by_label("Card number", exact=True)).to_be_hidden()
    page.get_by_label("Routing number", exact=True).fill("110000000")
    page.get_by_label("Account number", exact=True).fill(payer.BANK_SUCCEEDS)
    page.get_by_label("Account holder name", exact=True).fill("Alice")
    page.get_by_role("button", name="Pay $28.50").click()
    page.wait_for_url(thanks)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"


def test_pages_are_accessible_and_fit(client, sandbox, open_session, browser):
    open_, declined, paid, waiting = open_session(), open_session(submit_type="donate"), open_session(), open_session()
    payer.pay(declined.url, card=payer.DECLINED)
    payer.pay(paid.url)
    payer.pay(waiting.url, card=payer.THREE_D_SECURE)
    sandbox.control("bank-debit")
    choice, refused = open_session(), open_session()
    payer.pay_by_bank(refused.url, account="1")
    event = client.v1.events.list({"limit": 1}).data[0].id
    addresses = [
        choice.url,
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


@pytest.mark.parametrize("fixture", ["page", "small_page"])
def test_monthly_gift_is_begun_and_its_card_changed(request, fixture, client, sandbox):
    page = request.getfixturevalue(fixture)
    thanks = f"{sandbox.url}/"
    session = client.v1.checkout.sessions.create(gift(success_url=thanks))
    page.goto(session.url)
    expect(page.get_by_text("$25.00 per month", exact=True)).to_be_visible()
    fill_in(page, payer.SUCCEEDS)
    page.get_by_role("button", name="Donate", exact=True).click()
    page.wait_for_url(thanks)
    customer = client.v1.checkout.sessions.retrieve(session.id).customer
    page.goto(client.v1.billing_portal.sessions.create({"customer": customer}).url)
    page.get_by_role("link", name="Update payment method").click()
    page.get_by_label("Card number", exact=True).fill("5555555555554444")
    page.get_by_label("Expiration", exact=True).fill("12 / 40")
    page.get_by_label("CVC", exact=True).fill("123")
    page.get_by_label("Cardholder name", exact=True).fill("Alice")
    page.get_by_role("button", name="Save card").click()
    expect(page.get_by_text("Mastercard •••• 4444")).to_be_visible()


def test_pages_of_billing_are_accessible_and_fit(client, sandbox, browser):
    subscription = subscribe(client)
    use_card(client, subscription, "pm_card_chargeCustomerFail")
    let_pass(sandbox, MONTH)
    asked = {"enabled": True, "cancellation_reason": {"enabled": True, "options": ["too_expensive", "other"]}}
    features = {
        "subscription_cancel": asked,
        "payment_method_update": {"enabled": True},
        "invoice_history": {"enabled": True},
    }
    configuration = client.v1.billing_portal.configurations.create({"features": features}).id
    portal = client.v1.billing_portal.sessions.create(
        {"customer": subscription.customer, "configuration": configuration}
    ).url
    setup = {"mode": "setup", "currency": "usd", "success_url": f"{sandbox.url}/healthz"}
    failed, paid = invoices_of(client, subscription)
    addresses = [
        client.v1.checkout.sessions.create(gift()).url,
        client.v1.checkout.sessions.create(setup).url,
        failed.hosted_invoice_url,
        paid.hosted_invoice_url,
        portal,
        f"{portal}/card",
        f"{portal}/subscriptions/{subscription.id}/cancel",
    ]
    for width in (320, 1440):
        with browser.new_context(viewport={"width": width, "height": 900}) as context:
            page = context.new_page()
            for address in addresses:
                page.goto(address)
                found = Axe().run(page)
                assert found.violations_count == 0, found.generate_report()
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{address} at {width}"
