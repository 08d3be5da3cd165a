"""Stripe tells of everything at least once, in no order, sometimes twice; others forge it; and we may fall over.

However it comes, the site knows the same after it.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from shop.stripe_payments.dispatch import ACTIONS
from shop.stripe_payments.models import StripeEvent
from shop.stripe_payments.tasks import handle_event
from tests.jobs import do_jobs
from tests.shop.stripe_payments.events.books import mails, picture
from tests.shop.stripe_payments.events.delivery import deliver, events_after, newest_event
from tests.shop.stripe_payments.events.promise_scenarios import PROMISE_SCENARIOS
from tests.shop.stripe_payments.events.scenario import Scenario
from tests.shop.stripe_payments.events.scenarios import SCENARIOS as PAYMENT_SCENARIOS
from tests.stripe_sandbox.launch import start_sandbox

pytestmark = pytest.mark.django_db
AT_ONCE = 20
SCENARIOS = [*PAYMENT_SCENARIOS, *PROMISE_SCENARIOS]
every_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=str)


@pytest.fixture(scope="module")
def running_sandbox():
    """One of these tests' own: months pass here, and what comes with them is nobody else's."""
    with start_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def _programs(db):
    call_command("load_programs", verbosity=0)


@pytest.fixture
def happened(sandbox, _programs):
    """Lets a scenario happen; returns the events that tell of it."""

    def happened(scenario: Scenario, *, types: set[str] | None = None) -> list[dict[str, Any]]:
        before = newest_event(sandbox)
        payout = scenario.happen(sandbox)
        events = [
            event
            for event in events_after(sandbox, before, types or scenario.types)
            if event["data"]["object"]["object"] != "payout" or event["data"]["object"]["id"] == payout
        ]
        assert {event["type"] for event in events} >= scenario.types
        return events

    return happened


def test_every_kind_of_event_that_is_acted_on_has_its_scenario():
    assert set(ACTIONS) == {kind for scenario in SCENARIOS for kind in scenario.types}


@every_scenario
def test_once(sandbox, happened, scenario):
    for event in happened(scenario):
        assert deliver(sandbox, event) == 200
    assert mails(do_jobs()) == scenario.mails
    assert picture() == scenario.known


@every_scenario
def test_five_times(sandbox, happened, scenario):
    events = happened(scenario)
    done = []
    for _time in range(5):
        for event in events:
            assert deliver(sandbox, event) == 200
            StripeEvent.objects.update(handled_at=None)  # so that acting on it again is tried, too
            handle_event.func(event_id=event["id"])
        done += do_jobs()
    assert mails(done) == scenario.mails
    assert picture() == scenario.known


@pytest.mark.django_db(transaction=True)
@every_scenario
def test_twenty_at_once(sandbox, happened, scenario):
    events = happened(scenario)

    def tell(event: dict[str, Any]) -> int:
        try:
            status = deliver(sandbox, event)
            handle_event.func(event_id=event["id"])
            return status
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = list(pool.map(tell, [event for event in events for _time in range(AT_ONCE)]))
    assert set(statuses) == {200}
    assert StripeEvent.objects.count() == len(events)
    assert mails(do_jobs()) == scenario.mails
    assert picture() == scenario.known


@every_scenario
def test_reversed_among_all_the_others(sandbox, happened, scenario):
    done = []
    for event in reversed(happened(scenario, types=set(ACTIONS))):
        assert deliver(sandbox, event) == 200
        done += do_jobs()
    assert mails(done) == scenario.mails
    assert picture() == scenario.known


@every_scenario
def test_forged(sandbox, happened, scenario):
    events = happened(scenario)
    before = picture()
    for event in events:
        assert deliver(sandbox, event, secret="whsec_of_somebody_else") == 400
        assert deliver(sandbox, event | {"livemode": True}) == 400
    assert do_jobs() == []
    assert StripeEvent.objects.count() == 0
    assert picture() == before


@pytest.mark.parametrize(
    "tables",
    [("paymentchange", "subscriptionchange"), ("stripeevent",)],
    ids=["before it is done", "after it is done"],
)
@every_scenario
def test_crash_then_retry(sandbox, happened, scenario, tables):
    events = happened(scenario)
    for event in events:
        assert deliver(sandbox, event) == 200
    with nothing_can_be_written_to(*tables):
        for event in events:
            try:
                handle_event.func(event_id=event["id"])
            except DatabaseError:
                continue
    assert mails(do_jobs()) == scenario.mails
    assert picture() == scenario.known


@contextmanager
def nothing_can_be_written_to(*tables: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'the disk is full'; END $$"
        )
        for table in tables:
            cursor.execute(
                f"CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON stripe_payments_{table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse()"
            )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION refuse() CASCADE")
