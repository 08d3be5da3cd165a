from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory

from shop.accounts import attempts
from shop.accounts.attempts import Limit, TooManyAttempts
from shop.accounts.models import Attempt

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
THREE = Limit("test", most=3, within=timedelta(minutes=10))
MANY = Limit("all", most=100, within=timedelta(minutes=10))


def test_the_limit_is_reached_after_as_many_as_it_says():
    for _ in range(3):
        attempts.spend((THREE, "a"), now=NOW)
    with pytest.raises(TooManyAttempts):
        attempts.spend((THREE, "a"), now=NOW)
    attempts.spend((THREE, "b"), now=NOW)


def test_a_refused_attempt_makes_the_waiting_no_longer():
    for _ in range(3):
        attempts.spend((THREE, "a"), now=NOW)
    for minute in range(1, 10):
        with pytest.raises(TooManyAttempts):
            attempts.spend((THREE, "a"), (MANY, "x"), now=NOW + timedelta(minutes=minute))
    attempts.spend((THREE, "a"), now=NOW + timedelta(minutes=10, seconds=1))
    assert attempts.count(MANY, "x", now=NOW) == 0


def test_what_is_given_back_does_not_count():
    for _ in range(10):
        attempts.give_back(attempts.spend((THREE, "a"), now=NOW))
    assert attempts.count(THREE, "a", now=NOW) == 0


def test_old_attempts_are_deleted_and_young_ones_kept():
    attempts.spend((THREE, "a"), now=NOW - timedelta(days=61))
    attempts.remember("signed in from", "a", now=NOW - timedelta(days=30))
    assert attempts.delete_old(now=NOW) == 1
    assert attempts.has_happened("signed in from", "a")
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_a_whole_ipv6_network_is_one_place(address, counts_as):
    assert attempts.address_of(RequestFactory().get("/", REMOTE_ADDR=address)) == counts_as


def test_only_our_own_proxy_is_believed(settings):
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": "1.2.3.4, 192.0.2.7"})
    assert attempts.address_of(request) == "10.0.0.1"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert attempts.address_of(request) == "192.0.2.7"
