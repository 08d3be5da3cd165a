"""A wish to give is recorded once, however often it is sent."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from donations import giving
from donations.models import Donor, Gift, Program
from shop.stripe_payments.models import Payment
from tests.donations.gifts import line_of, receive, start


def test_the_gift_and_its_payment_are_recorded_before_stripe_is_asked(programs):
    gift = start()
    payment = line_of(gift).payment
    assert gift.status == Gift.Status.STARTED
    assert payment.status == Payment.Status.OPEN
    assert payment.amount_minor == gift.amount_minor == 5000
    assert payment.checkout_session_id is None


def test_one_address_is_one_donor_however_it_is_capitalized(programs):
    assert start().donor == start(email="ALICE@Example.com", amount_minor=2500).donor
    with pytest.raises(IntegrityError), transaction.atomic():
        Donor.objects.create(email="Alice@EXAMPLE.com", name="Another")


def test_the_same_wish_within_two_minutes_is_one_gift(programs):
    now = timezone.now()
    first = start(now=now)
    assert start(now=now + timedelta(seconds=100)) == first
    assert Payment.objects.count() == 1


def test_the_same_wish_later_from_another_browser_is_a_gift_of_its_own(programs):
    now = timezone.now()
    assert start(now=now) != start(now=now + timedelta(minutes=3))


def test_the_same_wish_later_from_the_same_browser_takes_up_the_open_page(programs):
    now = timezone.now()
    gift = start(now=now)
    Payment.objects.update(checkout_url="https://checkout.stripe.com/c/pay/1")
    assert start(now=now + timedelta(minutes=25), begun_here=[gift.reference]) == gift


def test_a_page_that_is_about_to_close_is_not_taken_up_again(programs):
    now = timezone.now()
    gift = start(now=now)
    Payment.objects.update(checkout_url="https://checkout.stripe.com/c/pay/1")
    assert start(now=now + timedelta(minutes=32), begun_here=[gift.reference]) != gift


def test_a_page_that_was_never_made_is_not_asked_for_with_less_time_than_stripe_allows(programs):
    now = timezone.now()
    gift = start(now=now)
    assert start(now=now + timedelta(minutes=4), begun_here=[gift.reference]) == gift
    assert start(now=now + timedelta(minutes=5), begun_here=[gift.reference]) != gift


@pytest.mark.parametrize(
    "change",
    [
        {"amount_minor": 5001},
        {"program": "protective-laws"},
        {"name": "Charlie Clark"},
        {"email": "alice@example.net"},
    ],
)
def test_another_wish_is_another_gift(programs, change):
    assert start() != start(**change)


def test_giving_the_same_again_after_paying_is_a_second_gift(programs):
    gift = receive(start())
    assert start(begun_here=[gift.reference]) != gift


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_given_before", [False, True])
def test_eight_clicks_at_once_make_one_gift_one_donor_and_one_payment(programs, has_given_before):
    if has_given_before:
        start(amount_minor=2500)
    everybody_is_ready = Barrier(8)

    def click(_number):
        try:
            everybody_is_ready.wait()
            return start().reference
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        references = set(threads.map(click, range(8)))
    assert len(references) == 1
    assert Gift.objects.filter(amount_minor=5000).count() == Payment.objects.filter(amount_minor=5000).count() == 1
    assert Donor.objects.count() == 1


def test_a_reference_is_random_and_easy_to_read_aloud(programs):
    references = {start(amount_minor=500 + cents).reference for cents in range(20)}
    assert len(references) == 20
    assert all(len(reference) == 11 and not set("ILOU") & set(reference) for reference in references)


@pytest.mark.parametrize(
    "broken",
    [
        {"amount_minor": 0},
        {"refunded_minor": 5001},
        {"status": "received"},
        {"status": "refunded"},
        {"status": "nonsense"},
        {"frequency": "hourly"},
        {"frequency": "monthly"},
        {"received_at": timezone.now()},
        {"refunded_minor": 1},
    ],
)
def test_the_database_refuses_a_gift_that_cannot_be(programs, broken):
    gift = start()
    with pytest.raises(IntegrityError), transaction.atomic():
        Gift.objects.filter(pk=gift.pk).update(**broken)


def test_nothing_is_recorded_when_the_payment_cannot_be_opened(programs):
    with pytest.raises(IntegrityError), transaction.atomic():
        giving.start_gift(
            email="alice@example.com", name="Alice", amount_minor=0, program=Program.objects.first(), now=timezone.now()
        )
    assert not Donor.objects.exists()
