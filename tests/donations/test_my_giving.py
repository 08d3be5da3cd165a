"""My giving: a mailed link opens it, and it shows and changes one donor's gifts and nobody else's."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from donations.models import Gift, MonthlyGift, MyGivingLink
from donations.my_giving import link
from shop.stripe_payments.models import Subscription
from tests.donations.gifts import ALICE, Browser, receive, start
from tests.donations.monthly import (
    ask_for_link,
    begin,
    letters,
    link_in_mail,
    open_my_giving,
    pass_time,
    post,
    turn_card,
)
from tests.jobs import do_jobs, waiting_jobs
from tests.stripe_sandbox import payer

pytestmark = pytest.mark.django_db(transaction=True)
CHARLIE = {"email": "charlie@example.com", "name": "Charlie Chan"}


@pytest.fixture
def given(programs) -> Gift:
    """Alice gave $50 once."""
    gift = receive(start())
    do_jobs()
    return gift


def page_of(browser: Browser, monthly: MonthlyGift, name: str) -> str:
    return f"/donate/my-giving/{monthly.reference}/{name}/"


# The way in


def test_known_and_unknown_addresses_get_the_same_answer_and_one_of_them_a_mail(given, alice, mailoutbox):
    mailoutbox.clear()
    pages = [
        ask_for_link(alice, email).content.decode().replace(email, "")
        for email in ("alice@example.com", "nobody@example.com")
    ]
    assert pages[0] == pages[1]
    assert [letter.to for letter in mailoutbox] == [["alice@example.com"]]
    assert not MyGivingLink.objects.filter(email="nobody@example.com").exists()


def test_the_page_itself_does_the_same_work_for_both(given, alice, somebody):
    counts = []
    for browser, email in ((alice, "alice@example.com"), (somebody, "nobody@example.com")):
        with CaptureQueriesContext(connection) as queries:
            post(browser, "/donate/my-giving/", {"email": email})
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert waiting_jobs() == ["send_my_giving_link"] * 2


def test_somebody_who_only_began_to_give_gets_no_link(alice, mailoutbox):
    start()
    ask_for_link(alice, "alice@example.com")
    assert mailoutbox == []


def test_the_link_goes_to_the_address_on_file_however_it_was_typed(given, alice, mailoutbox):
    mailoutbox.clear()
    ask_for_link(alice, "ALICE@Example.com")
    assert [letter.to for letter in mailoutbox] == [["alice@example.com"]]


def test_looking_at_the_link_uses_nothing_up_and_the_button_does(given, alice, somebody):
    ask_for_link(alice, "alice@example.com")
    path = link_in_mail()
    for _time in range(3):
        page = somebody.get(path)
        assert page.status_code == 200
        assert "Open My giving" in page.content.decode()
        assert "alice@example.com" not in page.content.decode()
        assert not page.cookies
    assert post(alice, path)["Location"] == "/donate/my-giving/"
    assert post(somebody, path).status_code == 410
    assert somebody.get(path).status_code == 410
    assert "alice@example.com" not in somebody.get("/donate/my-giving/").content.decode()


def test_a_double_click_on_the_button_still_opens(given, alice):
    ask_for_link(alice, "alice@example.com")
    path = link_in_mail()
    assert [post(alice, path)["Location"] for _click in range(2)] == ["/donate/my-giving/"] * 2


def test_the_link_ends_after_a_day(given, alice):
    ask_for_link(alice, "alice@example.com")
    path = link_in_mail()
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1), tick=False):
        assert alice.get(path).status_code == 410
        assert post(alice, path).status_code == 410
        link.forget_old(now=timezone.now())
    assert not MyGivingLink.objects.exists()


@pytest.mark.parametrize("token", ["nonsense", "1", "a:b:c", "MQ:1w:" + "x" * 500])
def test_a_made_up_link_opens_nothing(given, alice, token):
    assert alice.get(f"/donate/my-giving/open/{token}/").status_code == 410
    assert post(alice, f"/donate/my-giving/open/{token}/").status_code == 410


def test_a_mailbox_is_not_flooded_and_the_page_does_not_tell(given, alice, mailoutbox):
    mailoutbox.clear()
    answers = {ask_for_link(alice, "alice@example.com").content for _time in range(6)}
    assert len(answers) == 1
    assert len(mailoutbox) == 3


def test_one_place_cannot_ask_for_link_after_link(given, alice):
    statuses = [ask_for_link(alice, f"nobody{number}@example.com").status_code for number in range(12)]
    assert statuses == [200] * 10 + [429] * 2


def test_a_form_that_another_site_sends_is_refused(given):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/donate/my-giving/", {"email": ALICE["email"]}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert waiting_jobs() == []


def test_the_session_gets_a_new_name_when_it_is_opened_and_when_it_is_closed(given, alice):
    session = alice.client.session
    session["basket"] = "kept"
    session.save()
    planted = session.session_key
    alice.client.cookies["session"] = planted
    open_my_giving(alice)
    opened = alice.client.session.session_key
    post(alice, "/donate/my-giving/sign-out/")
    assert len({planted, opened, alice.client.session.session_key}) == 3
    assert alice.client.session["basket"] == "kept"


def test_signing_out_ends_it_at_once_and_two_hours_end_it_by_themselves(given, alice):
    assert "alice@example.com" in open_my_giving(alice).content.decode()
    with time_machine.travel(timezone.now() + timedelta(hours=2, seconds=1), tick=False):
        assert "alice@example.com" not in alice.get("/donate/my-giving/").content.decode()
    assert "alice@example.com" in alice.get("/donate/my-giving/").content.decode()
    assert alice.client.get("/donate/my-giving/sign-out/").status_code == 405
    post(alice, "/donate/my-giving/sign-out/")
    assert "alice@example.com" not in alice.get("/donate/my-giving/").content.decode()
    assert alice.get(f"/donate/my-giving/receipts/{given.reference}/")["Location"] == "/donate/my-giving/"


def test_no_page_of_it_is_kept_anywhere(given, alice):
    pages = [alice.get("/donate/my-giving/"), open_my_giving(alice)]
    pages.append(alice.get(f"/donate/my-giving/receipts/{given.reference}/"))
    for page in pages:
        assert "no-store" in page["Cache-Control"]


# What is seen


def test_gifts_are_listed_with_their_receipts(given, alice):
    page = open_my_giving(alice).content.decode()
    for shown in ("$50.00", f"Receipt {given.receipt.number}", "Where it is needed most"):
        assert shown in page
    receipt = alice.get(f"/donate/my-giving/receipts/{given.reference}/")
    assert receipt["Content-Type"] == "application/pdf"
    assert receipt.content.startswith(b"%PDF-")


def test_what_never_arrived_is_not_listed(given, alice):
    start(amount_minor=777)
    assert "$7.77" not in open_my_giving(alice).content.decode()


def test_gifts_of_the_other_mode_are_not_listed(given, alice, settings):
    page = open_my_giving(alice).content.decode()
    assert given.receipt.number in page
    settings.STRIPE_SECRET_KEY = "sk_live_x"
    assert given.receipt.number not in alice.get("/donate/my-giving/").content.decode()
    assert alice.get(f"/donate/my-giving/receipts/{given.reference}/").status_code == 404


def test_the_overview_costs_the_same_for_one_gift_and_for_many(given, alice, django_assert_max_num_queries):
    open_my_giving(alice)
    for amount_minor in range(1000, 3000, 100):
        receive(start(amount_minor=amount_minor))
    with django_assert_max_num_queries(8):
        alice.get("/donate/my-giving/")


# What is another donor's


def test_what_is_another_donors_is_not_found(sandbox, alice, somebody):
    monthly = begin(alice)
    gift = Gift.objects.get()
    receive(start(**CHARLIE))
    do_jobs()
    page = open_my_giving(somebody, CHARLIE["email"]).content.decode()
    assert monthly.reference not in page
    assert gift.receipt.number not in page
    assert somebody.get(f"/donate/my-giving/receipts/{gift.reference}/").status_code == 404
    for name in ("amount", "pause", "cancel"):
        path = page_of(somebody, monthly, name)
        assert somebody.get(path).status_code == 404
        assert post(somebody, path, {"amount": "5000", "months": "1"}).status_code == 404
    for name in ("card", "resume"):
        assert post(somebody, page_of(somebody, monthly, name)).status_code == 404
    monthly.subscription.refresh_from_db()
    assert (monthly.subscription.amount_minor, monthly.subscription.status) == (2500, "active")


def test_without_the_link_nothing_is_seen_or_done(sandbox, alice, somebody, charlie_client):
    monthly = begin(alice)
    for browser in (somebody, Browser(charlie_client)):
        for name in ("amount", "pause", "cancel", "card", "resume"):
            assert post(browser, page_of(browser, monthly, name), {"months": "1"})["Location"] == "/donate/my-giving/"
    monthly.subscription.refresh_from_db()
    assert monthly.subscription.is_active


def test_a_promise_that_was_never_paid_is_not_listed(sandbox, alice, given):
    from tests.donations.monthly import ask_monthly

    ask_monthly(alice, monthly_amount="10000")
    assert "$100.00" not in open_my_giving(alice).content.decode()


# What is changed


def test_nothing_changes_by_looking(sandbox, alice):
    monthly = begin(alice)
    open_my_giving(alice)
    for name in ("amount", "pause", "cancel"):
        assert alice.get(page_of(alice, monthly, name)).status_code == 200
    for name in ("card", "resume"):
        assert alice.get(page_of(alice, monthly, name)).status_code == 405
    monthly.subscription.refresh_from_db()
    assert monthly.subscription.version == Subscription.objects.get().version
    assert monthly.subscription.is_active


def test_another_amount_counts_from_the_next_month_on_and_is_confirmed_once(sandbox, alice):
    monthly = begin(alice)
    open_my_giving(alice)
    for _click in range(2):
        assert post(alice, page_of(alice, monthly, "amount"), {"other": "33.50"})["Location"] == "/donate/my-giving/"
    do_jobs()
    assert len(letters("You give $33.50 every month now")) == 1
    assert "$33.50 every month" in alice.get("/donate/my-giving/").content.decode()
    assert Gift.objects.count() == 1
    monthly.subscription.refresh_from_db()
    pass_time(sandbox, monthly)
    assert [gift.amount_minor for gift in Gift.objects.order_by("id")] == [2500, 3350]


def test_who_gives_an_amount_of_their_own_can_choose_another(sandbox, alice):
    monthly = begin(alice, other="33")
    open_my_giving(alice)
    page = alice.get(page_of(alice, monthly, "amount")).content.decode()
    assert "Now you give $33.00 every month" in page
    typed = re.search(r'<input type="text" name="other"[^>]*', page)
    assert typed
    assert "value=" not in typed[0]
    assert "checked" not in page


@pytest.mark.parametrize("typed", [{"other": "1"}, {"other": "1e3"}, {"amount": "1"}, {}, {"other": "99999999"}])
def test_a_bad_amount_is_refused_beside_its_field(sandbox, alice, typed):
    monthly = begin(alice)
    open_my_giving(alice)
    page = post(alice, page_of(alice, monthly, "amount"), typed)
    assert page.status_code == 200
    assert re.search(r'id="id_(other|amount)_error"', page.content.decode())
    monthly.subscription.refresh_from_db()
    assert monthly.subscription.amount_minor == 2500


def test_a_pause_leaves_months_out_and_nothing_is_made_up_for(sandbox, alice):
    monthly = begin(alice)
    open_my_giving(alice)
    usual = monthly.subscription.next_payment_at
    post(alice, page_of(alice, monthly, "pause"), {"months": "2"})
    do_jobs()
    monthly.subscription.refresh_from_db()
    assert monthly.subscription.is_paused
    assert len(letters("Your monthly gift is paused")) == 1
    page = alice.get("/donate/my-giving/").content.decode()
    assert "Paused" in page
    assert "Resume" in page
    pass_time(sandbox, monthly, after=usual, days=40)
    assert Gift.objects.count() == 1
    pass_time(sandbox, monthly)
    assert [gift.amount_minor for gift in Gift.objects.order_by("id")] == [2500, 2500]
    assert len(letters("Your monthly gift goes on")) == 1


def test_a_pause_can_be_ended_early(sandbox, alice):
    monthly = begin(alice)
    usual = monthly.subscription.next_payment_at
    open_my_giving(alice)
    post(alice, page_of(alice, monthly, "pause"), {"months": "6"})
    for _click in range(2):
        post(alice, page_of(alice, monthly, "resume"))
    do_jobs()
    monthly.subscription.refresh_from_db()
    assert monthly.subscription.is_active
    assert monthly.subscription.next_payment_at == usual
    assert len(letters("Your monthly gift goes on")) == 1


@pytest.mark.parametrize("months", ["", "0", "4", "12", "-1", "1.5"])
def test_a_pause_is_one_of_those_offered(sandbox, alice, months):
    monthly = begin(alice)
    open_my_giving(alice)
    assert post(alice, page_of(alice, monthly, "pause"), {"months": months}).status_code == 200
    monthly.subscription.refresh_from_db()
    assert monthly.subscription.is_active


def test_canceling_takes_two_clicks_and_no_reason(sandbox, alice):
    monthly = begin(alice)
    overview = open_my_giving(alice).content.decode()
    assert f'href="{page_of(alice, monthly, "cancel")}"' in overview
    for _click in range(2):
        assert post(alice, page_of(alice, monthly, "cancel"))["Location"] == "/donate/my-giving/"
    do_jobs()
    monthly.subscription.refresh_from_db()
    assert monthly.subscription.is_over
    (letter,) = letters("Your monthly gift has ended")
    assert "as you asked. Nothing more is charged." in letter.body
    page = alice.get("/donate/my-giving/").content.decode()
    assert "Change amount" not in page
    assert "Ended" in page


def test_a_reason_is_kept_for_staff(sandbox, alice):
    monthly = begin(alice)
    open_my_giving(alice)
    post(alice, page_of(alice, monthly, "cancel"), {"reason": "too_expensive", "comment": "I lost my job."})
    monthly.refresh_from_db()
    assert (monthly.cancel_reason, monthly.cancel_comment) == ("too_expensive", "I lost my job.")


def test_another_card_is_given_on_stripes_page_and_pays_the_next_month(sandbox, alice):
    monthly = begin(alice)
    open_my_giving(alice)
    turn_card(sandbox, monthly)
    answer = post(alice, page_of(alice, monthly, "card"))
    assert answer.status_code == 303
    assert answer["Location"].startswith(sandbox.url)
    payer.change_card(answer["Location"], card=payer.SUCCEEDS)
    pass_time(sandbox, monthly)
    assert Gift.objects.filter(status="received").count() == 2


@pytest.mark.parametrize(
    ("name", "fields"), [("amount", {"amount": "5000"}), ("pause", {"months": "1"}), ("card", {}), ("resume", {})]
)
def test_when_stripe_does_not_answer_the_page_says_what_is_known_and_nothing_more(sandbox, alice, name, fields):
    monthly = begin(alice)
    open_my_giving(alice)
    sandbox.control("fault", method="GET", path="/v1/subscriptions", kind="error", times=20)
    sandbox.control("fault", method="POST", path="/v1/billing_portal/sessions", kind="error", times=20)
    answer = post(alice, page_of(alice, monthly, name), fields)
    page = answer if answer.status_code == 503 else alice.get("/donate/my-giving/")
    text = page.content.decode()
    assert "did not answer" in text
    assert "to ask twice does no harm" in text


def test_a_wish_to_cancel_outlives_a_stripe_that_does_not_answer(sandbox, alice):
    monthly = begin(alice)
    open_my_giving(alice)
    sandbox.control("fault", method="DELETE", path=f"/v1/subscriptions/{sid(monthly)}", kind="error", times=20)
    post(alice, page_of(alice, monthly, "cancel"))
    page = alice.get("/donate/my-giving/").content.decode()
    assert "We have your wish to stop" in page
    sandbox.control("clear")
    do_jobs()
    monthly.subscription.refresh_from_db()
    assert monthly.subscription.is_over
    assert len(letters("Your monthly gift has ended")) == 1


def test_a_wish_to_cancel_that_stripe_refuses_is_kept_and_staff_are_told(sandbox, alice, settings):
    monthly = begin(alice)
    open_my_giving(alice)
    settings.STRIPE_SECRET_KEY = "sk_of_another_time"
    assert post(alice, page_of(alice, monthly, "cancel"))["Location"] == "/donate/my-giving/"
    page = alice.get("/donate/my-giving/").content.decode()
    assert "We have your wish to stop" in page
    assert "Nothing was changed" not in page
    assert "tell_staff" in waiting_jobs()
    settings.STRIPE_SECRET_KEY = sandbox.api_key
    do_jobs()
    monthly.subscription.refresh_from_db()
    assert monthly.subscription.is_over


def sid(monthly: MonthlyGift) -> str:
    return str(monthly.subscription.stripe_subscription_id)
