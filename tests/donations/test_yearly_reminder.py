"""Once a year every donor hears what they give each month."""

from datetime import date

import pytest
import time_machine

from donations import tasks
from donations.models import MonthlyGift
from tests.donations.monthly import begin, letters
from tests.jobs import do_jobs, waiting_jobs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def monthly(sandbox, alice) -> MonthlyGift:
    """Alice's $25 a month, whose reminder is due on a day that the test knows."""
    monthly = begin(alice)
    MonthlyGift.objects.update(remind_on=date(2028, 2, 29))
    return monthly


def remind(day: str) -> None:
    with time_machine.travel(f"{day}T15:00:00Z", tick=False):
        tasks.remind_of_monthly_gifts.func(timestamp=0)
        do_jobs()


def test_the_first_reminder_comes_a_year_after_the_beginning(sandbox, alice):
    monthly = begin(alice)
    begun = monthly.consented_at.astimezone().date()
    assert monthly.remind_on is not None
    assert 364 <= (monthly.remind_on - begun).days <= 367


def test_the_reminder_comes_on_its_day_once_and_again_a_year_later(monthly):
    for day in ("2028-02-28", "2028-02-29", "2028-02-29", "2028-03-01", "2029-02-27"):
        remind(day)
    (letter,) = letters("Once a year")
    assert "$25.00 every month" in letter.body
    assert "two clicks" in letter.body
    remind("2029-02-28")
    assert len(letters("Once a year")) == 2


def test_a_reminder_that_was_missed_comes_late_and_once(monthly):
    remind("2031-06-01")
    assert len(letters("Once a year")) == 1
    monthly.refresh_from_db()
    assert monthly.remind_on == date(2032, 2, 28)


def test_who_has_ended_is_not_reminded(monthly):
    monthly.subscription.status, monthly.subscription.ended_at = "canceled", monthly.consented_at
    monthly.subscription.save()
    remind("2028-02-29")
    assert letters("Once a year") == []
    assert waiting_jobs() == []
