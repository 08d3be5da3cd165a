"""From the form to Stripe's page and back, with the Stripe sandbox as a real process."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from donations.models import Gift, Receipt
from shop.stripe_payments import ledger
from shop.stripe_payments.models import Payment
from shop.stripe_payments.tasks import settle_overdue_payment
from tests.donations.gifts import line_of
from tests.hosted_page import IS_DECLINED, pay
from tests.jobs import do_jobs, waiting_jobs

pytestmark = pytest.mark.django_db(transaction=True)
PERSONAL = ("Alice", "alice@example.com", "$50.00")


def return_page(browser):
    return browser.get(f"/donate/return/{Gift.objects.get().reference}/")


@pytest.fixture
def given(sandbox, alice) -> Gift:
    """Alice has paid $50 and is on her way back."""
    pay(alice.give()["Location"])
    return Gift.objects.get()


def test_a_gift_from_the_form_to_the_receipt(sandbox, alice):
    asked = alice.give()
    assert asked.status_code == 303
    assert asked["Location"].startswith(sandbox.url)
    status, back = pay(asked["Location"])
    gift = Gift.objects.get()
    assert (status, back) == (303, f"http://testserver/donate/return/{gift.reference}/")

    landed = return_page(alice)
    assert landed["Location"] == f"/donate/thank-you/{gift.reference}/"
    page = alice.get(landed["Location"])
    assert "no-store" in page["Cache-Control"]
    for shown in ("Thank you, Alice Adams", gift.reference, "$50.00", "alice@example.com", "Where it is needed most"):
        assert shown in page.content.decode()
    assert do_jobs() == ["send_receipt_mail"]
    assert [letter.to for letter in mail.outbox] == [["alice@example.com"]]


def test_a_donor_comes_back_to_the_address_where_the_gift_began(sandbox, alice, settings):
    """On this machine the site has two, and only one of them knows the browser's cookie."""
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    alice.client.defaults["HTTP_HOST"] = "127.0.0.1:18000"
    _status, back = pay(alice.give()["Location"])
    assert back == f"http://127.0.0.1:18000/donate/return/{Gift.objects.get().reference}/"
    assert return_page(alice).url.startswith("/donate/thank-you/")


def test_a_gift_that_is_asked_for_at_a_foreign_address_is_refused(sandbox, alice, settings):
    settings.ALLOWED_HOSTS = ["localhost"]
    alice.client.defaults["HTTP_HOST"] = "evil.example"
    assert alice.give().status_code == 400
    assert not Gift.objects.exists()


def test_a_declined_card_leaves_the_gift_open_and_the_next_try_succeeds(sandbox, alice):
    url = alice.give()["Location"]
    pay(url, card=IS_DECLINED)
    page = return_page(alice).content.decode()
    assert "not finished yet" in page
    assert url in page.replace("&amp;", "&")
    pay(url)
    assert return_page(alice).status_code == 302
    assert Gift.objects.get().status == Gift.Status.RECEIVED


def test_a_double_click_leads_both_times_to_the_same_page(sandbox, alice):
    assert alice.give()["Location"] == alice.give()["Location"]
    assert Gift.objects.count() == Payment.objects.count() == 1


def test_a_double_click_before_the_first_cookie_leads_to_the_same_page(sandbox, alice, somebody):
    assert alice.give()["Location"] == somebody.give()["Location"]
    assert Gift.objects.count() == 1


def test_coming_back_again_and_again_changes_nothing(given, alice):
    for _time in range(3):
        return_page(alice)
        ledger.settle(line_of(given).payment.reference)
    assert Receipt.objects.count() == 1
    assert waiting_jobs() == ["send_receipt_mail"]


def test_somebody_else_with_the_link_sees_nothing_personal(given, alice, somebody, charlie_client):
    thanks = return_page(alice)["Location"]
    receipt = f"/donate/receipt/{given.reference}/"
    for path in (f"/donate/return/{given.reference}/", thanks, receipt):
        for answer in (somebody.get(path), charlie_client.get(path)):
            shown = answer.content.decode(errors="replace")
            assert not [word for word in PERSONAL if word in shown], path
            assert not answer.cookies
    assert somebody.get(receipt).status_code == 404
    assert charlie_client.get(receipt).status_code == 404


def test_somebody_else_who_comes_first_does_not_keep_the_gift_from_being_settled(given, somebody):
    assert return_page(somebody).status_code == 200
    given.refresh_from_db()
    assert given.is_received


def test_a_reference_that_does_not_exist_is_not_found(alice):
    for path in ("return", "thank-you", "receipt"):
        assert alice.get(f"/donate/{path}/G-0000-0000/").status_code == 404


def test_the_receipt_can_be_taken_from_the_thank_you_page(given, alice):
    return_page(alice)
    answer = alice.get(f"/donate/receipt/{given.reference}/")
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert answer.content.startswith(b"%PDF-")


@pytest.mark.parametrize("kind", ["error", "rate_limit", "timeout_after_commit"])
def test_while_stripe_is_slow_nothing_is_called_failed(sandbox, given, alice, kind):
    sandbox.control("fault", kind=kind, method="GET", path="/v1/checkout/sessions/", seconds=0.1, times=10)
    page = return_page(alice).content.decode()
    assert "We are confirming your gift" in page
    assert "Look again" in page
    assert "fail" not in page.lower()
    sandbox.control("clear")
    assert return_page(alice).status_code == 302


@pytest.mark.parametrize("kind", ["error", "rate_limit", "timeout_after_commit"])
def test_when_stripe_does_not_answer_the_form_keeps_what_was_typed(sandbox, alice, kind):
    sandbox.control("fault", kind=kind, method="POST", path="/v1/checkout/sessions", seconds=0.1, times=20)
    answer = alice.give(program="protective-laws")
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "Nothing was lost" in page
    assert 'value="alice@example.com"' in page
    assert 'value="protective-laws" selected' in page
    sandbox.control("clear")
    assert alice.give(program="protective-laws").status_code == 303
    assert Gift.objects.count() == 1


def test_a_page_that_stripe_made_before_it_failed_is_found(sandbox, alice):
    sandbox.control("fault", kind="error_after_commit", method="POST", path="/v1/checkout/sessions", times=2)
    pay(alice.give()["Location"])
    assert return_page(alice).status_code == 302
    assert Payment.objects.get().status == Payment.Status.PAID


def test_the_way_back_without_paying_keeps_amount_and_program(sandbox, alice):
    alice.give(amount="", other="75.50", program="protective-laws")
    page = alice.get("/donate/?amount=75.50&program=protective-laws").content.decode()
    assert re.search(r'name="amount" value="7550"[^>]*checked', page)
    assert 'value="protective-laws" selected' in page


def test_the_way_back_without_paying_keeps_name_and_mail_address_in_this_browser(sandbox, alice, somebody, settings):
    settings.PAGE_CACHE_SECONDS = 60
    path = "/donate/?amount=50&program=most-needed"
    somebody.get(path)
    asked = alice.give()
    back = alice.get(path)
    assert back["Cache-Control"] == "private, no-store"
    for typed in ('value="Alice Adams"', 'value="alice@example.com"'):
        assert typed in back.text
        assert typed not in somebody.get(path).text
    settle_overdue_payment.func(reference=Payment.objects.get().reference)
    assert 'value="Alice Adams"' in alice.get(path).text, "also when the time to pay is over"
    again = alice.give()
    assert asked["Location"] != again["Location"]
    pay(again["Location"])
    alice.get(Gift.objects.latest("id").get_absolute_url())
    assert "Alice" not in alice.get(path).text, "the gift is given"


def test_a_visitor_who_began_nothing_is_not_looked_up(alice):
    with CaptureQueriesContext(connection) as queries:
        alice.get("/donate/")
    assert not [query for query in queries if "session" in query["sql"] or "donations_gift" in query["sql"]]


def test_a_gift_whose_time_is_over_is_abandoned_and_can_begin_again(sandbox, alice):
    alice.give()
    payment = Payment.objects.get()
    settle_overdue_payment.func(reference=payment.reference)
    gift = Gift.objects.get()
    assert gift.is_abandoned
    assert "The time to pay is over" in return_page(alice).content.decode()
    assert alice.give().status_code == 303
    assert Gift.objects.exclude(pk=gift.pk).get().status == Gift.Status.STARTED


def test_the_page_stays_open_longer_than_stripe_demands(sandbox, alice):
    before = timezone.now()
    alice.give()
    minutes = (Payment.objects.get().expires_at - before).total_seconds() / 60
    assert 34 < minutes <= 36


def test_another_gifts_paid_session_does_not_pay_this_one(sandbox, alice):
    pay(alice.give()["Location"])
    alice.give(amount="25000")
    small, large = Payment.objects.order_by("amount_minor")
    Payment.objects.filter(pk=small.pk).update(checkout_session_id=None)
    Payment.objects.filter(pk=large.pk).update(checkout_session_id=small.checkout_session_id)
    large_gift = Gift.objects.get(amount_minor=25000)
    page = alice.get(f"/donate/return/{large_gift.reference}/").content.decode()
    large_gift.refresh_from_db()
    assert not large_gift.is_received
    assert "We are confirming" in page
    assert "tell_staff" in waiting_jobs()
