"""Stripe that does not answer, a clock that runs apart, an account that is not ready."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from werkzeug.wrappers import Response

from shop.stripe_payments import doctor
from tests.shop.stripe_payments.going_live.sites import answering
from tests.shop.stripe_payments.going_live.told import is_told, is_well

pytestmark = pytest.mark.django_db


def test_key_that_stripe_refuses_is_told_once_and_the_rest_is_looked_at(account, settings):
    settings.STRIPE_SECRET_KEY = "rk_test_rolled"
    findings = doctor.examine(now=timezone.now())
    assert "Stripe refuses the key" in findings["stripe"][0].says
    assert findings["clock"][0].says == "Not looked at, since Stripe cannot be asked."
    assert findings["events"][0].level == "ok"


def test_silent_stripe_is_told_once(account, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    assert is_told("stripe", "Stripe does not answer")
    assert doctor.examine(now=timezone.now())["webhook endpoint"][0].level == "unknown"


def test_slow_stripe_is_noted(account):
    account.sandbox.control("fault", kind="slow", seconds=2.1)
    assert is_told("stripe", "Stripe answers in 2", level="note")
    assert is_well("stripe")


@pytest.mark.parametrize(
    ("seconds", "level", "words"),
    [(30, "note", "ahead of"), (200, "problem", "ahead of"), (-200, "problem", "behind")],
)
def test_clock_that_runs_apart(account, seconds, level, words):
    with time_machine.travel(timezone.now() + timedelta(seconds=seconds)):
        assert is_told("clock", words, level=level)
    assert is_well("clock")


def stripe_account(**changes):
    content = {
        "id": "acct_1",
        "object": "account",
        "charges_enabled": True,
        "payouts_enabled": True,
        "country": "US",
        "settings": {"card_payments": {"statement_descriptor_prefix": "PACT"}},
    }
    return Response(json.dumps(content | changes), content_type="application/json")


@pytest.mark.parametrize(
    ("changes", "level", "words"),
    [
        ({"charges_enabled": False}, "note", "take payments"),
        ({"payouts_enabled": False}, "note", "pay out to the bank"),
        ({"settings": {"card_payments": {"statement_descriptor_prefix": None}}}, "problem", "no shortened descriptor"),
        ({"settings": {"card_payments": {"statement_descriptor_prefix": "PACTECPAT"}}}, "problem", "24 characters"),
    ],
)
def test_account_that_is_not_ready(settings, changes, level, words):
    settings.STATEMENT_DESCRIPTOR_SUFFIX = "GIFTS AND TAG"
    with answering(lambda request: stripe_account(**changes)) as url:
        settings.STRIPE_API_BASE = url
        assert is_told("account", words, level=level)
    with answering(lambda request: stripe_account()) as url:
        settings.STRIPE_API_BASE = url
        assert is_well("account")


def test_account_that_the_key_may_not_read_is_noted(settings):
    refusal = '{"error": {"type": "invalid_request_error", "message": "no permission"}}'
    with answering(lambda request: Response(refusal, 403, content_type="application/json")) as url:
        settings.STRIPE_API_BASE = url
        assert is_told("account", "could not be read", level="note")


def test_product_and_portal_that_are_missing(account, set_up):
    assert is_told("monthly product", "make the product")
    assert is_told("customer portal", "make the configuration")
    set_up()
    assert is_well("monthly product")
    assert is_well("customer portal")
