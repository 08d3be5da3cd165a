"""Live and test data lie in one database and never mix.

With a live key and the sandbox's address the client refuses to speak at all, so a call that should not be made fails
the test by itself.
"""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shop.stripe_payments import books, client, hosted_page, intake, ledger, reconciliation
from shop.stripe_payments.models import BalanceEntry, Payment, Refund, StripeEvent, Watermark
from shop.stripe_payments.tasks import send_refund, sweep_unfinished_payments, sweep_unhandled_events
from tests.hosted_page import pay
from tests.jobs import do_jobs, waiting_jobs
from tests.shop.stripe_payments.orders import ask_for, make_order, request_page

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def go_live(sandbox, settings):
    def go_live():
        settings.STRIPE_SECRET_KEY = "sk_live_real"

    return go_live


def paid_payment():
    payment = ask_for(make_order())
    pay(payment.checkout_url)
    return ledger.settle(payment.reference)


def make_live(payment):
    """As if it had been made with a live key, on a site that has a test key now."""
    Payment.objects.filter(pk=payment.pk).update(is_live=True)
    payment.refresh_from_db()
    return payment


def as_overdue(payment):
    Payment.objects.filter(pk=payment.pk).update(expires_at=timezone.now() - timedelta(hours=3))


def test_test_payment_is_not_asked_after_with_a_live_key(go_live):
    payment = ask_for(make_order())
    go_live()
    with pytest.raises(client.OtherMode):
        ledger.settle(payment.reference)
    with pytest.raises(client.OtherMode):
        request_page(payment)
    assert not hosted_page.can_still_be_paid(payment, now=timezone.now())


def test_session_of_one_mode_never_settles_a_payment_of_the_other(sandbox):
    payment = ask_for(make_order())
    pay(payment.checkout_url)
    make_live(payment)
    with pytest.raises(ledger.PaymentMismatch):
        ledger.settle_session(payment.checkout_session_id, cause="test")
    payment.refresh_from_db()
    assert payment.status == "open"


def test_buyer_who_comes_back_after_the_change_of_keys_is_led_on(go_live):
    order = make_order()
    ask_for(order)
    go_live()
    assert Client().get(f"/checkout/return/{order.number}/").headers["Location"].endswith(order.number + "/")


def test_sweep_gives_up_a_test_payment_once_the_key_is_live(go_live):
    order = make_order()
    payment = ask_for(order)
    as_overdue(payment)
    go_live()
    sweep_unfinished_payments(0)
    do_jobs()
    payment.refresh_from_db()
    order.refresh_from_db()
    assert (payment.status, order.status) == ("expired", "Cancelled")
    assert payment.changes.last().cause == "a test payment; the key is live now"


def test_reconciliation_leaves_live_payments_alone_while_the_site_has_a_test_key(sandbox):
    unfinished = make_live(ask_for(make_order()))
    as_overdue(unfinished)
    paid = make_live(ask_for(make_order()))
    Payment.objects.filter(pk=paid.pk).update(status="paid", paid_at=timezone.now())
    run = reconciliation.reconcile(now=timezone.now() + timedelta(hours=3))
    assert {unfinished.reference, paid.reference}.isdisjoint(finding["reference"] for finding in run.findings)
    unfinished.refresh_from_db()
    assert unfinished.status == "open"


def test_live_payment_waits_for_its_key_while_the_site_has_a_test_key(sandbox):
    payment = make_live(ask_for(make_order()))
    as_overdue(payment)
    sweep_unfinished_payments(0)
    assert waiting_jobs() == []
    with pytest.raises(client.OtherMode):
        ledger.close(payment.reference, cause="test")
    payment.refresh_from_db()
    assert payment.status == "open"


def test_live_payment_whose_page_was_never_made_still_expires(sandbox):
    line = ledger.NewLine(purpose="order", reference=make_order().number, amount_minor=2650)
    payment = make_live(ledger.open_payment(lines=[line], expires_at=timezone.now(), now=timezone.now()))
    assert ledger.close(payment.reference, cause="test").status == "expired"


def test_payment_of_the_other_mode_cannot_be_refunded(sandbox):
    payment = make_live(paid_payment())
    with pytest.raises(ledger.UnableToRefund):
        ledger.request_refund(line=payment.lines.get(), amount_minor=100, reason="wrong color")
    assert not Refund.objects.exists()


def test_refund_that_waits_is_not_sent_with_the_other_key(go_live):
    payment = paid_payment()
    refund = ledger.request_refund(line=payment.lines.get(), amount_minor=100, reason="wrong color")
    go_live()
    with pytest.raises(client.OtherMode):
        send_refund(refund.pk)
    refund.refresh_from_db()
    assert refund.status == "requested"


def event(event_id, *, is_live):
    row = StripeEvent.objects.create(event_id=event_id, type="charge.updated", object_id="ch_1", is_live=is_live)
    StripeEvent.objects.filter(pk=row.pk).update(received_at=timezone.now() - timedelta(hours=1))
    return row


def test_event_of_the_other_mode_waits_untouched_for_its_key(sandbox):
    live = event("evt_live", is_live=True)
    intake.act_on(live.event_id, now=timezone.now())
    live.refresh_from_db()
    assert (live.handled_at, live.tries) == (None, 0)


def test_events_of_the_other_mode_are_not_handed_out_again(sandbox):
    event("evt_live", is_live=True)
    event("evt_test", is_live=False)
    sweep_unhandled_events(0)
    do_jobs()
    assert list(StripeEvent.objects.waiting().values_list("event_id", flat=True)) == ["evt_live"]


def test_reading_on_in_one_mode_does_not_move_where_the_other_goes_on(sandbox):
    Watermark.objects.create(name="live events", moment=NOW - timedelta(days=9))
    Watermark.objects.create(name="live movements", moment=NOW - timedelta(days=9))
    intake.collect_missed(now=NOW)
    books.read_movements(now=NOW)
    assert dict(Watermark.objects.values_list("name", "moment")) == {
        "live events": NOW - timedelta(days=9),
        "live movements": NOW - timedelta(days=9),
        "test events": NOW,
        "test movements": NOW,
    }


def test_stripes_books_say_which_mode_they_are_of(sandbox):
    paid_payment()
    sandbox.control("clock", offset=60)
    books.read_movements(now=timezone.now())
    assert set(BalanceEntry.objects.values_list("is_live", flat=True)) == {False}
    run = reconciliation.reconcile(now=timezone.now() + timedelta(hours=3))
    assert run.is_live is False
