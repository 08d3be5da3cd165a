"""What Stripe told, what failed, and how the books were compared."""

import pytest
from django.utils import timezone

from shop.stripe_payments.models import Reconciliation, StripeEvent
from tests.jobs import do_jobs, waiting_jobs
from tests.shop.dashboard.money.stage import queries_of

pytestmark = pytest.mark.django_db

EVENTS, COMPARISONS = "/dashboard/money/events/", "/dashboard/money/comparisons/"


def event(number, **facts):
    defaults = {"type": "charge.refunded", "object_id": f"ch_{number}", "is_live": False}
    return StripeEvent.objects.create(event_id=f"evt_{number}", **{**defaults, **facts})


def failed(number, **facts):
    now = timezone.now()
    return event(number, tries=10, tried_at=now, set_aside_at=now, last_error="StripeDidNotAnswer: too slow", **facts)


def shown(client, **search):
    page = client.get(EVENTS, search)
    assert page.status_code == 200
    return [row.event_id for row, _address in page.context["rows"]]


def test_what_failed_is_shown_first_with_its_error_and_tries(sam_client):
    event("handled", handled_at=timezone.now())
    event("waiting")
    failed("failed")
    assert shown(sam_client) == ["evt_failed"]
    text = sam_client.get(EVENTS).text
    for fact in ("StripeDidNotAnswer: too slow", ">10<", "Failed (1)", "Waiting (1)", "Handled (1)"):
        assert fact in text, fact
    assert shown(sam_client, state="waiting") == ["evt_waiting"]
    assert shown(sam_client, state="handled") == ["evt_handled"]


def test_without_failures_what_waits_is_shown_and_then_what_is_done(sam_client):
    event("done", handled_at=timezone.now())
    assert shown(sam_client) == ["evt_done"]
    event("waits")
    assert shown(sam_client) == ["evt_waits"]


def test_an_event_is_found_by_id_type_and_object_in_any_state(sam_client):
    event("a1", handled_at=timezone.now())
    event("b2", type="payout.paid", object_id="po_7")
    assert shown(sam_client, q="evt_a1") == ["evt_a1"]
    assert shown(sam_client, q="payout") == ["evt_b2"]
    assert shown(sam_client, q="po_7") == ["evt_b2"]
    assert shown(sam_client, q="evt_a1", state="waiting") == []
    assert "No event fits" in sam_client.get(EVENTS, {"q": "nothing"}).text


@pytest.mark.parametrize("search", [{"q": "\x00"}, {"q": "x" * 5000}, {"state": "x"}, {"page": "-1"}])
def test_a_strange_search_is_answered(sam_client, search):
    event("a1")
    assert sam_client.get(EVENTS, search).status_code == 200


def test_a_failed_event_is_tried_again_and_is_done_then(sam_client, sandbox, paid):
    do_jobs()
    failed("again", type="checkout.session.completed", object_id=paid.checkout_session_id)
    answer = sam_client.post(f"{EVENTS}replay/", {"event": "evt_again"}, follow=True)
    assert "1 event is being tried again" in answer.text
    assert waiting_jobs() == ["handle_event"]
    do_jobs()
    assert StripeEvent.objects.get(event_id="evt_again").handled_at is not None


def test_all_that_failed_are_tried_again_at_once_and_nothing_else_is(sam_client):
    failed("one")
    failed("two")
    event("done", handled_at=timezone.now())
    answer = sam_client.post(
        f"{EVENTS}replay/", {"event": ["evt_one", "evt_two", "evt_done", "evt_unknown"]}, follow=True
    )
    assert "2 events are being tried again" in answer.text
    assert waiting_jobs() == ["handle_event"] * 2
    answer = sam_client.post(f"{EVENTS}replay/", {"event": "evt_one"}, follow=True)
    assert "Nothing to try again" in answer.text
    assert waiting_jobs() == ["handle_event"] * 2


def test_the_empty_lists_of_events_say_so(sam_client):
    assert "told nothing yet" in sam_client.get(EVENTS).text
    assert "No event has failed" in sam_client.get(EVENTS, {"state": "set_aside"}).text
    assert "No event waits" in sam_client.get(EVENTS, {"state": "waiting"}).text


def test_a_comparison_that_never_ran_is_told_in_words(sam_client):
    assert "Nothing was compared yet" in sam_client.get(COMPARISONS).text


def test_comparing_now_is_left_to_the_worker_once(sam_client):
    answer = sam_client.post(f"{COMPARISONS}now/", follow=True)
    assert "The comparison begins now" in answer.text
    answer = sam_client.post(f"{COMPARISONS}now/", follow=True)
    assert "A comparison waits already" in answer.text
    assert waiting_jobs() == ["reconcile"]


def test_what_the_comparison_found_stands_on_the_page(sam_client, sandbox, paid):
    sam_client.post(f"{COMPARISONS}now/")
    do_jobs()
    run = Reconciliation.objects.get()
    page = sam_client.get(COMPARISONS).text
    assert run.finished_at is not None
    assert f"<dd>{run.movements}</dd>" in page
    for finding in run.findings:
        assert finding["reference"] in page


def test_clean_open_healed_and_unfinished_runs_each_have_their_look(sam_client):
    now = timezone.now()
    Reconciliation.objects.create(since=now, started_at=now, finished_at=now)
    assert "The same to the cent" in sam_client.get(COMPARISONS).text
    assert "Nothing was found" in sam_client.get(COMPARISONS).text
    findings = [
        {"what": "Stripe knew more", "reference": "ref-1", "is_healed": True},
        {"what": "We know more", "reference": "ref-2", "is_healed": False},
    ]
    Reconciliation.objects.create(
        since=now, started_at=now, finished_at=now, found_minor=500, difference_minor=250, findings=findings
    )
    Reconciliation.objects.create(since=now, started_at=now)
    page = sam_client.get(COMPARISONS).text
    for told in ("$5.00", "$2.50", "Put right", "Open", "Something is open", "Not finished", "ref-1", "ref-2"):
        assert told in page, told


def test_the_lists_cost_the_same_for_one_and_for_many(sam_client):
    now = timezone.now()
    failed("first")
    Reconciliation.objects.create(since=now, started_at=now, finished_at=now)
    few = [queries_of(sam_client, address) for address in (EVENTS, COMPARISONS)]
    for number in range(30):
        failed(number)
        Reconciliation.objects.create(since=now, started_at=now, finished_at=now)
    assert [queries_of(sam_client, address) for address in (EVENTS, COMPARISONS)] == few
