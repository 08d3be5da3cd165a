"""Stripe's books against ours, with the sandbox as the other side."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from shop.stripe_payments import books, intake, ledger, reconciliation
from shop.stripe_payments.models import (
    BalanceEntry,
    Dispute,
    Payment,
    Payout,
    Reconciliation,
    Refund,
    StripeEvent,
)
from shop.stripe_payments.tasks import reconcile
from tests.hosted_page import pay
from tests.jobs import do_jobs
from tests.shop.stripe_payments.events.at_stripe import refund_at_stripe
from tests.shop.stripe_payments.events.scenarios import known_gift, only_intent, order_on_the_page, paid_gift
from tests.stripe_sandbox.launch import start_sandbox

pytestmark = pytest.mark.django_db
HOURS_LATER = timedelta(hours=3)


@pytest.fixture(autouse=True)
def _programs(db):
    call_command("load_programs", verbosity=0)


@pytest.fixture
def quiet(settings):
    """A sandbox in which nothing happened yet."""
    with start_sandbox() as quiet:
        settings.STRIPE_API_BASE, settings.STRIPE_SECRET_KEY = quiet.url, quiet.api_key
        yield quiet


@pytest.fixture
def compare(sandbox):
    """Compares as the night does, three hours later, everything since the test began."""
    began = timezone.now() - timedelta(seconds=1)

    def compare() -> Reconciliation:
        sandbox.control("clock", offset=60)
        return reconciliation.reconcile(now=timezone.now() + HOURS_LATER, since=began)

    return compare


def ours(run: Reconciliation) -> list[dict[str, object]]:
    """Findings about payments of this test; the sandbox is shared with all others."""
    return [finding for finding in run.findings if not str(finding["reference"]).startswith(("pi_", "po_"))]


def test_a_payment_that_nobody_told_us_of_is_healed(compare):
    payment = paid_gift()
    run = compare()
    payment.refresh_from_db()
    assert payment.status == "paid"
    assert run.found_minor == 0  # open here: not compared before it was healed
    assert run.difference_minor == 0
    assert [finding["is_healed"] for finding in ours(run)] == [True]


def test_everything_that_happened_in_the_dark_is_healed_with_no_hand(sandbox, compare):
    refunded = known_gift()
    refund_at_stripe(refunded.payment_intent_id, amount_minor=1500)
    disputed = known_gift()
    sandbox.control("dispute", payment_intent=disputed.payment_intent_id)
    run = compare()
    assert run.found_minor == 1500 + 5000
    assert run.difference_minor == 0
    assert Refund.objects.get().status == "succeeded"
    assert Dispute.objects.get().status == "needs_response"
    assert all(finding["is_healed"] for finding in ours(run))


def test_when_all_is_well_nobody_is_mailed(compare):
    known_gift()
    run = compare()
    assert ours(run) == []
    assert run.is_clean == (run.findings == [])
    again = compare()
    assert again.difference_minor == 0


def test_money_that_stripe_does_not_know_of_is_reported_and_stays_reported(compare):
    payment = known_gift()
    refund = ledger.request_refund(line=payment.lines.get(), amount_minor=100, reason="test")
    Refund.objects.filter(pk=refund.pk).update(status="succeeded", stripe_refund_id="re_that_never_was")
    for _night in range(2):
        run = compare()
        assert [(finding["reference"], finding["is_healed"]) for finding in ours(run)][-1] == (payment.reference, False)
        assert run.difference_minor == 100
        assert not run.is_clean


def test_staff_get_one_mail_when_something_was_found(compare):
    payments = [paid_gift(amount_minor=2500), paid_gift(amount_minor=7500)]
    run = compare()
    do_jobs()
    to_staff = [letter for letter in mail.outbox if letter.to == ["staff@example.org"]]
    assert len(to_staff) == 1
    assert f"{len(run.findings)} differences" in to_staff[0].body
    assert {payment.reference for payment in payments} <= {finding["reference"] for finding in run.findings}


def test_the_nightly_comparison_repeated_changes_nothing(compare):
    paid_gift()
    compare()
    facts = (BalanceEntry.objects.count(), Payment.objects.values_list("status", flat=True)[0])
    compare()
    assert (BalanceEntry.objects.count(), Payment.objects.values_list("status", flat=True)[0]) == facts


def test_a_page_that_ran_out_unheard_is_closed_and_its_order_given_up(sandbox):
    payment = order_on_the_page()
    sandbox.control("clock", offset=3600)
    run = reconciliation.reconcile(now=timezone.now() + HOURS_LATER, since=timezone.now())
    payment.refresh_from_db()
    assert payment.status == "expired"
    assert {"A payment had ended and we had not heard of it"} == {finding["what"] for finding in ours(run)}


def test_a_payout_that_does_not_add_up_is_found(sandbox):
    sandbox.control("payout", early=True)
    known_gift()
    payout = sandbox.control("payout", early=True)
    sandbox.control("clock", offset=5 * 86400)
    before = timezone.now() - timedelta(seconds=2)
    books.read_payouts(since=before)
    row = Payout.objects.get(stripe_payout_id=payout["id"])
    assert (row.is_complete, sum(row.entries.values_list("net_minor", flat=True))) == (True, row.amount_minor)
    BalanceEntry.objects.filter(payout=row).delete()
    assert sum(row.entries.values_list("net_minor", flat=True)) != row.amount_minor
    run = reconciliation.reconcile(now=timezone.now() + HOURS_LATER, since=before)
    assert row.stripe_payout_id not in {finding["reference"] for finding in run.findings}  # read anew, and healed
    assert sum(row.entries.values_list("net_minor", flat=True)) == row.amount_minor


def test_the_movements_are_copied_once_however_often_they_are_read(sandbox):
    payment = known_gift()
    sandbox.control("clock", offset=60)
    now = timezone.now()
    books.read_movements(now=now)
    count = BalanceEntry.objects.count()
    books.read_movements(now=now)
    assert BalanceEntry.objects.count() == count
    (entry,) = payment.balance_entries.all()
    assert (entry.kind, entry.amount_minor, entry.fee_minor, entry.net_minor) == ("charge", 5000, 175, 4825)


def test_events_whose_webhook_never_came_are_asked_for(quiet):
    payment = paid_gift()
    quiet.control("clock", offset=60)
    assert StripeEvent.objects.count() == 0
    intake.collect_missed(now=timezone.now())
    assert set(StripeEvent.objects.values_list("is_collected", flat=True)) == {True}
    do_jobs()
    payment.refresh_from_db()
    assert payment.status == "paid"
    assert intake.collect_missed(now=timezone.now()) == 0


def test_a_refund_of_a_payment_that_we_only_hear_of_through_it_settles_the_payment_first(sandbox):
    payment = paid_gift()
    refund_at_stripe(only_intent(), amount_minor=100)
    found = ledger.find_payment(only_intent(), now=timezone.now(), cause="test")
    assert found is not None
    assert found.pk == payment.pk
    assert found.status == "paid"


def test_the_night_compares_by_itself(quiet):
    payment = paid_gift()
    quiet.control("clock", offset=60)
    reconcile.func(timestamp=int(timezone.now().timestamp()))
    run = Reconciliation.objects.get()
    assert (run.movements, run.is_clean) == (1, True)
    assert [finding["reference"] for finding in run.findings] == [payment.reference]


def test_an_order_paid_in_the_dark_is_confirmed_to_its_buyer(compare):
    payment = order_on_the_page()
    pay(payment.checkout_url)
    compare()
    assert do_jobs().count("send_confirmation_mail") == 1
