"""The way on for everybody: a link to the mailbox that was typed."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from donations.models import Gift
from shop.card_testing.models import MailedLink, Proof, Start
from shop.card_testing.tasks import forget_mailed_forms
from shop.stripe_payments.models import Payment
from tests.guarded_form import is_challenged, offers_calculation, solve, unseen_fields
from tests.jobs import do_jobs
from tests.shop.card_testing.visitors import Visitor

pytestmark = pytest.mark.django_db

TYPED = {"amount": "", "other": "75.50", "program": "protective-laws", "name": "Alice O'Neil"}


@pytest.fixture
def a_mailbox_is_needed(real_limits):
    """No page may stand open for less."""
    real_limits.CARD_TESTING_OPEN_PAGES = 0
    return real_limits


def link_in_mail() -> str:
    do_jobs()
    found = re.search(r"http://\S+(/(?:donate|checkout)/continue/\S+)", mail.outbox[-1].body)
    assert found
    return found[1]


def ask_for_link(person: Visitor, **fields: str) -> str:
    assert person.give(**{**TYPED, **fields}).status_code == 429
    answer = person.give_again(**{**TYPED, **fields}, mail_link="1")
    assert answer.status_code == 200
    assert "Look into your mailbox" in answer.text
    return link_in_mail()


def test_a_link_goes_on_with_this_very_gift(sandbox, alice, a_mailbox_is_needed):
    link = ask_for_link(alice)
    assert mail.outbox[-1].to == ["alice@example.com"]
    assert not Gift.objects.exists()
    page = alice.look(link).text
    for kept in ('value="75.50"', 'value="protective-laws" selected', 'value="alice@example.com"', "O&#x27;Neil"):
        assert kept in page
    assert not Gift.objects.exists(), "looking at a link does nothing: mail programs do so too"
    assert alice.give_again(**TYPED).status_code == 303
    assert Gift.objects.get().amount_minor == 7550
    assert Start.objects.get().proof == Proof.MAILBOX


def test_a_link_works_in_another_browser(sandbox, alice, a_mailbox_is_needed):
    link = ask_for_link(alice)
    phone = Visitor("203.0.113.5")
    assert phone.look(link).status_code == 200
    assert phone.give_again(**TYPED).status_code == 303


def test_a_link_opens_one_page(sandbox, alice, a_mailbox_is_needed):
    link = ask_for_link(alice)
    alice.look(link)
    first = alice.give_again(**TYPED)
    assert alice.give_again(**TYPED).url == first.url, "pressed twice, it is the same page"
    alice.look(link)
    assert alice.give_again(**{**TYPED, "other": "80"}).status_code == 429
    assert Payment.objects.exclude(checkout_session_id=None).count() == 1


def test_with_a_link_that_is_used_up_a_calculation_leads_on(sandbox, alice, a_mailbox_is_needed):
    link = ask_for_link(alice)
    alice.look(link)
    first = alice.give_again(**TYPED)
    a_mailbox_is_needed.CARD_TESTING_OPEN_PAGES = 5
    alice.look(link)
    challenged = alice.give_again(**{**TYPED, "other": "80"})
    assert offers_calculation(challenged.text)
    assert "mailed" not in unseen_fields(challenged.text)
    assert alice.give_again(**{**TYPED, "other": "80"}, **solve(challenged.text)).status_code == 303
    alice.look(link)
    assert alice.give_again(**TYPED).url == first.url, "it still leads to the gift that it was used for"
    assert sorted(Start.objects.values_list("proof", flat=True)) == [Proof.WORK, Proof.MAILBOX]


def test_a_link_works_for_the_mailbox_that_has_it(alice, a_mailbox_is_needed):
    alice.look(ask_for_link(alice))
    assert alice.give_again(**TYPED, email="thief@example.net").status_code == 429


def test_a_link_works_for_an_hour_and_what_was_typed_is_then_forgotten(alice, a_mailbox_is_needed):
    with time_machine.travel(timezone.now(), tick=False) as now:
        link = ask_for_link(alice)
        alice.look(link)
        now.shift(timedelta(minutes=61))
        assert alice.give_again(**TYPED).status_code == 429
        over = Visitor("192.0.2.7").look(link)
        assert over.status_code == 410
        assert "This link has ended" in over.text
        forget_mailed_forms(timestamp=0)
    assert not MailedLink.objects.exists()


@pytest.mark.parametrize("path", ["/donate/continue/forged/", "/checkout/continue/MQ:1abc:forged/"])
def test_a_link_that_was_never_ours_leads_back_to_the_form(path):
    answer = Visitor("192.0.2.7").look(path)
    assert answer.status_code == 410


def test_the_link_and_its_mail_say_nothing_of_what_was_typed(alice, a_mailbox_is_needed):
    link = ask_for_link(alice, name="Buy cheap pills at example.net")
    message = mail.outbox[-1]
    for text in (link, message.subject, message.body, message.alternatives[0][0]):
        for typed in ("alice", "75.50", "pills", "protective"):
            assert typed not in text.lower()


def test_links_are_mailed_three_times_an_hour_to_one_mailbox(alice, a_mailbox_is_needed):
    for _ in range(3):
        ask_for_link(alice)
    alice.give(**TYPED)
    answer = alice.give_again(**TYPED, mail_link="1")
    assert answer.status_code == 429
    assert "Several links have been mailed" in answer.text
    assert 'value="75.50"' in answer.text
    do_jobs()
    assert len(mail.outbox) == 3


def test_links_are_mailed_six_times_an_hour_for_one_place(programs, a_mailbox_is_needed):
    for n in range(6):
        ask_for_link(Visitor("192.0.2.1", f"person.{n}@example.com"))
    seventh = Visitor("192.0.2.1", "person.7@example.com")
    seventh.give(**TYPED)
    assert seventh.give_again(**TYPED, mail_link="1").status_code == 429
    do_jobs()
    assert len(mail.outbox) == 6


def test_a_mistake_in_the_form_is_said_before_a_link_is_mailed(alice, a_mailbox_is_needed):
    alice.give(**TYPED)
    answer = alice.give_again(**{**TYPED, "name": ""}, mail_link="1")
    assert "Please type your name" in answer.text
    assert do_jobs() == []


def test_no_cookie_is_set_by_asking_for_a_link(alice, a_mailbox_is_needed):
    alice.look(ask_for_link(alice))
    assert is_challenged(alice.give_again(**TYPED, email="other@example.com").text)
    assert not alice.client.cookies
