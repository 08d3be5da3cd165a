"""Monthly gifts from the core's side, months passing at the sandbox as it pleases the test."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from donations.models import Gift
from shop.stripe_payments import client, dispatch, ledger, promises, reconciliation
from shop.stripe_payments.models import Payment, StripeEvent, Subscription, SubscriptionChange
from shop.stripe_payments.tasks import settle_overdue_payment
from tests.hosted_page import IS_DECLINED, pay
from tests.jobs import do_jobs
from tests.shop.stripe_payments.events.delivery import events_after, newest_event
from tests.shop.stripe_payments.promises import (
    DAY,
    MONTH,
    invoices_of,
    known_promise,
    let_pass,
    paid_promise,
    promise_on_the_page,
    request_page,
    stripes,
    turn_card,
)
from tests.stripe_sandbox import payer
from tests.stripe_sandbox.launch import start_sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def running_sandbox():
    """One of these tests' own: months pass here, and what comes with them is nobody else's."""
    with start_sandbox() as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def _programs(db):
    call_command("load_programs", verbosity=0)


@pytest.fixture
def hear(sandbox):
    """Acts on everything that Stripe has told since the test began, in any order."""
    begun = newest_event(sandbox)
    heard = set()

    def hear(*, backwards: bool = False) -> None:
        events = events_after(sandbox, begun, set(dispatch.ACTIONS))
        for event in reversed(events) if backwards else events:
            if event["id"] not in heard:
                heard.add(event["id"])
                thing = event["data"]["object"].get("id") or ""
                row = StripeEvent(event_id=event["id"], type=event["type"], object_id=thing, is_live=False)
                dispatch.handle(row, now=timezone.now())
        do_jobs()

    return hear


@pytest.fixture
def compare(sandbox):
    """Compares with Stripe as the night does; what was found, and whether it is healed."""
    began = timezone.now() - timedelta(seconds=1)

    def compare(*, later: int = 0) -> dict[object, object]:
        now = timezone.now() + timedelta(seconds=later, hours=3)
        run = reconciliation.reconcile(now=now, since=began)
        return {finding["reference"]: finding["is_healed"] for finding in run.findings}

    return compare


def steps(subscription: Subscription) -> list[str]:
    return list(subscription.changes.values_list("what", flat=True))


def test_first_month_is_a_payment_that_begins_the_promise(sandbox):
    payment = paid_promise()
    assert payment.subscription.status == "started"
    payment = ledger.settle(payment.reference)
    subscription = Subscription.objects.get()
    assert (payment.status, subscription.status, subscription.amount_minor) == ("paid", "active", 5000)
    assert payment.invoice_id == invoices_of(subscription)[0].id
    assert payment.charge_id
    assert subscription.next_payment_at > timezone.now() + timedelta(days=27)
    assert Gift.objects.get().status == "received"
    assert steps(subscription) == ["started"]


def test_page_is_made_also_when_stripe_does_not_know_the_product_yet(settings):
    with start_sandbox() as new:
        settings.STRIPE_API_BASE, settings.STRIPE_SECRET_KEY = new.url, new.api_key
        assert client.find_monthly_product() is None
        payment = promise_on_the_page()
        assert payment.checkout_url
        pay(payment.checkout_url)
        assert ledger.settle(payment.reference).status == "paid"
        promises.change_amount(subscription=Subscription.objects.get(), amount_minor=7500, now=timezone.now())


def test_page_asked_for_twice_is_made_once(sandbox):
    payment = promise_on_the_page()
    assert request_page(Payment.objects.get(pk=payment.pk)) == payment.checkout_url


def test_promise_is_given_up_with_its_page_and_begins_with_late_money(sandbox):
    payment = promise_on_the_page()
    ledger.close(payment.reference, cause="test")
    assert Subscription.objects.get().status == "expired"
    assert Gift.objects.get().status == "abandoned"
    late = promise_on_the_page()
    pay(late.checkout_url)
    Payment.objects.filter(pk=late.pk).update(status="expired")
    Subscription.objects.filter(payments=late).update(status="expired")
    assert ledger.settle(late.reference).status == "paid"
    assert Subscription.objects.get(payments=late).status == "active"


def test_money_that_came_before_the_page_was_closed_counts(sandbox):
    payment = paid_promise()
    settle_overdue_payment(payment.reference)
    assert Subscription.objects.get().status == "active"


def test_three_months_are_three_payments_with_their_own_gifts(sandbox, hear):
    subscription = known_promise()
    let_pass(sandbox, 2 * MONTH)
    hear()
    payments = Payment.objects.order_by("id")
    assert [payment.status for payment in payments] == ["paid"] * 3
    assert {payment.invoice_id for payment in payments} == {invoice.id for invoice in invoices_of(subscription)}
    assert [gift.status for gift in Gift.objects.all()] == ["received"] * 3
    assert payments[1].paid_at > payments[0].paid_at + timedelta(days=27)
    let_pass(sandbox, 2 * MONTH + 60)
    hear()
    assert not Payment.objects.filter(fee_minor=None).exists()


@pytest.mark.parametrize("backwards", [False, True])
def test_everything_is_known_from_events_alone_in_either_order(sandbox, hear, backwards):
    paid_promise()
    let_pass(sandbox, MONTH)
    hear(backwards=backwards)
    assert [payment.status for payment in Payment.objects.all()] == ["paid", "paid"]
    assert Gift.objects.filter(status="received").count() == 2
    assert Subscription.objects.get().status == "active"


def test_failed_renewal_is_a_step_and_no_gift_and_is_mended_with_another_card(sandbox, hear, settings):
    subscription = known_promise()
    turn_card(sandbox, subscription)
    let_pass(sandbox, MONTH)
    hear()
    subscription.refresh_from_db()
    assert (subscription.status, Gift.objects.count(), Payment.objects.count()) == ("past_due", 1, 1)
    assert set(steps(subscription)) == {"started", "payment_failed"}
    page = promises.card_page(subscription=subscription, return_url="http://testserver/my-giving/")
    assert payer.change_card(page, pays_open=True).location == "http://testserver/my-giving/"
    hear()
    subscription.refresh_from_db()
    assert (subscription.status, Gift.objects.filter(status="received").count()) == ("active", 2)
    assert steps(subscription)[-2:] == ["card_changed", "mended"]


def test_page_of_an_open_invoice_is_shown_for_its_own_promise_alone(sandbox):
    subscription, other = known_promise(), known_promise()
    turn_card(sandbox, subscription)
    let_pass(sandbox, MONTH)
    invoice = invoices_of(subscription)[0]
    assert promises.invoice_page(subscription=subscription, invoice_id=invoice.id) == invoice.hosted_invoice_url
    assert promises.invoice_page(subscription=other, invoice_id=invoice.id) is None
    first = invoices_of(subscription)[1]
    assert promises.invoice_page(subscription=subscription, invoice_id=first.id) is None


def test_promise_ends_when_stripe_gives_up(sandbox, hear):
    subscription = known_promise()
    turn_card(sandbox, subscription)
    let_pass(sandbox, MONTH + 16 * DAY)
    hear()
    subscription.refresh_from_db()
    assert (subscription.status, subscription.is_over, steps(subscription)[-1]) == ("canceled", True, "ended")
    assert subscription.next_payment_at is None


def test_another_amount_counts_from_the_next_month(sandbox, hear):
    subscription = known_promise()
    for _click in range(2):
        subscription = promises.change_amount(subscription=subscription, amount_minor=7500, now=timezone.now())
    assert subscription.amount_minor == 7500
    assert len(invoices_of(subscription)) == 1
    let_pass(sandbox, MONTH)
    hear()
    assert sorted(Payment.objects.values_list("amount_minor", flat=True)) == [5000, 7500]
    assert steps(subscription) == ["started", "amount_changed"]


def test_pause_skips_its_months_and_catches_up_on_nothing(sandbox, hear):
    subscription = known_promise()
    due = subscription.next_payment_at
    for _click in range(2):
        subscription = promises.pause(subscription=subscription, months=2, now=timezone.now())
    assert (subscription.is_paused, steps(subscription)) == (True, ["started", "paused"])
    assert timedelta(days=58) < subscription.next_payment_at - due < timedelta(days=63)
    let_pass(sandbox, 4 * MONTH)
    hear()
    assert [invoice.status for invoice in invoices_of(subscription)] == ["paid", "paid", "void", "void", "paid"]
    subscription.refresh_from_db()
    assert (subscription.status, Gift.objects.count()) == ("active", 3)
    assert steps(subscription) == ["started", "paused", "resumed"]


def test_pause_can_be_ended_early(sandbox):
    subscription = promises.pause(subscription=known_promise(), months=6, now=timezone.now())
    for _click in range(2):
        subscription = promises.resume(subscription=subscription, now=timezone.now())
    assert (subscription.status, subscription.resumes_at) == ("active", None)
    assert subscription.next_payment_at < timezone.now() + timedelta(days=32)
    assert steps(subscription) == ["started", "paused", "resumed"]


def test_stripes_other_pause_is_ended_in_the_old_rhythm_too(sandbox):
    subscription = known_promise()
    due = subscription.next_payment_at
    unused = {"bill_for": {"unused_time_from": {"type": "none"}}}
    stripes().v1.subscriptions.pause(subscription.stripe_subscription_id, unused)
    assert ledger.mirror(subscription, now=timezone.now(), cause="test").status == "paused"
    subscription = promises.resume(subscription=subscription, now=timezone.now())
    assert (subscription.status, subscription.next_payment_at) == ("active", due)


def test_canceled_at_once_with_a_reason(sandbox, hear):
    subscription = known_promise()
    for _click in range(2):
        subscription = promises.cancel(subscription=subscription, feedback="too_expensive", now=timezone.now())
    do_jobs()
    assert (subscription.status, steps(subscription)) == ("canceled", ["started", "canceled"])
    there = stripes().v1.subscriptions.retrieve(subscription.stripe_subscription_id)
    assert (there.status, there.cancellation_details.feedback) == ("canceled", "too_expensive")
    let_pass(sandbox, MONTH)
    hear()
    assert Payment.objects.count() == 1
    with pytest.raises(promises.UnableToChange):
        promises.change_amount(subscription=subscription, amount_minor=7500, now=timezone.now())


def test_cancel_happens_also_when_stripe_does_not_answer_at_once(sandbox):
    subscription = known_promise()
    sandbox.control("fault", kind="error", times=2, method="DELETE", path="/v1/subscriptions")
    with pytest.raises(promises.StripeDidNotAnswer):
        promises.cancel(subscription=subscription, feedback="", now=timezone.now())
    do_jobs()
    subscription.refresh_from_db()
    assert (subscription.status, steps(subscription)) == ("canceled", ["started", "canceled"])


def test_ended_in_stripes_dashboard_is_not_the_donors_wish(sandbox, hear):
    subscription = known_promise()
    stripes().v1.subscriptions.cancel(subscription.stripe_subscription_id)
    hear()
    assert steps(subscription) == ["started", "ended"]


def test_refund_and_dispute_of_a_renewal_find_its_payment(sandbox):
    subscription = known_promise()
    let_pass(sandbox, MONTH)
    intent = client.retrieve_invoice(invoices_of(subscription)[0].id).payment_intent_id
    payment = ledger.find_payment(intent, now=timezone.now(), cause="test")
    assert (payment.status, payment.invoice_id) == ("paid", invoices_of(subscription)[0].id)
    assert ledger.find_payment(intent, now=timezone.now(), cause="test") == payment


def test_first_month_is_found_by_its_intent_before_we_heard_of_it(sandbox):
    payment = paid_promise()
    session = client.retrieve_checkout_session(payment.checkout_session_id)
    assert ledger.find_payment(session.payment_intent_id, now=timezone.now(), cause="test").status == "paid"


def test_night_takes_over_renewals_that_nobody_told_us_of(sandbox, compare):
    known_promise()
    let_pass(sandbox, MONTH + 60)
    findings = compare(later=MONTH)
    renewal = Payment.objects.get(status="paid", checkout_session_id=None)
    assert findings[renewal.reference] is True
    assert Gift.objects.filter(status="received").count() == 2


def test_night_sees_how_promises_stand(compare):
    ended, paused, unchanged, unheard = known_promise(), known_promise(), known_promise(), paid_promise()
    stripes().v1.subscriptions.cancel(ended.stripe_subscription_id)
    pause = {"pause_collection": {"behavior": "void"}}
    stripes().v1.subscriptions.update(paused.stripe_subscription_id, pause)
    findings = compare()
    assert (findings[ended.reference], findings[paused.reference]) == (True, True)
    assert unchanged.reference not in findings
    statuses = dict(Subscription.objects.values_list("reference", "status"))
    assert statuses == {
        ended.reference: "canceled",
        paused.reference: "paused",
        unchanged.reference: "active",
        unheard.subscription.reference: "active",
    }


def test_declined_cards_on_the_page_are_counted_and_declined_renewals_are_not(sandbox, hear):
    payment = promise_on_the_page()
    for _try in range(2):
        pay(payment.checkout_url, card=IS_DECLINED)
    hear()
    payment.refresh_from_db()
    assert (payment.declines, payment.declined_cards.count()) == (2, 2)
    pay(payment.checkout_url)
    hear()
    subscription = Subscription.objects.get()
    turn_card(sandbox, subscription)
    let_pass(sandbox, MONTH)
    hear()
    payment.refresh_from_db()
    assert (payment.declines, payment.declined_cards.count()) == (2, 2)
    assert "payment_failed" in steps(subscription)


def test_page_is_closed_after_too_many_cards(sandbox, hear, settings):
    settings.CARD_TESTING_CARDS_PER_PAGE = 3
    payment = promise_on_the_page()
    for _try in range(3):
        pay(payment.checkout_url, card=IS_DECLINED)
    hear()
    payment.refresh_from_db()
    assert (payment.status, Subscription.objects.get().status) == ("expired", "expired")


def test_promise_of_the_other_mode_is_left_alone(sandbox):
    subscription = known_promise()
    Subscription.objects.update(is_live=True)
    subscription.refresh_from_db()
    for change in (
        lambda: promises.change_amount(subscription=subscription, amount_minor=7500, now=timezone.now()),
        lambda: promises.pause(subscription=subscription, months=1, now=timezone.now()),
        lambda: promises.resume(subscription=subscription, now=timezone.now()),
        lambda: promises.cancel(subscription=subscription, feedback="", now=timezone.now()),
        lambda: promises.card_page(subscription=subscription, return_url="http://testserver/"),
        lambda: ledger.mirror(subscription, now=timezone.now(), cause="test"),
    ):
        with pytest.raises(client.OtherMode):
            change()
    assert stripes().v1.subscriptions.retrieve(subscription.stripe_subscription_id).status == "active"


def test_older_answer_of_stripes_is_not_applied_over_a_newer_one(sandbox):
    seen = known_promise()
    older = client.retrieve_subscription(seen.stripe_subscription_id)
    promises.change_amount(subscription=seen, amount_minor=7500, now=timezone.now())
    assert ledger.apply_subscription(seen, older, now=timezone.now(), cause="test") is None
    assert Subscription.objects.get().amount_minor == 7500


def test_history_of_a_promise_is_never_rewritten(sandbox):
    subscription = known_promise()
    for rewrite in (
        lambda: SubscriptionChange.objects.update(what="ended"),
        lambda: SubscriptionChange.objects.all().delete(),
    ):
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            rewrite()
    assert steps(subscription) == ["started"]


def test_money_by_an_invoice_of_nobody_is_brought_before_staff(sandbox, hear):
    known_promise()
    customer = stripes().v1.customers.create({"email": "charlie@example.com"})
    card = stripes().v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    price = {"currency": "usd", "unit_amount": 900, "product": "monthly_gift", "recurring": {"interval": "month"}}
    stripes().v1.subscriptions.create(
        {"customer": customer.id, "items": [{"price_data": price}], "default_payment_method": card.id}
    )
    hear()
    assert (Payment.objects.count(), Subscription.objects.count()) == (1, 1)
    assert [letter for letter in mail.outbox if "belongs to no promise of ours" in letter.body]
