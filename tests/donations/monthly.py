"""Monthly gifts for tests: begun on the page and paid at the sandbox, and time that passes there and here."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core import mail

from donations.models import Gift, MonthlyGift
from shop.stripe_payments.dispatch import ACTIONS
from tests.donations.gifts import Browser
from tests.hosted_page import pay
from tests.jobs import do_jobs
from tests.shop.stripe_payments.events.delivery import deliver, events_after, newest_event
from tests.stripe_sandbox.launch import Sandbox

MONTHLY = {"frequency": "monthly", "monthly_amount": "2500", "consent": "on"}


def ask_monthly(browser: Browser, **typed: str) -> Any:
    """Send the giving form for $25 every month, unless told otherwise."""
    return browser.give(**{**MONTHLY, **typed})


def begin(browser: Browser, **typed: str) -> MonthlyGift:
    """A monthly gift whose first month is paid and whose mails are sent."""
    asked = ask_monthly(browser, **typed)
    assert asked.status_code == 303, asked.content.decode()
    pay(asked["Location"])
    gift = Gift.objects.latest("id")
    browser.get(gift.get_absolute_url())
    do_jobs()
    return MonthlyGift.objects.select_related("subscription").get(gifts=gift)


def pass_time(sandbox: Sandbox, monthly: MonthlyGift, *, days: float = 0.5, after: datetime | None = None) -> None:
    """Let Stripe's clock go to so many days after the next payment, and bring what happens there to the site."""
    offset = (after or monthly.subscription.next_payment_at) + timedelta(days=days) - datetime.now(UTC)
    newest = newest_event(sandbox)
    sandbox.control("clock", offset=int(offset.total_seconds()))
    bring_news(sandbox, monthly, since=newest)


def bring_news(sandbox: Sandbox, monthly: MonthlyGift, *, since: str | None) -> None:
    """Deliver the events, and do what follows from them."""
    for event in events_after(sandbox, since, set(ACTIONS)):
        assert deliver(sandbox, event) == 200
    do_jobs()
    monthly.subscription.refresh_from_db()


def turn_card(sandbox: Sandbox, monthly: MonthlyGift, decline: str = "insufficient_funds") -> None:
    """Let the card be declined from now on; accepted again when `decline` is empty."""
    sandbox.control("card-fate", payment_method=monthly.subscription.stripe_method_id, decline=decline)


def letters(subject: str) -> list[Any]:
    """The mails whose subject contains the words."""
    return [letter for letter in mail.outbox if subject in letter.subject]


def open_my_giving(browser: Browser, email: str = "alice@example.com") -> Any:
    """Ask for the link, follow the mailed one, press its button; returns the overview."""
    ask_for_link(browser, email)
    path = link_in_mail()
    assert browser.get(path).status_code == 200
    opened = post(browser, path)
    assert opened.status_code == 302, opened.content.decode()
    return browser.get(opened["Location"])


def ask_for_link(browser: Browser, email: str) -> Any:
    answer = post(browser, "/donate/my-giving/", {"email": email})
    do_jobs()
    return answer


def link_in_mail() -> str:
    """The path of the newest link to My giving."""
    found = re.search(r"https?://[^/]+(/donate/my-giving/open/\S+)", letters("link to My giving")[-1].body)
    assert found
    return found[1]


def post(browser: Browser, path: str, fields: dict[str, str] | None = None) -> Any:
    return browser.client.post(path, fields or {}, headers={"Sec-Fetch-Site": "same-origin"})
