"""A job that failed is tried again: soon at first, then every hour, for about a day."""

from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.jobs import Job

from shop.tasks import PATIENT


def wait_before(attempt: int) -> timedelta | None:
    """The wait after a failure with `attempt` failures before it."""
    job = Job(id=1, queue="mail", lock=None, queueing_lock=None, task_name="send", attempts=attempt)
    decision = PATIENT.get_retry_decision(exception=ConnectionRefusedError(), job=job)
    return decision.retry_at - timezone.now() if decision and decision.retry_at else None


def test_hiccup_delays_a_mail_by_a_breath():
    first = wait_before(0)

    assert first is not None
    assert timedelta(seconds=1) < first < timedelta(seconds=5)


@pytest.mark.parametrize("attempt", range(35))
def test_whatever_comes_back_finds_the_mail_within_an_hour(attempt):
    wait = wait_before(attempt)

    assert wait is not None
    assert wait <= timedelta(hours=1)


def test_after_about_a_day_it_is_given_up():
    waits = [wait for attempt in range(100) if (wait := wait_before(attempt))]

    assert timedelta(hours=23) < sum(waits, timedelta()) < timedelta(hours=28)
