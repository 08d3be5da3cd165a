"""Test clocks: a customer made with one lives at its frozen time. Source: https://docs.stripe.com/billing/testing/test-clocks"""

from tests.stripe_sandbox.resources.lists import one
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work


def enter(work: Work, item: Json) -> None:
    """From here on this work happens at the time of the test clock of `item`, if it has one. Not for what a clock itself brings."""
    if item["test_clock"]:
        work.test_clock = item["test_clock"]
        work.now = one(work, "test_helpers.test_clock", item["test_clock"])["frozen_time"]
