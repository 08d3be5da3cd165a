"""A hundred at the same moment find the same number of places."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from shop.card_testing.models import Start
from shop.stripe_payments.models import Payment
from tests.shop.card_testing.visitors import people

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 12


def test_of_twelve_at_once_five_are_let_through(sandbox, transactional_db, programs, real_limits):
    all_at_once = threading.Barrier(AT_ONCE)

    def give(person) -> int:
        person.look()
        all_at_once.wait()
        try:
            return person.give_again().status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(give, people(AT_ONCE)))
    assert sorted(answers) == [303] * 5 + [429] * 7
    assert Start.objects.count() == Payment.objects.exclude(checkout_session_id=None).count() == 5
