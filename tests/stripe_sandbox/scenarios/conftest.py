"""The target of each scenario, the browser that pays, and the plain word on what was not run."""

import os
import shutil
from collections.abc import Iterator

import pytest
import stripe
from playwright.sync_api import Browser, sync_playwright

from tests.stripe_sandbox.launch import start_sandbox
from tests.stripe_sandbox.scenarios.targets import KEY_NAME, Target, key_of_stripe, stripe_itself

stripe.enable_telemetry = False
TARGETS = ["sandbox", "stripe"] if key_of_stripe() else ["sandbox"]
_QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]


@pytest.fixture(scope="module", params=TARGETS)
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """The sandbox, and Stripe itself when there is a key."""
    if request.param == "stripe":
        yield stripe_itself(key_of_stripe())
        return
    with start_sandbox() as sandbox:
        http = stripe.RequestsClient(timeout=10)
        client = stripe.StripeClient(sandbox.api_key, base_addresses={"api": sandbox.url}, http_client=http)
        yield Target("the sandbox", client, patience=10, success_url=f"{sandbox.url}/healthz")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    assert program, "The scenarios need Chromium: sudo apt-get install chromium"
    switches = [*_QUIET, "--no-sandbox"] if os.geteuid() == 0 else _QUIET
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=switches)
        yield browser
        browser.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if "stripe" in TARGETS:
        terminalreporter.write_line("Stripe scenarios: their targets were the sandbox and Stripe itself.")
    else:
        terminalreporter.write_line(
            f"Stripe scenarios: run against the sandbox ONLY, not against Stripe. Set {KEY_NAME} to an sk_test_ key for that."
        )
