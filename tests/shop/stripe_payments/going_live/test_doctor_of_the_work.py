"""A silent worker, events and payments left hanging, books that were not compared."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.stripe_payments import ledger, reconciliation, tasks
from shop.stripe_payments.models import Reconciliation, Refund, StripeEvent
from tests.hosted_page import pay
from tests.shop.stripe_payments.going_live.rows import event, heartbeat
from tests.shop.stripe_payments.going_live.told import is_told, is_well, look
from tests.shop.stripe_payments.orders import ask_for, make_order

pytestmark = pytest.mark.django_db


def test_worker_that_is_silent():
    heartbeat(seconds_ago=600)
    assert is_told("worker", "none heard of")
    heartbeat(seconds_ago=1)
    assert is_well("worker")


def test_jobs_that_nobody_does():
    heartbeat(seconds_ago=1)
    tasks.handle_event.defer(event_id="evt_1")
    assert is_well("worker")
    assert is_told("worker", "1 jobs have waited", later=timedelta(minutes=11))


def test_jobs_that_are_due_later_are_not_late():
    heartbeat(seconds_ago=1)
    tasks.handle_event.configure(schedule_in={"hours": 2}).defer(event_id="evt_1")
    assert not any("jobs have waited" in line for line in look("worker", later=timedelta(hours=1)))


def test_events_that_failed_or_wait():
    assert is_well("events")
    event("evt_1", hours_ago=2)
    event("evt_2", set_aside_at=timezone.now())
    assert is_told("events", "1 events failed too often")
    assert is_told("events", "1 events wait for more than an hour")
    StripeEvent.objects.update(handled_at=timezone.now())
    assert is_well("events")


def test_payments_and_refunds_that_are_left_hanging(account):
    payment = ask_for(make_order())
    assert is_well("payments")
    assert is_told("payments", "1 payments are open", later=timedelta(hours=2))
    pay(payment.checkout_url)
    payment = ledger.settle(payment.reference)
    assert is_well("payments", later=timedelta(hours=2))
    refund = ledger.request_refund(line=payment.lines.get(), amount_minor=100, reason="wrong color")
    assert is_told("payments", "1 refunds were never sent", later=timedelta(days=2))
    tasks.send_refund(refund.pk)
    assert Refund.objects.get().status == "succeeded"
    assert is_well("payments", later=timedelta(days=2))


def test_reconciliation_that_is_missing_old_or_unclean(account):
    assert is_told("reconciliation", "not compared with ours yet", level="note")
    ask_for(make_order())
    assert is_told("reconciliation", "never compared", later=timedelta(days=2))
    reconciliation.reconcile(now=timezone.now())
    assert is_well("reconciliation")
    assert is_told("reconciliation", "48 hours ago", later=timedelta(hours=48))
    Reconciliation.objects.update(difference_minor=100)
    assert is_told("reconciliation", "100 cents apart")
