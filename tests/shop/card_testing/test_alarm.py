"""Declined cards: when they raise what is asked of everybody, which pages they close, and when staff hear of it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from shop.card_testing import alarm
from shop.card_testing.models import Decline, Proof
from shop.stripe_payments.models import Payment, StripeEvent
from tests.guarded_form import offers_calculation, solve
from tests.hosted_page import IS_DECLINED, pay
from tests.jobs import do_jobs, waiting_jobs
from tests.shop.card_testing.visitors import Visitor, decline, newest_payment, people

pytestmark = pytest.mark.django_db


def demanded() -> Proof:
    return alarm.tally(now=timezone.now()).demanded


def page_of(person: Visitor, *, with_work: bool = False) -> Payment:
    answer = person.give()
    if with_work:
        answer = person.give_again(**solve(answer.text))
    assert answer.status_code == 303
    return newest_payment()


def statuses(*payments: Payment) -> list[str]:
    for payment in payments:
        payment.refresh_from_db()
    return [payment.status for payment in payments]


def test_a_donor_who_mistypes_four_times_still_gives_and_leaves_no_trace(sandbox, alice):
    page = alice.give().url
    for _ in range(4):
        assert "declined" in pay(page, card=IS_DECLINED)[1]
    decline(newest_payment(), 4)
    assert do_jobs() == []
    status, back = pay(page)
    assert status == 303
    alice.client.get(f"/donate/return/{back.rstrip('/').rsplit('/', 1)[1]}/")
    assert demanded() == Proof.NONE
    assert statuses(newest_payment()) == ["paid"]
    assert alarm.tally(now=timezone.now()).declined == 0


def test_the_fifth_declined_card_closes_the_page(sandbox, alice, real_limits):
    real_limits.CARD_TESTING_ALARM_DECLINES = 100
    payment = page_of(alice)
    decline(payment, 5)
    do_jobs()
    assert statuses(payment) == ["expired"]
    assert mail.outbox == [], "nobody is mailed about a declined card"


def test_the_same_event_twice_is_one_declined_card(sandbox, alice):
    payment = page_of(alice)
    for _ in range(6):
        alarm.note_declined(payment=payment, attempt="evt_1", now=timezone.now())
    assert Decline.objects.count() == 1
    assert waiting_jobs() == []


def test_five_declined_cards_ask_a_calculation_of_everybody_and_close_what_was_opened_with_less(
    sandbox, programs, real_limits
):
    thief, other, donor = people(3)
    pages = [page_of(thief), page_of(other)]
    decline(pages[0], 4)
    assert demanded() == Proof.NONE
    decline(pages[1])
    assert demanded() == Proof.WORK
    do_jobs()
    assert statuses(*pages) == ["expired", "expired"]
    challenged = donor.give()
    assert challenged.status_code == 429
    assert donor.give_again(**solve(challenged.text)).status_code == 303


def test_five_more_behind_the_calculation_ask_a_mailbox_of_everybody(sandbox, programs, real_limits):
    *thieves, donor = people(4)
    decline(page_of(thieves[0]), 5)
    pages = [page_of(thief, with_work=True) for thief in thieves[1:]]
    decline(pages[0], 4)
    assert demanded() == Proof.WORK
    decline(pages[1])
    assert demanded() == Proof.MAILBOX
    do_jobs()
    assert statuses(*pages) == ["expired", "expired"]
    challenged = donor.give()
    assert challenged.status_code == 429
    assert not offers_calculation(challenged.text)


def test_declines_among_many_payments_are_no_alarm(sandbox, alice):
    decline(page_of(alice), 4)
    for person in people(4):
        page_of(person)
        Payment.objects.filter(pk=newest_payment().pk).update(status="paid", paid_at=timezone.now())
    payment = page_of(people(1, start=9)[0])
    decline(payment, 1)
    assert demanded() == Proof.WORK, "5 of 9"
    Payment.objects.filter(paid_at=None).exclude(declines=None).exclude(pk=payment.pk).update(
        status="paid", paid_at=timezone.now()
    )
    assert demanded() == Proof.NONE


def test_the_alarm_ends_an_hour_after_the_cards(sandbox, alice):
    now = timezone.now()
    decline(page_of(alice), 5, now=now)
    assert alarm.tally(now=now + timedelta(minutes=59)).demanded == Proof.WORK
    assert alarm.tally(now=now + timedelta(minutes=61)).demanded == Proof.NONE


def test_staff_hear_of_each_step_once(sandbox, programs, real_limits):
    thief, solver = people(2)
    decline(page_of(thief), 7)
    decline(page_of(solver, with_work=True), 7)
    do_jobs()
    subjects = [message.body for message in mail.outbox]
    assert [message.to for message in mail.outbox] == [["staff@example.org"]] * 2
    assert "everybody gets a challenge" in subjects[0]
    assert "a mailed link is asked for" in subjects[1]
    assert "198.51.100" not in "".join(subjects)


def test_staff_hear_of_a_flood_of_forms(programs, real_limits):
    real_limits.CARD_TESTING_ALERT_CHALLENGES = 3
    robot = Visitor("192.0.2.66")
    for _ in range(3):
        robot.last = ""
        assert robot.give_again().status_code == 429
    do_jobs()
    (alert,) = mail.outbox
    assert "Very many forms" in alert.body


def test_when_staff_switched_the_challenge_off_pages_are_not_closed_by_the_alarm(sandbox, programs, real_limits):
    real_limits.CARD_TESTING_CHALLENGE = "never"
    thief, donor = people(2)
    page = page_of(donor)
    decline(page_of(thief), 5)
    do_jobs()
    assert statuses(page) == ["open"]
    assert donor.give(amount="10000").status_code == 303


def test_a_declined_card_at_stripe_is_noted_for_its_payment(sandbox, alice):
    from shop.stripe_payments import client, dispatch

    pay(alice.give().url, card=IS_DECLINED)
    payment = newest_payment()
    session = client.retrieve_checkout_session(payment.checkout_session_id)
    event = StripeEvent.objects.create(
        event_id="evt_declined",
        type="payment_intent.payment_failed",
        object_id=session.payment_intent_id,
        is_live=False,
    )
    for _ in range(2):
        dispatch.handle(event, now=timezone.now())
    assert Decline.objects.get().payment == payment
    assert statuses(payment) == ["open"]


def pay_for(payment: Payment) -> None:
    Payment.objects.filter(pk=payment.pk).update(status="paid", paid_at=timezone.now())


def test_one_good_card_does_not_hide_the_stolen_ones(sandbox, programs, real_limits):
    *thieves, last = people(3)
    for thief in thieves:
        payment = page_of(thief)
        decline(payment, 4)
        pay_for(payment)
    assert alarm.tally(now=timezone.now()).declined == 4, "of eight, four are typing errors"
    decline(page_of(last))
    assert demanded() == Proof.WORK


def test_typing_errors_among_many_payments_are_forgiven(sandbox, programs, real_limits):
    real_limits.CARD_TESTING_OPEN_PAGES = 100
    for number, person in enumerate(people(20)):
        payment = page_of(person)
        decline(payment, number % 3 == 0)
        pay_for(payment)
    assert alarm.tally(now=timezone.now()).declined == 1, "of seven, four and one for each ten payments are forgiven"


def test_renewals_of_monthly_gifts_silence_no_alarm(sandbox, programs, real_limits):
    decline(page_of(people(1)[0]), 5)
    renewal = Payment(
        status="paid",
        paid_at=timezone.now(),
        amount_minor=2500,
        currency="USD",
        is_live=False,
        expires_at=timezone.now(),
    )
    for number in range(20):
        renewal.pk, renewal.reference = None, f"renewal-{number}"
        renewal.save()
    assert demanded() == Proof.WORK
    assert alarm.tally(now=timezone.now()).paid == 0
