"""A real browser for the journeys; the site that they walk is the `demo` of tests/conftest.py."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.visitor import Visitor, let_in
from tests.running_demo import Demo

_QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# For this package only: while Playwright runs in a thread, Django refuses database work in it.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    program = shutil.which("chromium")
    assert program, "The journeys need Chromium: sudo apt-get install chromium"
    arguments = [*_QUIET, "--no-sandbox"] if os.geteuid() == 0 else _QUIET
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def let_visitor_in(browser: Browser, demo: Demo) -> Iterator[Callable[..., Visitor]]:
    """Opens a fresh browser for each call. At the end nobody may have had a reason to complain."""
    visitors: list[Visitor] = []

    def let_visitor_in(**options: Any) -> Visitor:
        visitors.append(let_in(browser, demo, **options))
        return visitors[-1]

    yield let_visitor_in
    complaints = [complaint for visitor in visitors for complaint in visitor.unexpected]
    for visitor in visitors:
        visitor.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def visitor(let_visitor_in: Callable[..., Visitor]) -> Visitor:
    """Somebody at a desk who has done nothing yet."""
    return let_visitor_in()
