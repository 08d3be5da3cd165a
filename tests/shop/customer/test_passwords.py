import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from tests.jobs import do_jobs, waiting_jobs
from tests.shop.customer.conftest import browser

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "nine-yellow-tags"


def mailed_link(client, email="alice@example.com"):
    client.post("/password-reset/", {"email": email})
    do_jobs()
    return re.search(r"http://localhost:8000(/\S+)", mail.outbox[-1].body)[1]


def choose(client, link, password=NEW_PASSWORD):
    page = client.get(link, follow=True)
    return client.post(page.request["PATH_INFO"], {"password": password}, follow=True)


def test_known_and_unknown_addresses_get_the_same_answer(alice):
    answers = []
    for email in ("alice@example.com", "nobody@example.com"):
        response = browser().post("/password-reset/", {"email": email})
        answers.append((response.status_code, response.url, response.content, dict(response.cookies)))
    assert answers[0] == answers[1]
    assert waiting_jobs() == ["send_password_reset_mail"]


def test_the_link_sets_a_password_once(alice, stranger):
    link = mailed_link(stranger)
    assert mail.outbox[0].to == ["alice@example.com"]
    assert "Your password is saved" in choose(stranger, link).text
    alice.refresh_from_db()
    assert alice.check_password("nine-yellow-tags")
    assert "does not work anymore" in browser().get(link, follow=True).text
    do_jobs()
    assert mail.outbox[-1].subject == "Your password was changed"


def test_the_mail_goes_to_the_address_of_the_account_not_to_the_one_that_was_typed(alice, stranger):
    stranger.post("/password-reset/", {"email": "ALICE@EXAMPLE.COM"})
    do_jobs()
    assert mail.outbox[0].to == ["alice@example.com"]


def test_the_link_is_built_from_the_sites_own_address_whatever_the_request_says(alice, stranger, settings):
    settings.ALLOWED_HOSTS = ["*"]
    stranger.post("/password-reset/", {"email": "alice@example.com"}, headers={"host": "evil.example"})
    do_jobs()
    assert "evil.example" not in mail.outbox[0].body
    assert "http://localhost:8000/password-reset/confirm/" in mail.outbox[0].body


def test_the_secret_leaves_the_address_at_once(alice, stranger):
    link = mailed_link(stranger)
    page = stranger.get(link)
    assert page.status_code == 302
    assert page.url.endswith("/set-password/")
    assert "no-store" in page["Cache-Control"]


def test_the_link_is_too_old_after_three_days(alice, stranger):
    link = mailed_link(stranger)
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1), tick=False):
        assert "does not work anymore" in browser().get(link, follow=True).text


@pytest.mark.parametrize(
    "link", ["MQ/set-password/", "x/y/", "MQ/abc-def/", "%00/%00/", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk/abc-def/"]
)
def test_a_made_up_link_is_refused_kindly(alice, stranger, link):
    response = stranger.get(f"/password-reset/confirm/{link}", follow=True)
    assert response.status_code == 200
    assert "does not work anymore" in response.text


@pytest.mark.parametrize(
    "password", ["short", "1234567890", "passwordpassword"[:8], "alice@example.com", "", "password123"]
)
def test_a_weak_password_is_told_beside_its_field(alice, stranger, password):
    response = choose(stranger, mailed_link(stranger), password)
    assert 'id="id_password_error"' in response.text
    alice.refresh_from_db()
    assert alice.check_password("alice-likes-tags")


def test_resetting_is_limited_for_each_mailbox(alice, stranger):
    for _ in range(5):
        assert stranger.post("/password-reset/", {"email": "alice@example.com"}).status_code == 302
    assert len(waiting_jobs()) == 3


def test_changing_the_password_ends_every_other_session(alice_browser, alice):
    other = browser()
    other.post("/accounts/login/", {"email": "alice@example.com", "password": "alice-likes-tags"})
    fields = {"current_password": "alice-likes-tags", "password": "nine-yellow-tags"}
    assert alice_browser.post("/accounts/change-password/", fields).url == "/accounts/"
    assert "Your password is changed" in alice_browser.get("/accounts/").text
    assert other.get("/accounts/").status_code == 302
    do_jobs()
    assert mail.outbox[0].to == ["alice@example.com"]


def test_changing_the_password_needs_the_current_one(alice_browser, alice):
    fields = {"current_password": "wrong", "password": "nine-yellow-tags"}
    page = alice_browser.post("/accounts/change-password/", fields).text
    assert "This is not your current password" in page
    assert "nine-yellow-tags" not in page
    alice.refresh_from_db()
    assert alice.check_password("alice-likes-tags")


def test_the_current_password_cannot_be_guessed_in_an_open_session(alice_browser):
    fields = {"current_password": "wrong", "password": "nine-yellow-tags"}
    statuses = [alice_browser.post("/accounts/change-password/", fields).status_code for _ in range(9)]
    assert statuses == [200] * 8 + [429]
    assert alice_browser.post("/accounts/profile/delete/", {"current_password": "wrong"}).status_code == 429
