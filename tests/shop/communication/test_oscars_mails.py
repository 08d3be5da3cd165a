import pytest
from django.core import mail
from oscar.core.loading import get_class, get_model

from shop.communication.utils import AttachmentsAreNotQueued
from tests.jobs import do_jobs, waiting_jobs

pytestmark = pytest.mark.django_db

Dispatcher = get_class("communication.utils", "Dispatcher")
Email = get_model("communication", "Email")
MESSAGES = {"subject": "Hello\nBcc: x@example.com", "body": "It's <fine> & well", "html": "<p>x</p>", "sms": ""}


def test_oscar_sends_nothing_inside_a_request():
    Dispatcher().dispatch_direct_messages("bob@example.com", MESSAGES)
    assert mail.outbox == []
    assert waiting_jobs() == ["send_queued_mail"]


def test_the_job_sends_it_once_in_plain_words_and_forgets_it(charlie):
    Dispatcher().dispatch_user_messages(charlie, MESSAGES)
    do_jobs()
    (message,) = mail.outbox
    assert message.to == ["charlie@example.com"]
    assert message.subject == "Hello Bcc: x@example.com"
    assert "It's <fine> & well" in message.body
    assert "&lt;fine&gt;" in message.alternatives[0][0]
    assert not Email.objects.exists()


def test_a_mail_with_a_file_is_refused_rather_than_sent_without_it():
    with pytest.raises(AttachmentsAreNotQueued):
        Dispatcher().dispatch_direct_messages("bob@example.com", MESSAGES, attachments=["/etc/hostname"])


def test_staff_can_send_a_customer_the_link_to_a_new_password(sam_client, charlie):
    response = sam_client.post(f"/dashboard/users/{charlie.pk}/password-reset/", {"email": charlie.email})
    assert response.status_code == 302
    assert do_jobs() == ["send_password_reset_mail"]
    assert mail.outbox[0].to == ["charlie@example.com"]
