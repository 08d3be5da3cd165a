"""Many attempts at the same moment: as many pass as the limit says, no more and no fewer."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from shop.accounts import attempts
from shop.accounts.attempts import Limit, TooManyAttempts

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
THREE = Limit("test", most=3, within=timedelta(minutes=10))
MANY = Limit("all", most=100, within=timedelta(minutes=10))
AT_ONCE = 8


def passed_of_eight(try_once) -> int:
    all_at_once = threading.Barrier(AT_ONCE)

    def attempt(number: int) -> bool:
        all_at_once.wait()
        try:
            try_once(number)
        except TooManyAttempts:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(attempt, range(AT_ONCE)))


def test_of_eight_at_once_three_pass():
    assert passed_of_eight(lambda _: attempts.spend((THREE, "a"), now=NOW)) == 3


def test_of_eight_long_transactions_at_once_three_pass():
    waiting = threading.Event()

    def within_a_longer_transaction(number: int) -> None:
        with transaction.atomic():
            attempts.spend((THREE, "a"), now=NOW)
            waiting.wait(0.05)  # the row is written and not yet to be seen by others

    assert passed_of_eight(within_a_longer_transaction) == 3


def test_two_that_count_the_same_in_another_order_never_wait_for_each_other():
    def in_turns(number: int) -> None:
        subjects = [(MANY, "a"), (MANY, "b")]
        for _ in range(10):
            attempts.spend(*(subjects if number % 2 else reversed(subjects)), now=NOW)

    assert passed_of_eight(in_turns) == AT_ONCE
