"""An endpoint that is not as it should be, and a signing secret that does not fit."""

import pytest

from tests.shop.stripe_payments.going_live.conftest import WEBHOOK, secrets_in
from tests.shop.stripe_payments.going_live.rows import event
from tests.shop.stripe_payments.going_live.told import is_told, is_well, look

pytestmark = pytest.mark.django_db


def test_endpoint_that_is_missing(account, set_up):
    assert is_told("webhook endpoint", f"No webhook endpoint is at {WEBHOOK}.")
    set_up()
    assert is_well("webhook endpoint")


def test_endpoint_at_another_address(account, set_up, settings):
    set_up()
    settings.SITE_URL = "https://www.example.org"
    assert is_told("webhook endpoint", f"One is at {WEBHOOK}: is SITE_URL right?")


@pytest.mark.parametrize(
    ("field", "value", "level", "words"),
    [
        ("status", "disabled", "problem", "is switched off"),
        ("api_version", "2025-03-31.basil", "problem", "at API version 2025-03-31.basil"),
        ("api_version", None, "problem", "at API version of the account"),
        ("enabled_events", ["charge.updated"], "problem", "does not send charge.dispute.closed"),
        ("enabled_events", ["*"], "note", "also sends *"),
    ],
)
def test_endpoint_that_is_not_as_it_should_be(account, set_up, settings, field, value, level, words):
    settings.STRIPE_WEBHOOK_SECRETS = secrets_in(set_up())
    account.change(account.endpoints()[0]["id"], field, value)
    assert is_told("webhook endpoint", words, level=level)
    set_up()
    assert [line for line in look("webhook endpoint") if "problem" in line] == []


def test_two_endpoints_at_one_address_are_noted(account, set_up):
    set_up()
    account.change(account.endpoints()[0]["id"], "api_version", "2025-03-31.basil")
    set_up()
    assert is_told("webhook endpoint", "nothing is counted twice", level="note")


def test_signing_secret_that_the_site_was_not_given(account, set_up, settings):
    output = set_up()
    assert is_told("signing secret", "does not hold the secret")
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_other", *secrets_in(output)]
    assert is_well("signing secret")


def test_signing_secret_that_was_rolled_at_stripe_is_told_by_what_arrives(account, set_up):
    set_up()
    event(is_collected=True)
    assert is_told("signing secret", "does not hold the secret")
    event("evt_2", hours_ago=1)  # before the endpoint was made
    assert is_told("signing secret", "does not hold the secret")
    event("evt_3")
    assert is_well("signing secret")
    account.change(account.endpoints()[0]["id"], "api_version", "2025-03-31.basil")
    set_up()  # now either endpoint may have signed it
    assert is_told("signing secret", "does not hold the secret")


def test_signing_secret_of_an_endpoint_made_by_hand_cannot_be_told(account, set_up):
    set_up()
    account.change(account.endpoints()[0]["id"], "metadata", {})
    assert is_told("signing secret", "was made by hand", level="note")
