import re

import pytest
from django.contrib.auth import get_user_model
from django.core import mail

from tests.jobs import do_jobs, waiting_jobs
from tests.shop.customer.conftest import browser

pytestmark = pytest.mark.django_db

User = get_user_model()


def register(client, email="dana@example.com", name="Dana Doe"):
    return client.post("/accounts/register/", {"email": email, "name": name})


def link_in(message):
    return re.search(r"http://localhost:8000(/\S+)", message.body)[1]


def test_a_new_account_opens_with_the_link_that_was_mailed(stranger):
    assert register(stranger).status_code == 200
    user = User.objects.get()
    assert (user.email, user.first_name, user.is_active) == ("dana@example.com", "Dana Doe", False)
    assert mail.outbox == []
    assert do_jobs() == ["send_welcome_mail"]
    (message,) = mail.outbox
    assert message.to == ["dana@example.com"]
    page = stranger.get(link_in(message), follow=True)
    assert "Choose a password" in page.text
    done = stranger.post(page.request["PATH_INFO"], {"password": "seven-green-tags"}, follow=True)
    assert "Your password is saved" in done.text
    response = stranger.post("/accounts/login/", {"email": "dana@example.com", "password": "seven-green-tags"})
    assert response.url == "/accounts/"
    assert "Hello, Dana Doe" in stranger.get("/accounts/").text


def test_a_known_address_gets_the_same_answer_and_its_owner_a_mail(alice):
    answers = []
    for email in ("alice@example.com", "dana@example.com"):
        response = register(browser(), email=email)
        answers.append((response.status_code, response.text.replace(email, ""), dict(response.cookies)))
    assert answers[0] == answers[1]
    assert do_jobs() == ["send_already_registered_mail", "send_welcome_mail"]
    assert [message.to for message in mail.outbox] == [["alice@example.com"], ["dana@example.com"]]
    assert "already have an account" in mail.outbox[0].subject
    alice.refresh_from_db()
    assert alice.first_name == "Alice Archer"
    assert alice.check_password("alice-likes-tags")


def test_capitals_make_no_second_account(alice, stranger):
    register(stranger, email="ALICE@example.com")
    assert User.objects.count() == 1


def test_asking_twice_sends_the_link_again_and_makes_one_account(stranger):
    register(stranger)
    register(stranger)
    assert User.objects.count() == 1
    assert waiting_jobs() == ["send_welcome_mail", "send_welcome_mail"]


def test_a_mailbox_cannot_be_flooded_and_the_page_does_not_tell(stranger):
    answers = {register(stranger).text for _ in range(6)}
    assert len(answers) == 1
    assert len(waiting_jobs()) == 3


def test_one_place_cannot_have_mails_sent_to_many(stranger):
    for number in range(15):
        assert register(stranger, email=f"user{number}@example.com").status_code == 200
    response = register(stranger, email="last@example.com")
    assert response.status_code == 429
    assert 'value="last@example.com"' in response.text
    assert not User.objects.filter(email="last@example.com").exists()


@pytest.mark.parametrize(
    ("email", "name", "field"),
    [
        ("", "Dana", "email"),
        ("dana", "Dana", "email"),
        ("dana@example.com\nBcc: x@example.com", "Dana", "email"),
        ("dana@example.com", "Dana\r\nBcc: x@example.com", "name"),
        ("dana@example.com", "D" * 151, "name"),
        ("dana@example.com", "\x00", "name"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_the_rest_is_kept(stranger, email, name, field):
    response = register(stranger, email=email, name=name)
    assert response.status_code == 200
    assert f'id="id_{field}_error"' in response.text
    assert User.objects.count() == 0
    if field == "name":
        assert 'value="dana@example.com"' in response.text


def test_a_name_adds_no_header_to_a_mail(stranger):
    register(stranger, name="Dana\u2028Bcc: x@example.com <b>")
    assert User.objects.count() == 0
    register(stranger, name="=cmd <b>Dana</b>")
    do_jobs()
    message = mail.outbox[0].message()
    assert message.get_all("Bcc") is None
    assert "\n" not in message["Subject"]


def test_jobs_carry_ids_and_no_addresses(alice, stranger):
    from procrastinate.contrib.django.models import ProcrastinateJob

    register(stranger)
    register(stranger, email="alice@example.com")
    for job in ProcrastinateJob.objects.all():
        assert list(job.args) == ["user_id"]


def test_an_account_closed_by_staff_is_not_opened_by_registering(alice, stranger):
    User.objects.filter(pk=alice.pk).update(is_active=False)
    register(stranger, email="alice@example.com")
    stranger.post("/password-reset/", {"email": "alice@example.com"})
    assert waiting_jobs() == []


def test_a_guests_orders_are_not_shown_to_an_account_of_the_same_address(stranger):
    from tests.shop.stripe_payments.orders import make_order

    order = make_order()
    register(stranger, email=order.guest_email)
    user = User.objects.get()
    user.is_active = True
    user.save()
    stranger.force_login(user)
    assert order.number not in stranger.get("/accounts/orders/").text
    assert stranger.get(f"/accounts/orders/{order.number}/").status_code == 404
