"""The mails about a gift."""

from email import message_from_bytes, policy

import pytest
from django.core import mail

from donations import tasks
from tests.donations.gifts import give_back, receive, start
from tests.jobs import do_jobs


@pytest.fixture
def letter(programs):
    """The receipt mail of Alice's $50, as it goes over the wire."""
    receive(start(name="Alice & Adams <3"))
    do_jobs()
    return message_from_bytes(mail.outbox[0].message().as_bytes(), policy=policy.default)


def test_the_receipt_comes_as_text_html_and_pdf(letter):
    (pdf,) = letter.iter_attachments()
    assert pdf.get_content_type() == "application/pdf"
    assert pdf.get_content().startswith(b"%PDF-")
    assert "Dear Alice & Adams <3," in letter.get_body(("plain",)).get_content()
    assert "Dear Alice &amp; Adams &lt;3," in letter.get_body(("html",)).get_content()


def test_the_mail_itself_is_a_full_receipt(letter, settings):
    for kind in ("plain", "html"):
        body = letter.get_body((kind,)).get_content()
        for needed in ("$50.00", "No goods or services were provided", settings.ORGANIZATION["legal_name"], "EIN"):
            assert needed in body


def test_a_job_that_runs_twice_sends_one_mail(programs):
    receipt = receive(start()).receipt
    do_jobs()
    tasks.send_receipt_mail.func(receipt_id=receipt.pk)
    assert len(mail.outbox) == 1


def test_a_worker_killed_before_it_wrote_down_the_sending_sends_the_same_mail_again(programs):
    receipt = receive(start()).receipt
    do_jobs()
    type(receipt).objects.update(mailed_at=None)
    tasks.send_receipt_mail.func(receipt_id=receipt.pk)
    first, second = (letter.message()["Message-ID"] for letter in mail.outbox)
    assert first == second


def test_a_receipt_sent_again_is_a_mail_of_its_own(programs):
    receipt = receive(start()).receipt
    do_jobs()
    tasks.send_receipt_again.func(receipt_id=receipt.pk, request="ab12")
    first, second = (letter.message()["Message-ID"] for letter in mail.outbox)
    assert first != second


@pytest.mark.parametrize(
    ("refunded_minor", "said"),
    [
        (2000, "$20.00 of this gift was returned. $30.00 counts as given."),
        (5000, "This receipt is void: the gift was returned."),
    ],
)
def test_a_receipt_sent_again_says_what_went_back(programs, refunded_minor, said):
    receipt = give_back(receive(start()), refunded_minor).receipt
    do_jobs()
    tasks.send_receipt_again.func(receipt_id=receipt.pk, request="ab12")
    letter = mail.outbox[-1]
    assert letter.subject == f"Your receipt {receipt.number} as it stands now"
    assert said in letter.body
    assert said in letter.alternatives[0][0]


def test_jobs_carry_no_personal_data(programs):
    from procrastinate.contrib.django.models import ProcrastinateJob

    receive(start())
    assert [set(job.args) for job in ProcrastinateJob.objects.all()] == [{"receipt_id"}]
