"""Everywhere that a mail address is typed: one address has one spelling, and no letter of Unicode breaks a page."""

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from donations.models import Donor
from shop.mail_addresses import MailAddressField
from tests.conftest import person
from tests.donations.gifts import Browser, start
from tests.goods import allow_shipping, make_tag
from tests.jobs import do_jobs, waiting_jobs
from tests.shop.customer.conftest import browser
from tests.shop.dashboard.orders.buying import ADDRESS

KELVIN, LONG_S, DOTLESS_I, DOTTED_I = "\u212a", "\u017f", "\u0131", "\u0130"
# Letters that are one of a to z to Python, to LOWER or to UPPER, but not to all three.
FOLDING = [KELVIN, LONG_S, DOTLESS_I, DOTTED_I, "\u00df", "\uff4b", "\u00e9"]
PAGES = ["/donate/", "/checkout/", "/accounts/login/", "/accounts/register/", "/password-reset/"]


@pytest.fixture
def client(db):
    """A browser with a tag in its basket."""
    allow_shipping()
    client = browser()
    client.post(f"/basket/add/{make_tag().pk}/", {"quantity": 1})
    return client


@pytest.fixture
def _programs(db):
    from django.core.management import call_command

    call_command("load_programs", verbosity=0)


def send(client, page, email):
    return client.post(
        page, {**ADDRESS, "amount": "5000", "name": "Alice", "password": "x", "email": email}, follow=True
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("_programs")
@pytest.mark.parametrize("letter", FOLDING)
@pytest.mark.parametrize("page", PAGES)
def test_a_letter_that_is_nearly_plain_is_told_beside_the_field(client, page, letter):
    for _twice in range(2):
        response = send(client, page, f"alice{letter}@example.com")
        assert response.status_code == 200
        assert response.context["form"].errors["email"]
    assert not Donor.objects.exists()
    assert not get_user_model().objects.exists()
    assert waiting_jobs() == []


@pytest.mark.django_db
def test_an_account_is_not_reached_by_an_address_that_only_looks_like_its_own():
    person("kim")
    for page in ("/password-reset/", "/accounts/register/"):
        assert send(browser(), page, f"{KELVIN}im@example.com").status_code == 200
    assert do_jobs() == []
    assert mail.outbox == []


@pytest.mark.django_db
def test_a_new_address_of_an_account_has_plain_letters():
    client = browser()
    client.force_login(person("kim"))
    fields = {"name": "Kim", "email": f"{KELVIN}im@example.com", "current_password": "kim-likes-tags"}
    assert client.post("/accounts/profile/", fields).context["form"].errors["email"]


def test_the_part_behind_the_at_is_kept_as_the_network_spells_it():
    clean = MailAddressField().clean
    assert clean("Alice@Example.com ") == "Alice@Example.com"
    assert clean("alice@b\u00fccher.example") == "alice@xn--bcher-kva.example"
    assert clean(f"alice@{KELVIN}elvin.example") == "alice@kelvin.example"


@pytest.mark.parametrize(
    "typed",
    [
        "alice@" + DOTTED_I * 40 + ".example",
        "a" * 60 + "@" + ".".join(["\u00fc" * 20] * 8) + ".com",
        f"alice{KELVIN}@example.com",
        "alice@example.com\nBcc: all@example.com",
        "\u00e9@example.com",
    ],
)
def test_what_would_be_no_address_in_ascii_is_refused(typed):
    with pytest.raises(ValidationError):
        MailAddressField().clean(typed)


@settings(max_examples=500, deadline=None)
@given(local=st.text("ak\u212a\u017f\u0131\u0130\u00df.@+\n ", max_size=8), domain=st.text(max_size=20))
def test_what_is_taken_is_plain_and_short_enough(local, domain):
    try:
        address = MailAddressField().clean(f"{local}@{domain}.com")
    except ValidationError:
        return
    assert address.isascii()
    assert len(address) <= 254


@pytest.mark.django_db
@pytest.mark.usefixtures("_programs")
def test_a_donor_is_found_as_the_database_keeps_donors_apart():
    """Also past the form: `lower` and not `upper` decides."""
    assert start(email=f"{KELVIN}im@example.com").donor == start(email="kim@example.com", amount_minor=2500).donor


@pytest.mark.django_db
@pytest.mark.usefixtures("_programs")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    email=st.from_regex(r"[a-k\u212a\u017f\u0131\u0130]{1,6}@[a-k\u212a\u00fc\u00df]{1,6}\.(com|de)", fullmatch=True)
)
def test_no_address_breaks_the_giving_page(sandbox, email):
    from django.test import Client

    assert Browser(Client()).give(email=email).status_code in (200, 303)
