"""Payments, with the Stripe sandbox as a real process and orders as what they are for."""

import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import stripe
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from shop.stripe_payments import client, hosted_page, ledger
from shop.stripe_payments.models import Payment, PaymentChange, PaymentLine, StripeEvent
from shop.stripe_payments.tasks import (
    handle_event,
    settle_overdue_payment,
    sweep_unfinished_payments,
    sweep_unhandled_events,
)
from tests.hosted_page import pay
from tests.jobs import do_jobs, waiting_jobs
from tests.shop.stripe_payments.orders import ask_for, make_order, request_page


@pytest.mark.django_db
def test_settling_before_anybody_paid_changes_nothing(sandbox):
    payment = ask_for(make_order())
    assert ledger.settle(payment.reference).status == "open"


@pytest.mark.django_db
def test_a_payment_is_settled_once(sandbox):
    order = make_order()
    payment = ask_for(order)
    pay(payment.checkout_url)
    for _ in range(3):
        assert ledger.settle(payment.reference).status == "paid"
    assert [change.to_status for change in PaymentChange.objects.filter(payment=payment)] == ["open", "paid"]
    order.refresh_from_db()
    assert order.status == "Paid"
    assert waiting_jobs() == ["send_confirmation_mail"]


@pytest.mark.django_db
def test_a_payment_counts_from_the_moment_the_card_was_charged(sandbox):
    payment = ask_for(make_order())
    pay(payment.checkout_url)
    a_day_later = timezone.now() + timedelta(days=1)
    settled = ledger.settle(payment.reference, now=a_day_later)
    assert abs(settled.paid_at - payment.created_at) < timedelta(minutes=5)


@pytest.mark.django_db
def test_stripes_fee_is_read_when_it_arrives_after_the_payment(sandbox):
    payment = ask_for(make_order())
    pay(payment.checkout_url)
    sandbox.control("clock", offset=60)
    StripeEvent.objects.create(event_id="evt_1", type="charge.updated", object_id="ch_unknown", is_live=False)
    handle_event.func(event_id="evt_1")
    payment = ledger.settle(payment.reference)
    StripeEvent.objects.create(event_id="evt_2", type="charge.updated", object_id=payment.charge_id, is_live=False)
    handle_event.func(event_id="evt_2")
    payment.refresh_from_db()
    assert payment.fee_minor == 107  # 2.9 % of $26.50 and 30 cents


@pytest.mark.django_db
@pytest.mark.parametrize(
    "difference",
    [{"amount_minor": 100}, {"currency": "EUR"}, {"reference": "another"}],
    ids=["amount", "currency", "reference"],
)
def test_a_session_that_is_not_what_was_asked_for_settles_nothing(sandbox, difference):
    payment = ask_for(make_order())
    pay(payment.checkout_url)
    Payment.objects.filter(pk=payment.pk).update(**difference)
    payment.lines.update(amount_minor=difference.get("amount_minor", payment.amount_minor))
    with pytest.raises(ledger.PaymentMismatch):
        ledger.settle(difference.get("reference", payment.reference))
    assert Payment.objects.get().status == "open"


@pytest.mark.django_db
def test_somebody_elses_paid_session_does_not_pay_for_another_order(sandbox):
    paid, other = ask_for(make_order()), ask_for(make_order())
    pay(paid.checkout_url)
    Payment.objects.filter(pk=paid.pk).update(checkout_session_id=None)
    Payment.objects.filter(pk=other.pk).update(checkout_session_id=paid.checkout_session_id)
    with pytest.raises(ledger.PaymentMismatch):
        ledger.settle(other.reference)


@pytest.mark.django_db
def test_the_webhook_alone_settles_a_payment(sandbox):
    payment = ask_for(make_order())
    pay(payment.checkout_url)
    StripeEvent.objects.create(
        event_id="evt_1", type="checkout.session.completed", object_id=payment.checkout_session_id, is_live=False
    )
    handle_event.func(event_id="evt_1")
    payment.refresh_from_db()
    assert payment.status == "paid"
    assert StripeEvent.objects.get().handled_at is not None


@pytest.mark.django_db
def test_the_webhook_settles_a_payment_whose_session_was_never_written_down(sandbox):
    payment = ask_for(make_order())
    pay(payment.checkout_url)
    session_id = payment.checkout_session_id
    Payment.objects.update(checkout_session_id=None, checkout_url="")
    assert ledger.settle_session(session_id, cause="evt_1").status == "paid"


@pytest.mark.django_db
def test_an_event_about_nothing_of_ours_is_handled_and_forgotten(sandbox):
    StripeEvent.objects.create(event_id="evt_1", type="price.created", object_id="price_1", is_live=False)
    handle_event.func(event_id="evt_1")
    assert StripeEvent.objects.get().handled_at is not None


@pytest.mark.django_db
def test_staff_are_told_of_a_session_that_is_not_what_was_asked_for(sandbox):
    payment = ask_for(make_order())
    pay(payment.checkout_url)
    Payment.objects.update(amount_minor=100)
    PaymentLine.objects.update(amount_minor=100)
    StripeEvent.objects.create(
        event_id="evt_1", type="checkout.session.completed", object_id=payment.checkout_session_id, is_live=False
    )
    handle_event.func(event_id="evt_1")
    assert waiting_jobs() == ["tell_staff"]
    assert Payment.objects.get().status == "open"


@pytest.mark.django_db
def test_the_sweep_finds_a_payment_that_no_webhook_told_of(sandbox):
    paid, unpaid = ask_for(make_order()), ask_for(make_order())
    pay(paid.checkout_url)
    Payment.objects.update(expires_at=timezone.now() - timedelta(minutes=5))
    sweep_unfinished_payments.func(timestamp=0)
    do_jobs()
    statuses = dict(Payment.objects.values_list("pk", "status"))
    assert (statuses[paid.pk], statuses[unpaid.pk]) == ("paid", "expired")


@pytest.mark.django_db
def test_the_sweep_hands_a_lost_event_out_again_and_only_once(sandbox):
    StripeEvent.objects.create(event_id="evt_1", type="price.created", object_id="p", is_live=False)
    StripeEvent.objects.update(received_at=timezone.now() - timedelta(hours=1))
    sweep_unhandled_events.func(timestamp=0)
    sweep_unhandled_events.func(timestamp=0)
    assert waiting_jobs() == ["handle_waiting_event"]


@pytest.mark.django_db
def test_a_payment_whose_page_was_never_made_just_expires():
    order = make_order()
    payment = ledger.open_payment(
        lines=[ledger.NewLine(purpose="order", reference=order.number, amount_minor=2650)],
        expires_at=timezone.now(),
        now=timezone.now(),
    )
    settle_overdue_payment.func(reference=payment.reference)
    payment.refresh_from_db()
    order.refresh_from_db()
    assert (payment.status, order.status) == ("expired", "Cancelled")


@pytest.mark.django_db
def test_closing_a_payment_that_was_just_paid_finds_the_money(sandbox):
    payment = ask_for(make_order())
    pay(payment.checkout_url)
    assert ledger.close(payment.reference, cause="test").status == "paid"


@pytest.mark.django_db
def test_a_refund_never_exceeds_its_line(sandbox):
    payment = ask_for(make_order())
    pay(payment.checkout_url)
    ledger.settle(payment.reference)
    line = payment.lines.get()
    ledger.request_refund(line=line, amount_minor=2000, reason="test")
    with pytest.raises(ledger.UnableToRefund):
        ledger.request_refund(line=line, amount_minor=651, reason="test")
    ledger.request_refund(line=line, amount_minor=650, reason="test")
    do_jobs()
    payment.refresh_from_db()
    assert (payment.status, payment.refunded_minor) == ("refunded", 2650)


@pytest.mark.django_db
def test_an_unpaid_payment_cannot_be_refunded(sandbox):
    payment = ask_for(make_order())
    with pytest.raises(ledger.UnableToRefund):
        ledger.request_refund(line=payment.lines.get(), amount_minor=1, reason="test")


@pytest.mark.django_db
def test_the_database_refuses_to_give_back_more_than_was_paid(sandbox):
    payment = ask_for(make_order())
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(refunded_minor=2651)


@pytest.mark.django_db
def test_an_answer_that_never_came_is_unknown_and_the_same_key_asks_again(sandbox):
    order = make_order()
    sandbox.control("fault", kind="timeout_after_commit", times=2, seconds=5, path="/v1/checkout/sessions")
    with pytest.raises(hosted_page.StripeDidNotAnswer):
        ask_for(order)
    sandbox.control("clear")
    payment = Payment.objects.get()
    assert payment.status == "open"
    request_page(payment)
    payment.refresh_from_db()
    assert payment.attempt == 1
    assert payment.checkout_session_id


@pytest.mark.django_db
def test_items_that_do_not_add_up_are_never_shown_to_a_buyer(sandbox):
    with pytest.raises(ValueError, match="add up"):
        ask_for(make_order(), items=[hosted_page.Item(name="Tags", amount_minor=1)])


@pytest.mark.django_db(transaction=True)
def test_settled_from_eight_sides_at_once_it_is_settled_once(sandbox):
    payment = ask_for(make_order())
    pay(payment.checkout_url)

    def settle(_):
        try:
            return ledger.settle(payment.reference).status
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as sides:
        assert set(sides.map(settle, range(8))) == {"paid"}
    assert waiting_jobs() == ["send_confirmation_mail"]


def test_a_live_key_is_shown_to_stripe_alone():
    with pytest.raises(ImproperlyConfigured):
        client.refuse_live_key_elsewhere("sk_live_x", "http://127.0.0.1:8001")
    with pytest.raises(ImproperlyConfigured):
        client.refuse_live_key_elsewhere("sk_live_x", "https://api.stripe.com.example.org")
    client.refuse_live_key_elsewhere("sk_live_x", "")
    client.refuse_live_key_elsewhere("sk_test_x", "http://127.0.0.1:8001")


@pytest.mark.django_db
def test_an_older_answer_does_not_undo_a_refund(sandbox):
    payment = ask_for(make_order())
    pay(payment.checkout_url)
    ledger.settle(payment.reference)
    refund = ledger.request_refund(line=payment.lines.get(), amount_minor=2650, reason="test")
    do_jobs()
    refund.refresh_from_db()
    older = replace(client.retrieve_refund(refund.stripe_refund_id), status="pending")
    ledger.apply_refund(refund.pk, older, now=timezone.now())
    payment.refresh_from_db()
    assert payment.status == "refunded"


@pytest.mark.django_db
def test_a_page_made_for_a_payment_that_was_given_up_is_not_kept(sandbox):
    payment = ask_for(make_order())
    session = client.retrieve_checkout_session(payment.checkout_session_id)
    Payment.objects.update(checkout_session_id=None, checkout_url="", status="expired")
    assert ledger.remember_session(payment.pk, session).checkout_session_id is None


@pytest.mark.django_db
def test_two_clicks_that_met_the_same_failure_end_at_one_page(sandbox, monkeypatch):
    payment = ledger.open_payment(
        lines=[ledger.NewLine(purpose="order", reference=make_order().number, amount_minor=2650)],
        expires_at=timezone.now() + timedelta(minutes=32),
        now=timezone.now(),
    )
    first, second = (Payment.objects.get(pk=payment.pk) for _click in range(2))
    sandbox.control("fault", kind="error", method="POST", path="/v1/checkout/sessions")
    page = request_page(first)
    # The second click meets the failure too, while the first one's page is still being made.
    Payment.objects.update(checkout_session_id=None, checkout_url="")
    monkeypatch.setattr(client, "find_checkout_session", lambda **_wanted: None)
    assert request_page(second) == page
    payment.refresh_from_db()
    assert payment.attempt == 2


@pytest.mark.django_db
def test_a_second_page_never_takes_the_place_of_the_first(sandbox):
    payment = ask_for(make_order())
    first = payment.checkout_session_id
    late = Payment.objects.get(pk=payment.pk)
    late.checkout_url, late.attempt = "", 2
    assert request_page(late) == payment.checkout_url
    payment.refresh_from_db()
    assert payment.checkout_session_id == first
    api = stripe.StripeClient(sandbox.api_key, base_addresses={"api": sandbox.url}).v1
    pages = {session.id: session.status for session in api.checkout.sessions.list({"limit": 2})}
    assert pages.pop(first) == "open"
    assert set(pages.values()) == {"expired"}


@pytest.mark.django_db
def test_an_address_that_stripe_refuses_is_not_in_the_log(sandbox):
    with pytest.raises(hosted_page.StripeRefused) as refused:
        ask_for(make_order(), email="bob;jones@example.com")
    assert refused.value.code == "email_invalid"
    report = "".join(traceback.format_exception(refused.value))
    assert "customer_email" in report
    assert "jones" not in report.replace('"bob;jones@example.com"', "")


@pytest.mark.django_db
def test_a_request_that_stripe_is_doing_already_is_not_refused(sandbox):
    sandbox.control("fault", kind="conflict", times=2, path="/v1/checkout/sessions")
    with pytest.raises(hosted_page.StripeDidNotAnswer):
        ask_for(make_order())
    assert request_page(Payment.objects.get()).startswith(sandbox.url)
