"""Pays on the hosted page in a real browser, by the labels that Stripe's page has, so that it works on both pages alike."""

from playwright.sync_api import Browser, Page, expect

SUCCEEDS = "4242424242424242"
DECLINED = "4000000000000002"
DISPUTED = "4000000000000259"
WARNED_OF = "4000000000005423"
_PATIENCE_MS = 30_000
_CARD = {"Card number": "", "Expiration": "12 / 40", "CVC": "123", "Cardholder name": "Alice"}
_ASKED_OF_SOME = {"ZIP": "10001", "ZIP code": "10001"}
"""Stripe's page asks for these with most cards, the sandbox's does not."""


def pay(browser: Browser, url: str, *, card: str = SUCCEEDS) -> None:
    """Fill the page in and press its button."""
    with browser.new_page() as page:
        _fill_in(page, url, card)
        _press(page)
        page.wait_for_url(lambda there: "/c/pay/" not in there, timeout=_PATIENCE_MS, wait_until="commit")


def be_declined(browser: Browser, url: str, *, card: str = DECLINED) -> None:
    with browser.new_page() as page:
        _fill_in(page, url, card)
        _press(page)
        expect(page.get_by_text("declined").first).to_be_visible(timeout=_PATIENCE_MS)


def _fill_in(page: Page, url: str, card: str) -> None:
    page.goto(url)
    page.get_by_label("Email", exact=True).fill("alice@example.com")
    for label, text in {**_CARD, "Card number": card}.items():
        page.get_by_label(label, exact=True).fill(text)
    for label, text in _ASKED_OF_SOME.items():
        field = page.get_by_label(label, exact=True)
        if field.count() and field.first.is_visible():
            field.first.fill(text)


def _press(page: Page) -> None:
    page.get_by_role("button", name="Pay").last.click()
