"""The giving page: the same for everybody, kind about mistakes, and it keeps what was typed."""

import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from donations.models import Donor, Gift, Program
from tests.donations.gifts import Browser

ALL_BAD_AMOUNTS = [
    "1e3",
    "-5",
    "+50",
    "0.4",
    "0",
    "4.99",
    "99999999999",
    "25000.01",
    "50.005",
    "5,0",
    "fifty",
    "$",
    "50 000",
    "0x32",
    "١٢٣",
    "½",
    "9" * 5000,
    "NaN",
    "Infinity",
    "=50",
]
GOOD_AMOUNTS = {
    "50.00": 5000,
    "50,00": 5000,
    "$50": 5000,
    " 50 ": 5000,
    "\uff15\uff10": 5000,  # full-width digits
    "1,250.50": 125050,
    "5": 500,
    "25000": 2500000,
    "007": 700,
}


def error_of(page: str, field: str) -> str:
    found = re.search(rf'id="id_{field}_error">([^<]*)<', page)
    return found[1] if found else ""


@time_machine.travel("2026-03-01T12:00:00Z", tick=False)
def test_looking_sets_no_cookie_and_is_the_same_for_everybody(alice, somebody):
    first, second = alice.get("/donate/"), somebody.get("/donate/")
    assert first.content == second.content
    assert not first.cookies
    assert "Cookie" not in first.headers.get("Vary", "")
    assert b"csrfmiddlewaretoken" not in first.content


def test_the_page_costs_few_queries_however_many_programs_there_are(alice):
    for place in range(30):
        Program.objects.create(slug=f"program-{place}", title=f"Program {place}", position=place)
    with CaptureQueriesContext(connection) as queries:
        assert alice.get("/donate/").status_code == 200
    assert len(queries) <= 4, [query["sql"] for query in queries]


def test_the_suggested_amount_and_the_first_program_are_chosen(alice):
    page = alice.get("/donate/").content.decode()
    assert re.findall(r'<input type="radio" name="amount" value="(\d+)"[^>]*checked', page) == ["5000"]
    assert re.search(r'<option value="([^"]*)"[^>]*>Where it is needed most', page)
    assert re.findall(r"<label class=\"field__label\"[^>]*>([^<]*)", page) == [
        "Other amount",
        "Use my gift for",
        "Email",
        "Name",
    ]


@pytest.mark.parametrize(
    ("query", "radio"),
    [
        ("amount=100", "10000"),
        ("amount=75", "7500"),
        ("amount=1250.50", "125050"),
        ("amount=1", "5000"),
        ("amount=99999999999", "5000"),
        ("amount=-5", "5000"),
        ("amount=%00", "5000"),
        ("amount=" + "9" * 6000, "5000"),
        ("amount=<script>", "5000"),
    ],
)
def test_a_link_can_set_the_amount_and_nonsense_is_passed_over(alice, query, radio):
    page = alice.get(f"/donate/?{query}").content.decode()
    assert re.findall(r'<input type="radio" name="amount" value="(\d+)"[^>]*checked', page) == [radio]
    typed = re.search(r'<input type="text" name="other"[^>]*', page)
    assert typed
    assert "value=" not in typed[0], "it would count before what is chosen"


def test_an_amount_that_a_link_asked_for_is_one_more_choice(sandbox, alice):
    assert "$75</span>" in alice.get("/donate/?amount=75").text
    assert "$75</span>" in alice.give(amount="7500", name="").text, "also while something is corrected"
    assert alice.give(amount="7500").status_code == 303
    assert Gift.objects.get().amount_minor == 7500


def test_a_link_can_set_the_program(alice):
    assert 'value="protective-laws" selected' in alice.get("/donate/?program=protective-laws").content.decode()
    assert "selected" not in alice.get("/donate/?program=nonsense").content.decode()


@pytest.mark.parametrize("amount", ALL_BAD_AMOUNTS)
def test_a_bad_amount_is_refused_beside_its_field_and_nothing_typed_is_lost(alice, amount):
    page = alice.give(other=amount, program="protective-laws").content.decode()
    assert error_of(page, "other")
    assert 'value="alice@example.com"' in page
    assert 'value="Alice Adams"' in page
    assert 'value="protective-laws" selected' in page
    assert 'name="amount" value="5000"' in page
    assert not Gift.objects.exists()


@pytest.mark.parametrize(("typed", "amount_minor"), GOOD_AMOUNTS.items())
def test_a_typed_amount_counts_before_the_chosen_one(sandbox, alice, typed, amount_minor):
    assert alice.give(amount="10000", other=typed).status_code == 303
    assert Gift.objects.get().amount_minor == amount_minor


def test_no_amount_at_all_is_said_beside_the_choices(alice):
    page = alice.give(amount="").content.decode()
    assert error_of(page, "amount")


@pytest.mark.parametrize("amount", ["1", "499", "2500001", "-5000", "50.00", "9" * 6000, "\u0665\u0660\u0660\u0660"])
def test_a_choice_that_cannot_be_given_is_refused(alice, amount):
    assert alice.give(amount=amount).status_code == 200
    assert not Gift.objects.exists()


@pytest.mark.parametrize(
    "email",
    [
        "",
        "alice",
        "alice@",
        "alice@example.com\nBcc: charlie@example.com",
        "alice@example.com\r\nBcc: charlie@example.com",
        "alice@example.com\n",
        "\nalice@example.com",
        "alice@example.com, charlie@example.com",
        "Alice <alice@example.com>",
        "alice@example.com\x00",
        "alice@exam\u2028ple.com",
    ],
)
def test_a_mail_address_that_is_not_one_plain_address_is_refused(alice, email):
    page = alice.give(email=email).content.decode()
    assert error_of(page, "email")
    assert not Donor.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "Alice\nBcc: charlie@example.com", "Alice\x00", "A\x1b[2J", "n" * 101])
def test_a_name_that_cannot_stand_in_a_mail_is_refused(alice, name):
    assert error_of(alice.give(name=name).content.decode(), "name")
    assert not Donor.objects.exists()


def test_what_is_typed_comes_back_as_text_and_never_as_markup(alice):
    page = alice.give(name='"><script>alert(1)</script>', other="<b>").content.decode()
    assert "<script>alert" not in page
    assert "<b>" not in page


def test_a_form_that_another_site_sends_is_refused(programs):
    client = Client(enforce_csrf_checks=True)
    form = {"amount": "5000", "email": "alice@example.com", "name": "Alice"}
    assert client.post("/donate/", form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert not Gift.objects.exists()


def test_without_programs_the_page_says_so_and_takes_nothing(db):
    browser = Browser(Client())
    assert b"cannot be taken" in browser.get("/donate/").content
    assert browser.give().status_code == 200
    assert not Gift.objects.exists()


def test_the_disclosure_shows_the_staffs_words_and_no_invented_number(alice, settings):
    page = alice.get("/donate/disclosure/").content.decode()
    assert settings.ORGANIZATION["ein"] in page
    assert "Many states ask" in page


def test_an_address_that_only_stripe_does_not_know_is_told_beside_the_field(sandbox, alice):
    answer = alice.give(email='"alice;adams"@example.com')
    assert answer.status_code == 200
    assert "does not know such an address" in error_of(answer.text, "email")
    assert "alice;adams" in answer.text
    assert alice.give(email="alice@example.com").status_code == 303
