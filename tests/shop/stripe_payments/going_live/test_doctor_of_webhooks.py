"""Webhooks that do not arrive, and where they get lost."""

from datetime import timedelta

import pytest
from django.utils import timezone
from werkzeug.wrappers import Response

from shop.stripe_payments import tasks
from shop.stripe_payments.models import StripeEvent
from tests.hosted_page import pay
from tests.shop.stripe_payments.going_live.sites import answering
from tests.shop.stripe_payments.going_live.told import is_told, is_well, look
from tests.shop.stripe_payments.orders import ask_for, make_order
from tests.stripe_sandbox.receiver import listening

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Response("", 301, headers={"Location": "https://shop.example.org/"}), "redirects (301)"),
        (Response("no such page", 404), "answers 404"),
        (Response("bad request", 400), "answers 400, and not as this site does"),
    ],
)
def test_address_that_leads_elsewhere(settings, answer, words):
    with answering(lambda request: answer) as url:
        settings.SITE_URL = url
        assert is_told("webhook address", words)


def test_address_where_nobody_answers(settings):
    settings.SITE_URL = "http://127.0.0.1:9"
    assert is_told("webhook address", "does not answer")


@pytest.mark.django_db(transaction=True)
def test_address_that_leads_here(live_server, settings):
    settings.SITE_URL = live_server.url
    assert is_well("webhook address")


SOON = timedelta(minutes=20)


def test_events_that_never_arrived(account):
    assert is_told("webhooks", "No event of Stripe's came", level="note")
    pay(ask_for(make_order()).checkout_url)
    account.sandbox.control("clock", offset=5)  # the fee is known, and its event was made
    assert is_told("webhooks", "are not known here", later=SOON)
    tasks.collect_missed_events.func(timestamp=int(timezone.now().timestamp()))
    assert is_told("webhooks", "never came; they were asked for", later=SOON)
    StripeEvent.objects.update(is_collected=False)
    assert is_well("webhooks", later=SOON)


def test_events_that_just_happened_are_given_time(account):
    pay(ask_for(make_order()).checkout_url)
    assert not any("not known here" in line for line in look("webhooks"))


def test_events_that_stripe_could_not_deliver(account, set_up, settings):
    with listening() as receiver:
        receiver.answers = [500] * 1000
        settings.SITE_URL = receiver.url.removesuffix("/hook")
        set_up()
        pay(ask_for(make_order()).checkout_url)
        assert is_told("webhooks", "Stripe could not deliver", later=SOON)
        for endpoint in account.endpoints():
            account.delete(endpoint["id"])
