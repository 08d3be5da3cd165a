"""What a visitor must show before paying: for one place, one mailbox, and in all. Over the giving page."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from donations.models import Gift
from shop.card_testing.models import Proof, Start
from shop.stripe_payments.models import Payment
from tests.guarded_form import is_challenged, offers_calculation, solve
from tests.shop.card_testing.visitors import Visitor, newest_payment, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def much_room(real_limits):
    """So that a test sees one limit alone."""
    real_limits.CARD_TESTING_OPEN_PAGES = 1000
    return real_limits


def frozen_now() -> time_machine.travel:
    """Frozen where the sandbox's clock is too, to be moved on."""
    return time_machine.travel(timezone.now(), tick=False)


def is_let_through(response) -> bool:
    return response.status_code == 303


def test_a_donor_who_comes_by_is_asked_for_nothing(sandbox, alice):
    assert is_let_through(alice.give())
    assert Start.objects.get().payment == newest_payment()


def test_a_form_without_a_token_is_challenged_and_not_refused(sandbox, alice):
    answer = alice.give_again()
    assert answer.status_code == 429
    assert is_challenged(answer.text)
    assert not Gift.objects.exists()
    assert is_let_through(alice.give_again(**solve(answer.text)))


@pytest.mark.parametrize("fields", [{"message": "Buy now"}, {"form_token": "1772366400:forged"}])
def test_a_program_is_challenged(alice, fields):
    assert alice.give(**fields).status_code == 429


def test_a_form_that_comes_too_fast_or_too_late_is_challenged(sandbox, alice, real_limits):
    real_limits.CARD_TESTING_LEAST_SECONDS = 3
    with frozen_now() as now:
        assert alice.give().status_code == 429
        alice.look()
        now.shift(timedelta(minutes=61))
        assert alice.give_again().status_code == 429
        now.shift(timedelta(seconds=5))
        assert is_let_through(alice.give_again()), "the page of the challenge has a token of its own"


def test_everything_that_was_typed_is_kept_beside_the_challenge(alice):
    page = alice.give_again(amount="", other="75.50", program="protective-laws", name="Alice O'Neil").text
    for kept in ('value="75.50"', 'value="protective-laws" selected', 'value="alice@example.com"', "O&#x27;Neil"):
        assert kept in page
    assert "Nothing you typed is lost" in page
    assert "Mail me a link" in page


def test_the_fourth_start_in_a_minute_from_one_place_is_challenged(sandbox, alice, much_room):
    with frozen_now() as now:
        for amount in ("2500", "5000", "10000"):
            assert is_let_through(alice.give(amount=amount))
        fourth = alice.give(amount="25000")
        assert fourth.status_code == 429
        assert offers_calculation(fourth.text)
        neighbor = Visitor("192.0.2.2", "bob@example.com")
        assert is_let_through(neighbor.give())
        now.shift(timedelta(minutes=1, seconds=1))
        assert is_let_through(alice.give(amount="25000"))


def test_an_ipv6_network_is_one_place(sandbox, programs, much_room):
    for n in range(3):
        assert is_let_through(Visitor(f"2001:db8::{n}", f"person.{n}@example.com").give())
    assert Visitor("2001:db8::ffff:1", "person.9@example.com").give().status_code == 429
    assert is_let_through(Visitor("2001:db8:0:1::1", "person.9@example.com").give())


def test_after_ten_in_an_hour_one_place_needs_a_mailbox(sandbox, programs, much_room):
    with frozen_now() as now:
        for n in range(10):
            assert is_let_through(Visitor("192.0.2.1", f"person.{n}@example.com").give())
            now.shift(timedelta(seconds=61))
        eleventh = Visitor("192.0.2.1", "person.11@example.com").give()
        assert eleventh.status_code == 429
        assert not offers_calculation(eleventh.text)
        assert "Mail me a link" in eleventh.text


def test_a_hall_in_which_many_give_is_no_thief(sandbox, programs, much_room):
    for n in range(15):
        assert is_let_through(Visitor("192.0.2.1", f"person.{n}@example.com").give())
        Payment.objects.filter(paid_at=None).update(status="paid", paid_at=timezone.now())


def test_one_mailbox_from_many_places_is_challenged_however_it_is_written(sandbox, programs, much_room):
    for n in range(5):
        assert is_let_through(Visitor(f"198.51.100.{n}").give(amount="", other=str(20 + n)))
    assert Visitor("198.51.100.9").give(email="ALICE@example.com", other="99").status_code == 429


def test_five_pages_stand_open_then_a_calculation_then_a_mailbox(sandbox, programs, real_limits):
    for person in people(5):
        assert is_let_through(person.give())
    for person in people(5, start=6):
        challenged = person.give()
        assert challenged.status_code == 429
        assert is_let_through(person.give_again(**solve(challenged.text)))
    last = people(1, start=11)[0].give()
    assert last.status_code == 429
    assert not offers_calculation(last.text)
    assert Start.objects.by_proof() == {Proof.NONE: 5, Proof.WORK: 5, Proof.MAILBOX: 0}


def test_a_page_that_ended_leaves_its_place_to_the_next(sandbox, programs, real_limits):
    for person in people(5):
        person.give()
    assert people(1, start=6)[0].give().status_code == 429
    Payment.objects.filter(pk=newest_payment().pk).update(status="expired")
    assert is_let_through(people(1, start=6)[0].give())


def test_every_payment_of_the_last_day_makes_two_more_places(sandbox, programs, real_limits):
    for person in people(5):
        person.give()
    Payment.objects.filter(pk=newest_payment().pk).update(status="paid", paid_at=timezone.now())
    for person in people(3, start=6):
        assert is_let_through(person.give())
    assert people(1, start=9)[0].give().status_code == 429


def test_the_calculation_grows_dearer_as_places_fill(sandbox, programs, real_limits):
    steps = []
    for person in people(5):
        person.give()
    for person in people(5, start=6):
        page = person.give().text
        steps.append(int(page.split('data-steps="')[1].split('"')[0]))
        person.give_again(**solve(page))
    assert steps == sorted(steps)
    assert steps[-1] > steps[0]


def test_a_solution_opens_one_page(sandbox, alice):
    solution = solve(alice.give_again().text)
    assert is_let_through(alice.give_again(**solution))
    assert alice.give_again(amount="10000", **solution).status_code == 429
    assert Start.objects.count() == 1
    assert Payment.objects.exclude(checkout_session_id=None).count() == 1


def test_pressing_again_or_coming_back_is_the_same_page_and_counts_once(sandbox, alice):
    first = alice.give()
    for _ in range(5):
        assert alice.give().url == first.url
    assert Start.objects.count() == 1


def test_coming_back_with_the_same_solution_is_the_same_page(sandbox, alice):
    solution = solve(alice.give_again().text)
    assert alice.give_again(**solution).url == alice.give_again(**solution).url
    assert Start.objects.get().proof == Proof.WORK


def test_a_page_that_was_opened_plainly_is_worth_more_after_a_calculation(sandbox, alice):
    alice.give()
    alice.last = ""
    assert is_let_through(alice.give_again(**solve(alice.give_again().text)))
    assert Start.objects.get().proof == Proof.WORK


def test_a_limit_that_breaks_asks_for_the_calculation_and_lets_nobody_in_without(sandbox, alice, real_limits, caplog):
    real_limits.CARD_TESTING_ADDRESS_PER_MINUTE = None  # cannot be compared with a number
    challenged = alice.give()
    assert challenged.status_code == 429
    assert "could not be counted" in caplog.text
    assert is_let_through(alice.give_again(**solve(challenged.text)))


def test_a_calculation_that_breaks_leaves_the_mailed_link(alice, real_limits, caplog):
    real_limits.CARD_TESTING_WORK = None
    challenged = alice.give_again()
    assert challenged.status_code == 429
    assert not offers_calculation(challenged.text)
    assert "Mail me a link" in challenged.text
    assert "No calculation could be made" in caplog.text


@pytest.mark.parametrize(("chosen", "status"), [("always", 429), ("never", 303)])
def test_the_setting_can_challenge_everybody_or_nobody(sandbox, alice, real_limits, chosen, status):
    real_limits.CARD_TESTING_CHALLENGE = chosen
    alice.look()
    assert alice.give_again(**({"message": "Buy now"} if chosen == "never" else {})).status_code == status


def test_nobody_is_told_why(alice):
    without_a_token = re.sub(r'data-challenge="[^"]*"|value="[^"]*"', "", alice.give_again().text)
    in_the_trap = re.sub(r'data-challenge="[^"]*"|value="[^"]*"', "", alice.give(message="Buy now").text)
    assert without_a_token == in_the_trap
