import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.utils import timezone
from oscar.core.loading import get_model

from tests.conftest import person
from tests.jobs import do_jobs, waiting_jobs
from tests.shop.customer.conftest import browser
from tests.shop.stripe_payments.orders import make_order

pytestmark = pytest.mark.django_db

User = get_user_model()
PASSWORD = "alice-likes-tags"


def change(client, email="new@example.com", password=PASSWORD, name="Alice Archer"):
    return client.post("/accounts/profile/", {"name": name, "email": email, "current_password": password})


def mailed_link():
    do_jobs()
    return re.search(r"http://localhost:8000(/\S+)", mail.outbox[-1].body)[1]


def test_the_name_changes_without_a_password(alice_browser, alice):
    assert change(alice_browser, email="alice@example.com", password="", name="Alice B.").url == "/accounts/"
    alice.refresh_from_db()
    assert alice.get_full_name() == "Alice B."
    assert waiting_jobs() == []


def test_another_address_needs_the_password(alice_browser, alice):
    page = change(alice_browser, password="")
    assert "To change the email, please type your current password" in page.text
    assert 'value="new@example.com"' in page.text
    assert "This is not your current password" in change(alice_browser, password="wrong").text
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"
    assert waiting_jobs() == []


def test_another_address_counts_once_its_link_was_opened_and_the_old_one_is_told(alice_browser, alice):
    change(alice_browser)
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"
    link = mailed_link()
    assert mail.outbox[-1].to == ["new@example.com"]
    elsewhere = browser()
    assert "new@example.com" in elsewhere.get(link).text
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"
    assert "Your email is changed" in elsewhere.post(link).text
    alice.refresh_from_db()
    assert alice.email == "new@example.com"
    do_jobs()
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == (["alice@example.com"], "Your email was changed")
    assert elsewhere.post(link).status_code == 404
    assert elsewhere.get("/accounts/").status_code == 302


def test_an_address_with_an_account_gets_the_same_answer_and_its_owner_a_mail(alice_browser, alice):
    person("bob")
    free, taken = change(alice_browser, email="free@example.com"), change(alice_browser, email="bob@example.com")
    assert (free.status_code, free.url) == (taken.status_code, taken.url)
    assert do_jobs() == ["send_confirm_email_mail", "send_already_registered_mail"]
    assert mail.outbox[-1].to == ["bob@example.com"]


def test_an_address_that_somebody_took_meanwhile_is_not_taken_again(alice_browser, alice):
    change(alice_browser)
    link = mailed_link()
    browser("198.51.100.1").post("/accounts/register/", {"email": "new@example.com"})
    assert browser().post(link).status_code == 404
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"


def test_the_link_is_too_old_after_a_day_and_a_made_up_one_is_refused(alice_browser):
    change(alice_browser)
    link = mailed_link()
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1), tick=False):
        assert browser().get(link).status_code == 404
    assert browser().get("/accounts/email/MTpmb28/").status_code == 404
    assert browser().post("/accounts/email/x/").status_code == 404


def test_fields_that_are_not_on_the_form_are_ignored(alice_browser, alice):
    fields = {"name": "A", "email": "alice@example.com", "is_staff": "on", "is_superuser": "1", "username": "root"}
    alice_browser.post("/accounts/profile/", fields)
    alice.refresh_from_db()
    assert (alice.is_staff, alice.is_superuser, alice.username) == (False, False, "alice")


def test_closing_needs_the_password(alice_browser, alice):
    page = alice_browser.post("/accounts/profile/delete/", {"current_password": "wrong"})
    assert "This is not your current password" in page.text
    assert User.objects.filter(pk=alice.pk).exists()


def test_a_closed_account_is_gone_and_its_orders_stay_with_their_address(alice_browser, alice):
    order = make_order()
    get_model("order", "Order").objects.filter(pk=order.pk).update(user=alice, guest_email="")
    page = alice_browser.get("/accounts/profile/delete/").text
    assert "Your 1 order stays in our books" in page
    page = alice_browser.post("/accounts/profile/delete/", {"current_password": "alice-likes-tags"})
    assert "Your account is closed" in page.text
    assert not User.objects.filter(pk=alice.pk).exists()
    order = get_model("order", "Order").objects.get(pk=order.pk)
    assert (order.user, order.email) == (None, "alice@example.com")
    assert alice_browser.get("/accounts/").status_code == 302


def test_a_staff_account_is_not_closed_by_the_form(sam):
    client = Client()
    client.force_login(sam)
    page = client.post("/accounts/profile/delete/", {"current_password": "sam-likes-tags"})
    assert "ask another member of staff" in page.text
    assert User.objects.filter(pk=sam.pk).exists()


def test_a_mail_to_an_account_that_is_gone_is_not_sent(alice, stranger):
    stranger.post("/password-reset/", {"email": "alice@example.com"})
    alice.delete()
    do_jobs()
    assert mail.outbox == []
