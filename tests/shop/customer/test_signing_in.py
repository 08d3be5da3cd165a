import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.test import Client

from shop.accounts.models import Attempt
from tests.conftest import person
from tests.goods import make_tag
from tests.shop.customer.conftest import browser

pytestmark = pytest.mark.django_db

PASSWORD = "alice-likes-tags"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def sign_in(client, email="alice@example.com", password=PASSWORD, **more):
    return client.post("/accounts/login/", {"email": email, "password": password, **more})


def is_signed_in(client):
    return client.get("/accounts/").status_code == 200


def test_the_door_sets_no_cookie_and_is_kept_nowhere(stranger):
    for page in ("/accounts/login/", "/accounts/register/", "/password-reset/", "/password-reset/done/"):
        response = stranger.get(page)
        assert response.status_code == 200
        assert not response.cookies
        assert "no-store" in response["Cache-Control"]
        assert "private" in response["Cache-Control"]
        assert "csrfmiddlewaretoken" not in response.text


def test_the_right_password_opens_whatever_the_capitals_of_the_address(alice):
    client = browser()
    assert sign_in(client, email="Alice@Example.com").url == "/accounts/"
    assert is_signed_in(client)


def test_fields_are_named_and_marked_for_password_managers(stranger):
    page = stranger.get("/accounts/login/").text
    assert re.search(r'<label[^>]*for="id_email">Email</label>', page)
    assert re.search(r'<label[^>]*for="id_password">Password</label>', page)
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page


def test_known_and_unknown_addresses_get_the_same_answer(alice):
    answers = []
    for email in ("alice@example.com", "nobody@example.com"):
        response = sign_in(browser(), email=email, password="wrong")
        answers.append((response.status_code, response.text.replace(email, ""), sorted(response.cookies)))
    assert answers[0] == answers[1]
    assert "do not belong together" in answers[0][1]


def test_a_closed_or_unfinished_account_answers_as_an_unknown_one(alice):
    alice.is_active = False
    alice.save()
    right, unknown = sign_in(browser()), sign_in(browser(), email="zzzzz@example.com")
    assert right.status_code == unknown.status_code == 200
    assert right.text.replace("alice@", "") == unknown.text.replace("zzzzz@", "")


def test_the_address_is_kept_and_the_password_is_not(stranger):
    page = sign_in(stranger, email="alice@example.com", password="my-secret-words").text
    assert 'value="alice@example.com"' in page
    assert "my-secret-words" not in page


@pytest.mark.parametrize(
    "email", ["", "alice", "alice@example.com\r\nBcc: x@example.com", "a@b" * 200, "\x00@example.com"]
)
def test_a_strange_address_is_told_beside_its_field(stranger, email):
    response = sign_in(stranger, email=email)
    assert response.status_code == 200
    assert 'id="id_email_error"' in response.text


def test_the_session_is_a_new_one_after_signing_in(alice):
    client = browser()
    session = client.session
    session["orders"] = ["T-1"]
    session.save()
    client.cookies["session"] = session.session_key
    before = session.session_key
    sign_in(client)
    after = client.cookies["session"].value
    assert after != before
    assert not Session.objects.filter(pk=before).exists()
    assert client.session["orders"] == ["T-1"]


def test_logging_out_ends_the_session_for_good(alice_browser):
    stolen = alice_browser.cookies["session"].value
    assert alice_browser.get("/accounts/logout/").status_code == 405
    assert is_signed_in(alice_browser)
    assert alice_browser.post("/accounts/logout/").url == "/"
    thief = Client()
    thief.cookies["session"] = stolen
    assert not is_signed_in(thief)


def test_the_basket_comes_along(alice):
    client = browser()
    tag = make_tag()
    client.post(f"/basket/add/{tag.pk}/", {"quantity": 3})
    sign_in(client)
    page = client.get("/basket/")
    assert page.context["basket"].num_items == 3


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "\x00/",
        "https://testserver@evil.example/",
        "foo",
        "catalogue:index",
        "http://[",
        "",
    ],
)
def test_nobody_is_led_to_another_site(alice, wanted):
    assert "evil" not in browser().get("/accounts/login/", {"next": wanted}).text
    assert sign_in(browser(), next=wanted).url == "/accounts/"


def test_the_way_that_was_wanted_is_kept(alice, stranger):
    asked = stranger.get("/accounts/orders/")
    assert asked.url == "/accounts/login/?next=/accounts/orders/"
    assert 'name="next" value="/accounts/orders/"' in stranger.get(asked.url).text
    assert sign_in(stranger, next="/accounts/orders/").url == "/accounts/orders/"


def test_a_form_of_another_site_signs_nobody_in(alice):
    client = Client(
        headers={"sec-fetch-site": "cross-site", "origin": "https://evil.example"}, enforce_csrf_checks=True
    )
    assert sign_in(client).status_code == 403


def test_guessing_is_slowed_from_one_place_and_the_owner_elsewhere_is_not(alice):
    guesser = browser("203.0.113.5")
    with time_machine.travel(NOW, tick=False):
        for _ in range(8):
            assert sign_in(guesser, password="wrong").status_code == 200
        response = sign_in(guesser, password="alice-likes-tags")
        assert response.status_code == 429
        assert "Please wait" in response.text
        assert not is_signed_in(guesser)
        assert sign_in(browser("192.0.2.7")).status_code == 302
    with time_machine.travel(NOW + timedelta(minutes=16), tick=False):
        assert sign_in(guesser).status_code == 302


def test_the_same_slowness_for_an_address_that_nobody_has(stranger):
    for _ in range(8):
        sign_in(stranger, email="nobody@example.com")
    assert sign_in(stranger, email="nobody@example.com").status_code == 429


def test_many_accounts_cannot_be_tried_from_one_place(alice):
    guesser = browser("203.0.113.5")
    with time_machine.travel(NOW, tick=False):
        for number in range(40):
            assert sign_in(guesser, email=f"user{number}@example.com").status_code == 200
        assert sign_in(guesser).status_code == 429


def test_guessing_from_many_places_stops_and_the_owner_still_comes_in(alice):
    with time_machine.travel(NOW, tick=False):
        assert sign_in(browser("192.0.2.7")).status_code == 302
        for number in range(60):
            assert sign_in(browser(f"203.0.113.{number}"), password="wrong").status_code == 200
        assert sign_in(browser("203.0.113.200"), password="wrong").status_code == 429
        assert sign_in(browser("192.0.2.7")).status_code == 302


def test_typing_errors_are_forgotten_once_the_password_was_right(alice):
    client = browser()
    with time_machine.travel(NOW, tick=False):
        for _ in range(3):
            for _ in range(5):
                sign_in(client, password="wrong")
            assert sign_in(client).status_code == 302


def test_a_forged_forwarded_address_changes_nothing(alice):
    for number in range(8):
        client = browser("203.0.113.5")
        client.post(
            "/accounts/login/",
            {"email": "alice@example.com", "password": "wrong"},
            headers={"x-forwarded-for": f"10.0.0.{number}"},
        )
    assert sign_in(browser("203.0.113.5")).status_code == 429


def test_what_is_counted_holds_no_address(alice):
    sign_in(browser("203.0.113.5"), password="wrong")
    assert Attempt.objects.count() == 3
    assert not any(
        "alice" in key or "203" in key for key in Attempt.objects.values_list("key", flat=True) if len(key) < 64
    )


def test_two_accounts_of_one_address_never_mix(alice):
    get_user_model().objects.filter(pk=alice.pk).update(is_active=False)
    person("ALICE2").__class__.objects.filter(username="ALICE2").update(email="ALICE@example.com")
    client = browser()
    assert sign_in(client, password="ALICE2-likes-tags").status_code == 302
    assert client.get("/accounts/").context["user"].username == "ALICE2"
