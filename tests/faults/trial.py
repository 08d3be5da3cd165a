"""One buyer, one order, and a program of the site that is killed on the way."""

import http.client
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import stripe

from tests.buyer import Buyer
from tests.faults.database import Database
from tests.hosted_page import pay
from tests.running_demo import Demo
from tests.waiting import wait_for

WEB = ("granian",)
WORKER = ("procrastinate", "worker")
_HUNG_UP = (OSError, http.client.HTTPException)
# What runs by itself within ten minutes; the first puts back what a killed worker had in hand.
_RUNS_BY_ITSELF = """
import time
from procrastinate.exceptions import AlreadyEnqueued
from shop.stripe_payments import tasks
from shop.tasks import put_abandoned_jobs_back
for task in (put_abandoned_jobs_back, tasks.collect_missed_events, tasks.sweep_unhandled_events,
             tasks.sweep_unfinished_payments):
    try:
        task.defer(timestamp=int(time.time()))
    except AlreadyEnqueued:  # its minute came just now
        pass
"""
_IN_HAND = (
    "SELECT count(*) FROM procrastinate_jobs WHERE queue_name IN ('mail', 'payments') AND status IN ('todo', 'doing')"
)
_OF_ORDER = "FROM order_order o JOIN stripe_payments_paymentline l ON l.reference = o.number AND l.purpose = 'order' "
_OF_ORDER += "JOIN stripe_payments_payment p ON p.id = l.payment_id WHERE o.guest_email = %s"


class Trial:
    """`page` is the payment page that the buyer was led to, if any."""

    def __init__(self, demo: Demo, database: Database, product: int, email: str) -> None:
        self.demo, self.database, self.product = demo, database, product
        self.bob = Buyer(demo, email)
        self.bob.put_in_basket(product)
        self.page = ""
        self.has_paid = False

    # -- What the buyer does.
    def place_order(self) -> None:
        status, where = self.bob.check_out()
        assert status == 303, where[:2000]
        self.page = where

    def pay(self) -> str:
        """Returns the address that leads back to the site."""
        status, back = pay(self.page, email=self.bob.email)
        assert status == 303, back[:2000]
        self.has_paid = True
        return back.removeprefix(self.demo.site)

    @contextmanager
    def meanwhile(self, act: Callable[[], Any]) -> Iterator[None]:
        """In a browser whose request dies with the web server."""

        def try_to_act() -> None:
            try:
                act()
            except _HUNG_UP:
                return

        browser = threading.Thread(target=try_to_act)
        browser.start()
        try:
            yield
        finally:
            browser.join(60)
        assert not browser.is_alive()

    # -- What happens to programs.
    def kill(self, *words: str) -> None:
        """At once, as `kill -9` does. What it had in hand is known to be abandoned at once too, and not after half a minute."""
        pids = self.demo.pids_of(*words)
        assert pids
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not set(pids) & set(self.demo.pids_of(*words)), what="the end of what was killed")
        if words == WORKER:
            self.database.do("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")

    @contextmanager
    def frozen(self, *words: str) -> Iterator[None]:
        """The programs stand still until the block ends, or they are killed."""
        pids = self.demo.pids_of(*words)
        _signal(pids, signal.SIGSTOP)
        try:
            yield
        finally:
            _signal(pids, signal.SIGCONT)

    def has_fault_left(self) -> bool:
        return bool(self.demo.stripe.control("faults")["left"])

    def let_ten_minutes_pass(self) -> None:
        """Without the ten minutes: what runs by itself in this time runs now."""
        wait_for(self.demo.is_ready, what="the site after the kill", seconds=90)
        self.demo.stripe.control("clear")
        self.demo.run(_RUNS_BY_ITSELF)

    # -- What is true.
    def order_of(self, what: str, *, of: str = "") -> Any:
        return self.database.ask(f"SELECT {what} {_OF_ORDER} {of}", self.bob.email)

    def wait_for_order(self, condition: str, *, what: str) -> None:
        self.database.wait_for(f"SELECT 1 {_OF_ORDER} AND {condition}", self.bob.email, what=what)

    def sessions(self) -> list[Any]:
        """This buyer's, as Stripe has them."""
        api = stripe.StripeClient("sk_test_demo", base_addresses={"api": self.demo.sandbox}).v1
        newest = api.checkout.sessions.list({"limit": 30}).data
        return [session for session in newest if session.customer_email == self.bob.email]

    def check_that_one_payment_was_taken_and_told(self) -> None:
        self.wait_for_order("o.status = 'Paid' AND p.status = 'paid'", what="the paid order")
        assert self.order_of("count(*)", of="AND p.paid_at IS NOT NULL") == 1
        assert self.order_of("count(*)") == 1, "one order, one payment"
        paid = [session for session in self.sessions() if session.payment_status == "paid"]
        assert len(paid) == 1, "charged once"
        assert (
            "A sturdy tag"
            in wait_for(lambda: [letter["text"] for letter in self.demo.letters_to(self.bob.email)], what="the mail")[0]
        )
        self.database.wait_for(f"SELECT 1 WHERE ({_IN_HAND}) = 0", what="an end of all work")


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass
