"""Giving every month: what is agreed to, how it begins, and what each month brings."""

import re
from datetime import datetime

import pytest
import time_machine

from donations import recurring
from donations.models import Gift, MonthlyGift, Receipt, Wording
from shop.stripe_payments.models import Payment, Subscription, SubscriptionChange
from tests.donations.gifts import receive, start
from tests.donations.monthly import ask_monthly, begin, letters, pass_time, turn_card
from tests.donations.test_giving_page import error_of
from tests.hosted_page import IS_DECLINED, pay
from tests.jobs import do_jobs, waiting_jobs

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_monthly_gift_begins_with_a_gift_a_receipt_and_a_confirmation(sandbox, alice, mailoutbox):
    monthly = begin(alice)
    subscription = monthly.subscription
    assert (subscription.is_active, subscription.amount_minor) == (True, 2500)
    gift = Gift.objects.get()
    assert (gift.status, gift.frequency, gift.monthly_gift) == ("received", "monthly", monthly)
    assert sorted(letter.subject for letter in mailoutbox) == [
        f"Thank you: your receipt {gift.receipt.number} for $25.00",
        "Your monthly gift of $25.00 has begun",
    ]
    thanks = alice.get(f"/donate/thank-you/{gift.reference}/").content.decode()
    for shown in ("first of your monthly gifts", "$25.00, every month", "The next gift is charged on", "My giving"):
        assert shown in thanks
    assert "This was one gift" not in thanks


@time_machine.travel("2026-01-31T12:00:00Z", tick=False)
def test_the_consent_stands_beside_an_unticked_box_with_amount_dates_and_the_way_out(alice):
    page = alice.get("/donate/?frequency=monthly").content.decode()
    box = re.search(r'<input type="checkbox" name="consent"[^>]*>', page)
    assert box
    assert "checked" not in box[0]
    text = " ".join(re.sub(r"<[^>]+>", "", page).split())
    assert "every month" in text
    assert "The first gift is today, Jan. 31, 2026. The next one is on Feb. 28, 2026" in text
    assert "Canceling takes two clicks and no password." in text


def test_what_was_agreed_to_is_kept_word_for_word_with_its_time(sandbox, alice):
    Wording.objects.filter(key="monthly_consent").update(text="Yes, {amount}.\n\nFirst {first_date}, next {next_date}.")
    begin(alice, other="17.50")
    monthly = MonthlyGift.objects.get()
    assert re.fullmatch(r"Yes, \$17\.50\.\n\nFirst \S.* 20\d\d, next \S.* 20\d\d\.", monthly.consent_text)
    assert monthly.consented_at == Gift.objects.get().started_at


def test_the_confirmation_says_amount_next_date_how_to_cancel_and_what_was_agreed_to(sandbox, alice):
    monthly = begin(alice)
    (letter,) = letters("has begun")
    html = letter.alternatives[0][0]
    for body in (letter.body, html):
        for needed in ("$25.00 every month", "The next gift is charged on", "two clicks", "/donate/my-giving/"):
            assert needed in body, needed
    assert monthly.consent_text in letter.body


def test_without_the_tick_nothing_begins_and_it_is_said_beside_the_box(alice):
    page = ask_monthly(alice, consent="").content.decode()
    assert error_of(page, "consent")
    assert 'value="alice@example.com"' in page
    assert not Gift.objects.exists()


def test_a_gift_given_once_needs_no_tick(sandbox, alice):
    assert alice.give().status_code == 303
    assert Gift.objects.get().frequency == "once"
    assert not MonthlyGift.objects.exists()


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ("frequency=monthly", {"frequency": "monthly", "monthly_amount": "2500"}),
        ("frequency=monthly&amount=50", {"frequency": "monthly", "monthly_amount": "5000"}),
        ("frequency=monthly&amount=33", {"frequency": "monthly", "monthly_amount": "3300"}),
        ("frequency=weekly&amount=100", {"frequency": "once", "amount": "10000"}),
    ],
)
def test_a_link_can_ask_for_a_monthly_gift(alice, query, chosen):
    page = alice.get(f"/donate/?{query}").content.decode()
    for name, value in chosen.items():
        assert re.findall(rf'<input type="radio" name="{name}" value="(\w+)"[^>]*checked', page) == [value]


def test_where_monthly_has_no_amounts_it_is_not_offered(alice, settings):
    settings.GIVING_AMOUNTS_MINOR = {"once": [2500, 5000], "monthly": []}
    page = alice.get("/donate/").content.decode()
    assert "monthly" not in re.sub(r'data-give-says-monthly="[^"]*"', "", page)
    assert ask_monthly(alice).status_code == 200
    assert not MonthlyGift.objects.exists()


def test_a_double_click_makes_one_promise(sandbox, alice):
    assert ask_monthly(alice)["Location"] == ask_monthly(alice)["Location"]
    assert MonthlyGift.objects.count() == Subscription.objects.count() == Payment.objects.count() == 1


def test_the_same_wish_once_and_monthly_are_two(sandbox, alice):
    once = alice.give(amount="2500")["Location"]
    assert ask_monthly(alice)["Location"] != once
    assert Gift.objects.count() == 2


def test_a_declined_card_leaves_the_promise_open_and_the_next_card_begins_it(sandbox, alice):
    url = ask_monthly(alice)["Location"]
    pay(url, card=IS_DECLINED)
    alice.get(Gift.objects.get().get_absolute_url())
    assert Subscription.objects.get().status == "started"
    pay(url)
    alice.get(Gift.objects.get().get_absolute_url())
    assert Subscription.objects.get().status == "active"
    assert waiting_jobs() == ["send_receipt_mail", "send_monthly_mail"]


def test_the_way_back_without_paying_keeps_that_it_was_monthly(sandbox, alice):
    ask_monthly(alice)
    page = alice.get(Gift.objects.get().get_absolute_url()).content.decode()
    assert "frequency=monthly" in page


def test_every_month_is_one_gift_with_its_own_receipt(sandbox, alice):
    monthly = begin(alice)
    for _month in range(2):
        pass_time(sandbox, monthly)
    gifts = Gift.objects.order_by("id")
    assert [(gift.status, gift.amount_minor) for gift in gifts] == [("received", 2500)] * 3
    assert len({gift.gift_date.month for gift in gifts}) == 3
    assert Receipt.objects.count() == 3
    assert len(letters("your receipt")) == 3
    assert len(letters("has begun")) == 1
    letter = letters("your receipt")[-1]
    month = gifts.last().gift_date.strftime("%B %Y")
    assert f"Your monthly gift for {month} has arrived" in letter.body
    assert {"label": "Monthly gift of", "value": month} in gifts.last().receipt.content["rows"]


def test_a_later_month_does_not_bring_an_old_name_back(sandbox, alice):
    monthly = begin(alice)
    receive(start(name="Alice A. Adams"))
    pass_time(sandbox, monthly)
    monthly.donor.refresh_from_db()
    assert monthly.donor.name == "Alice A. Adams"
    assert Gift.objects.latest("id").donor_name == "Alice Adams"


def test_the_same_months_news_again_makes_no_second_gift(sandbox, alice):
    monthly = begin(alice)
    recurring.subscription_started(monthly.subscription, now=monthly.consented_at)
    assert waiting_jobs() == []


def test_a_month_that_fails_is_no_gift_and_the_donor_gets_one_kind_mail_with_a_link(sandbox, alice):
    monthly = begin(alice)
    turn_card(sandbox, monthly)
    pass_time(sandbox, monthly)
    assert monthly.subscription.is_past_due
    assert Gift.objects.count() == Receipt.objects.count() == 1
    (letter,) = letters("could not be charged")
    assert "You owe nothing" in letter.body
    assert "We try again on" in letter.body
    assert re.search(r"/donate/mend/[\w:.-]+/", letter.body)


def test_the_link_in_the_mail_leads_to_that_month_and_a_paid_one_is_a_gift(sandbox, alice, somebody):
    monthly = begin(alice)
    turn_card(sandbox, monthly)
    pass_time(sandbox, monthly)
    path = mend_path()
    page = somebody.get(path)
    assert page.status_code == 303
    assert page["Location"].startswith(sandbox.url)
    assert "no-store" in page["Cache-Control"]


def test_of_many_tries_the_donor_hears_the_first_and_then_the_end(sandbox, alice):
    monthly = begin(alice)
    turn_card(sandbox, monthly)
    due = monthly.subscription.next_payment_at
    for days in (1, 10, 28):
        pass_time(sandbox, monthly, days=days, after=due)
    (told,) = letters("could not be charged")
    assert "We try again on" in told.body
    assert monthly.subscription.is_over
    (ended,) = letters("Your monthly gift has ended")
    assert "nothing is owed" in ended.body


def test_of_a_month_the_donor_hears_the_first_try_that_we_know_of_and_the_last(sandbox, alice, mailoutbox):
    monthly = begin(alice)
    for attempt in (2, 4, 7):
        fail(monthly, attempt=attempt, next_try_at=monthly.consented_at)
    (first,) = letters("could not be charged")
    assert "We try again on" in first.body
    fail(monthly, attempt=8, next_try_at=None)
    _first, last = letters("could not be charged")
    assert "We do not try this card again for this month." in last.body


def fail(monthly: MonthlyGift, *, attempt: int, next_try_at: datetime | None) -> None:
    """What the ledger does when a try to charge a month has failed."""
    promise = monthly.subscription
    SubscriptionChange.objects.create(
        subscription=promise,
        what="payment_failed",
        key=f"failed in_1 {attempt}",
        from_status=promise.status,
        to_status=promise.status,
        amount_minor=2500,
        invoice_id="in_1",
        cause="a test",
    )
    recurring.renewal_failed(
        promise,
        invoice_id="in_1",
        amount_minor=2500,
        attempt=attempt,
        next_try_at=next_try_at,
        now=monthly.consented_at,
    )
    do_jobs()


def test_a_bank_that_wants_to_ask_is_explained(sandbox, alice):
    monthly = begin(alice)
    recurring.renewal_needs_action(monthly.subscription, invoice_id="in_1", amount_minor=2500, now=monthly.consented_at)
    do_jobs()
    (letter,) = letters("Your bank asks you to confirm")
    assert "/donate/mend/" in letter.body
    assert "If you do nothing, nothing is charged" in letter.body


def test_a_link_that_is_forged_or_about_a_settled_month_says_so_kindly(sandbox, alice, somebody):
    assert somebody.get("/donate/mend/nonsense/").status_code == 410
    monthly = begin(alice)
    turn_card(sandbox, monthly)
    pass_time(sandbox, monthly)
    path = mend_path()
    turn_card(sandbox, monthly, "")
    pass_time(sandbox, monthly, days=5)
    answer = somebody.get(path)
    assert answer.status_code == 200
    assert "There is nothing to pay" in answer.content.decode()


def test_jobs_about_promises_carry_no_personal_data(sandbox, alice):
    from procrastinate.contrib.django.models import ProcrastinateJob

    pay(ask_monthly(alice)["Location"])
    alice.get(Gift.objects.get().get_absolute_url())
    told = str([job.args for job in ProcrastinateJob.objects.all()])
    assert "alice" not in told.casefold()
    do_jobs()


def test_a_browser_without_a_script_may_leave_the_monthly_fields_out(sandbox, alice):
    assert alice.give(frequency="").status_code == 303
    assert Gift.objects.get().frequency == "once"


def mend_path() -> str:
    found = re.search(r"/donate/mend/\S+", letters("could not be charged")[-1].body)
    assert found
    return found[0]
