"""The first staff page says what in matters of money waits for a person."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.stripe_payments.models import FraudWarning, Payout, Reconciliation, StripeEvent
from tests.shop.dashboard.money.test_disputes import dispute_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def compared(db):
    now = timezone.now()
    return Reconciliation.objects.create(since=now, started_at=now, finished_at=now)


def overview(client):
    page = client.get("/dashboard/")
    assert page.status_code == 200
    return page.text


def payout(number, status, created_at):
    return Payout.objects.create(
        stripe_payout_id=number,
        status=status,
        currency="USD",
        amount_minor=12345,
        is_automatic=True,
        created_at=created_at,
        arrival_at=created_at,
    )


def test_when_nothing_waits_it_says_so(sam_client, compared):
    assert "Nothing about money waits for you" in overview(sam_client)


def test_disputes_warnings_failed_events_and_payouts_are_named(sam_client, compared, paid):
    now = timezone.now()
    dispute_of(paid, "1", days=3)
    FraudWarning.objects.create(payment=paid, stripe_warning_id="issfr_1", fraud_type="misc", warned_at=now)
    StripeEvent.objects.create(event_id="evt_1", type="x", object_id="y", is_live=False, set_aside_at=now)
    payout("po_1", "failed", now)
    text = overview(sam_client)
    for told in (
        "Dispute over $1.00",
        "3 days left to answer",
        "1 warning of fraud",
        "1 event of Stripe’s failed too often",
        "A payout of $123.45 came back",
    ):
        assert told in text, told


def test_a_failed_payout_waits_until_a_later_one_went_through(sam_client, compared):
    now = timezone.now()
    payout("po_1", "failed", now - timedelta(days=3))
    payout("po_0", "paid", now - timedelta(days=4))
    assert "came back from the bank" in overview(sam_client)
    payout("po_2", "paid", now - timedelta(days=1))
    assert "came back from the bank" not in overview(sam_client)


def test_a_comparison_is_missed_when_there_is_none_when_it_is_old_and_when_it_left_something(sam_client, db):
    assert "none has run yet" in overview(sam_client)
    now = timezone.now()
    run = Reconciliation.objects.create(since=now, started_at=now - timedelta(hours=27), finished_at=now)
    assert "more than a day old" in overview(sam_client)
    Reconciliation.objects.filter(pk=run.pk).update(started_at=now - timedelta(hours=25))
    assert "Nothing about money waits" in overview(sam_client)
    Reconciliation.objects.filter(pk=run.pk).update(difference_minor=1)
    assert "left something open" in overview(sam_client)


def test_who_may_not_see_money_is_told_nothing_of_it(member, paid):
    dispute_of(paid, "1")
    text = overview(member("Orders"))
    assert "Dispute" not in text
    assert "Comparison with Stripe" not in text
    assert "/dashboard/money/" not in text
