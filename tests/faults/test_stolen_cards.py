"""Thieves with stolen cards and many addresses at a demo with the real limits; and donors among them.

"An attempt reaches Stripe" is counted both ways, at Stripe: payment pages that were opened, and cards that were
tried. A stand-in's page takes a card in milliseconds, a real one in seconds; so a thief here tries the next card of a
page when the site has heard of the last one.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest
import stripe

from shop import settings as site
from tests.faults.counts import ADDRESSES_OF_A_FLOOD, DONORS_IN_A_FLOOD, FORMS_OF_A_FLOOD, STOLEN_CARDS
from tests.faults.crowd import Stranger
from tests.faults.database import Database
from tests.guarded_form import ROOMY
from tests.hosted_page import IS_DECLINED, pay
from tests.running_demo import Demo, start_demo
from tests.waiting import wait_for

ADDRESSES = 100
MOST_ATTEMPTS = 10
AT_ONCE = 6


@pytest.fixture(scope="module")
def guarded(tmp_path_factory) -> Iterator[Demo]:
    """The real limits, a proxy in front, an easy calculation, and no waiting for the moment that people need."""
    real = {name: str(getattr(site, name)) for name in ROOMY}
    changes = {**real, "CARD_TESTING_LEAST_SECONDS": "0", "CARD_TESTING_WORK": "6", "BEHIND_TLS_PROXY": "1"}
    with start_demo(tmp_path_factory.mktemp("guarded"), **changes) as demo:
        yield demo


@pytest.fixture
def ask(guarded: Demo) -> Callable[[str], Any]:
    """Asks the demo's database for one value."""
    return Database(guarded).ask


@pytest.fixture
def calm(guarded: Demo, ask: Callable[[str], Any]) -> None:
    """A quiet day: what an earlier test did is long ago."""
    for table in ("card_testing_start", "card_testing_decline", "card_testing_challengedminute", "accounts_attempt"):
        ask(f"WITH gone AS (DELETE FROM {table} RETURNING 1) SELECT count(*) FROM gone")  # noqa: S608 -- ours
    ask(
        "WITH older AS (UPDATE stripe_payments_payment SET paid_at = paid_at - interval '2 days' RETURNING 1) "
        "SELECT count(*) FROM older"
    )


class Thieves:
    """A program that has the cards, and takes the next address for every page. It may solve calculations."""

    def __init__(self, demo: Demo, ask: Callable[[str], Any], *, solve: bool, name: str) -> None:
        self.demo, self.ask, self.solve, self.name = demo, ask, solve, name
        self.numbers = count()
        self.before = reached_stripe(demo)

    def open_page(self, _: int = 0) -> str | None:
        number = next(self.numbers)
        email = f"{self.name}.{number}@example.net"
        thief = Stranger(self.demo, f"198.51.100.{number % ADDRESSES}", email)
        return thief.ask_for_page(solves=self.solve)

    def try_card(self, page: str) -> bool:
        """Whether the page still took it."""
        before = self._heard_of()
        try:
            _, answer = pay(page, card=IS_DECLINED)
        except AssertionError:  # there is no form any more
            return False
        if "declined" not in answer:
            return False
        self.wait_until_heard(before + 1)
        return True

    def wait_until_heard(self, cards: int) -> None:
        wait_for(lambda: self._heard_of() >= cards and not self._is_busy(), what="the news of a declined card")

    @property
    def attempts(self) -> tuple[int, int]:
        """(payment pages, cards) of these thieves that reached Stripe."""
        pages, cards = reached_stripe(self.demo)
        return pages - self.before[0], cards - self.before[1]

    def _heard_of(self) -> int:
        return self.ask("SELECT count(*) FROM card_testing_decline")

    def _is_busy(self) -> int:
        return self.ask(
            "SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'payments' AND status IN ('todo', 'doing')"
        )


def reached_stripe(demo: Demo) -> tuple[int, int]:
    """Checkout Sessions and declined cards, as Stripe counts them."""
    api = stripe.StripeClient("sk_test_demo", base_addresses={"api": demo.sandbox}).v1
    pages = sum(1 for _ in api.checkout.sessions.list({"limit": 100}).auto_paging_iter())
    failed = api.events.list({"type": "payment_intent.payment_failed", "limit": 100})
    return pages, sum(1 for _ in failed.auto_paging_iter())


@pytest.mark.parametrize("solve", [False, True], ids=["plain", "solving"])
def test_of_a_thousand_stolen_cards_ten_reach_stripe(guarded, ask, calm, solve):
    thieves = Thieves(guarded, ask, solve=solve, name=f"thief-{solve}")
    cards = STOLEN_CARDS
    while cards > 0:
        page = thieves.open_page()
        cards -= 1
        while page and cards > 0 and thieves.try_card(page):
            cards -= 1
    pages, tried = thieves.attempts
    print(f"{STOLEN_CARDS} cards: {pages} payment pages and {tried} cards reached Stripe")  # noqa: T201 -- figures for the note
    assert 0 < pages <= MOST_ATTEMPTS
    assert 0 < tried <= MOST_ATTEMPTS


def test_thieves_who_first_gather_pages_and_try_all_at_once_get_no_further(guarded, ask, calm):
    thieves = Thieves(guarded, ask, solve=True, name="gatherer")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        pages = [page for page in pool.map(thieves.open_page, range(STOLEN_CARDS)) if page]
        assert 0 < len(set(pages)) <= MOST_ATTEMPTS
        answers = list(pool.map(lambda page: pay(page, card=IS_DECLINED)[1], pages))
    thieves.wait_until_heard(sum("declined" in answer for answer in answers))
    assert not any(thieves.try_card(page) for page in pages), "every page is closed"
    assert max(thieves.attempts) <= MOST_ATTEMPTS


@pytest.mark.parametrize("attack", ["none", "plain", "solving"])
def test_a_donor_who_mistypes_four_times_still_gives(guarded, ask, calm, attack):
    if attack != "none":
        thieves = Thieves(guarded, ask, solve=attack == "solving", name=f"before-{attack}")
        for _ in range(2 * MOST_ATTEMPTS):
            page = thieves.open_page()
            while page and thieves.try_card(page):
                pass
    donor = Stranger(guarded, "203.0.113.7", f"alice.after.{attack}@example.com")
    assert donor.give(mistypes=4)
    wait_for(
        lambda: [letter for letter in guarded.letters_to(donor.email) if letter["attachments"]],
        what="the donor's receipt",
    )


def test_one_address_gets_three_payment_pages_a_minute_and_then_a_challenge(guarded, calm):
    robots = [Stranger(guarded, "198.51.100.250", f"robot.{n}@example.net") for n in range(40)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        pool.map(Stranger.look, robots)
        answers = [status for status, _ in pool.map(Stranger.send, robots)]
    assert answers.count(303) <= 3
    for robot, status in zip(robots, answers, strict=True):
        assert status == 303 or (status == 429 and "Mail me a link" in robot.page)


def test_in_a_flood_from_many_addresses_donors_still_give_and_staff_hear_of_it(guarded, calm):
    before = len(guarded.letters_to(site.ORGANIZATION["staff_email"]))
    is_over = threading.Event()

    def flood(number: int) -> int:
        if is_over.is_set():
            return 0
        robot = Stranger(
            guarded, f"198.18.{number % 250}.{number % ADDRESSES_OF_A_FLOOD // 250}", f"flood.{number}@x.example"
        )
        robot.look()
        return robot.send()[0]

    def give(number: int) -> bool:
        return Stranger(guarded, f"203.0.113.{number}", f"donor.{number}@example.com").give()

    with ThreadPoolExecutor(AT_ONCE) as pool, ThreadPoolExecutor(2) as donors:
        answers = pool.map(flood, range(FORMS_OF_A_FLOOD))
        given = list(donors.map(give, range(DONORS_IN_A_FLOOD)))
        statuses = list(answers)
    assert sum(given) >= 0.99 * DONORS_IN_A_FLOOD
    assert set(statuses) <= {303, 429}
    wait_for(
        lambda: len(guarded.letters_to(site.ORGANIZATION["staff_email"])) > before, what="a mail to staff", seconds=120
    )
