"""Settings that cannot be right are told, and that they are mended."""

import pytest

from shop.stripe_payments.models import Payment
from tests.shop.stripe_payments.going_live.told import is_told, is_well
from tests.shop.stripe_payments.orders import ask_for, make_order

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("", "is not set"),
        ("sk_test_demo", "is not set"),
        ("pk_live_1", "no secret key: it begins with “pk_”"),
        (" sk_test_1", "no secret key"),
        ("sk_live_1", "without PRODUCTION=1"),
    ],
)
def test_key_that_cannot_be_right(settings, key, words):
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = key, ""
    assert is_told("key", words)


@pytest.mark.parametrize("key", ["sk_test_1", "rk_test_1"])
def test_key_that_can_be_right(settings, key):
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = key, ""
    assert is_well("key")


def test_production_with_a_test_key_is_a_trial(settings):
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE, settings.PRODUCTION = "sk_test_1", "", True
    assert is_told("key", "no money comes in", level="note")
    settings.STRIPE_SECRET_KEY = "sk_live_1"
    assert is_well("key")


def test_production_that_speaks_to_a_stand_in(settings):
    settings.STRIPE_SECRET_KEY, settings.PRODUCTION = "sk_test_1", True
    settings.STRIPE_API_BASE = "http://127.0.0.1:8001"
    assert is_told("key", "not to Stripe")


@pytest.mark.parametrize(
    ("secrets", "words"), [(["whsec_demo"], "holds a placeholder"), (["sk_test_1"], "is no signing secret")]
)
def test_signing_secret_that_cannot_be_right(settings, secrets, words):
    settings.STRIPE_WEBHOOK_SECRETS, settings.STRIPE_API_BASE = secrets, ""
    assert is_told("webhook secrets", words)
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_1", " whsec_2"]
    assert is_well("webhook secrets")
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_1", "whsec_2", "whsec_3"]
    assert is_told("webhook secrets", "More than two", level="note")


@pytest.mark.parametrize(
    ("site", "words"),
    [
        ("http://shop.example.org", "without https"),
        ("https://localhost", "this machine's own name"),
        ("https://shop.example.org/en", "goes on after the host"),
        ("https://www.example.org", "ALLOWED_HOSTS lacks www.example.org"),
    ],
)
def test_address_where_nobody_finds_the_site(settings, site, words):
    settings.PRODUCTION, settings.ALLOWED_HOSTS, settings.SITE_URL = True, ["shop.example.org", "localhost"], site
    assert is_told("site address", words)
    settings.SITE_URL = "https://shop.example.org"
    assert is_well("site address")


@pytest.mark.parametrize(
    ("suffix", "words"),
    [
        ("TAGS AND KEY CHAINS", "has 19 characters"),
        ("2026", "has no letter"),
        ("CAFÉ", "not Latin"),
        ("TAGS*", "has *, which Stripe does not allow"),
        ("<TAGS>", "has < >, which Stripe does not allow"),
    ],
)
def test_statement_descriptor_that_stripe_refuses(settings, suffix, words):
    settings.STATEMENT_DESCRIPTOR_SUFFIX = suffix
    assert is_told("statement descriptor", words)
    settings.STATEMENT_DESCRIPTOR_SUFFIX = "TAGS 2026"
    assert is_well("statement descriptor")


def test_data_of_the_other_mode(settings, account):
    payment = ask_for(make_order())
    assert is_well("live and test")
    settings.STRIPE_SECRET_KEY = "sk_live_1"
    assert is_told("live and test", "1 test payments", level="note")
    Payment.objects.filter(pk=payment.pk).update(is_live=True)
    assert is_well("live and test")
    settings.STRIPE_SECRET_KEY = "sk_test_1"
    assert is_told("live and test", "1 live payments, 1 of them unfinished")
