"""Money that goes back while Stripe fails, our key is refused, or somebody is at work in Stripe's dashboard too."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from shop.stripe_payments import client, ledger, reconciliation
from shop.stripe_payments.models import Payment, Refund, Subscription
from shop.stripe_payments.tasks import sweep_wishes
from tests.hosted_page import pay
from tests.jobs import do_jobs, waiting_jobs
from tests.shop.stripe_payments.events.at_stripe import refund_at_stripe
from tests.shop.stripe_payments.orders import ask_for, make_order
from tests.shop.stripe_payments.promises import known_promise, stripes

pytestmark = pytest.mark.django_db

REFUNDS = {"method": "POST", "path": "/v1/refunds"}


@pytest.fixture
def payment(sandbox) -> Payment:
    """$26.50, paid."""
    payment = ask_for(make_order())
    pay(payment.checkout_url)
    payment = ledger.settle(payment.reference)
    do_jobs()
    return payment


def ask_back(payment: Payment, amount_minor: int = 2650) -> Refund:
    return ledger.request_refund(line=payment.lines.get(), amount_minor=amount_minor, reason="Asked for")


def statuses_at_stripe(payment: Payment) -> list[str]:
    return [refund.status for refund in client.refunds_of(payment.payment_intent_id or "")]


def is_back(refund: Refund) -> bool:
    refund.refresh_from_db()
    return refund.status == "succeeded"


def an_hour_later() -> int:
    return int((timezone.now() + timedelta(hours=1, minutes=1)).timestamp())


def let_jobs_fail() -> None:
    """As when they were tried for a day."""
    from django.db import connection
    from procrastinate.contrib.django.models import ProcrastinateJob

    ids = list(ProcrastinateJob.objects.values_list("id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = ANY(%s)", [ids])


def test_a_key_that_is_refused_says_nothing_of_the_refund(payment, settings):
    refund = ask_back(payment)
    good, settings.STRIPE_SECRET_KEY = settings.STRIPE_SECRET_KEY, "rolled"
    with pytest.raises(client.StripeRefused):
        do_jobs()
    refund.refresh_from_db()
    assert refund.status == "requested"
    settings.STRIPE_SECRET_KEY = good
    do_jobs()
    assert is_back(refund)


def test_a_failure_that_stripe_keeps_is_left_behind_and_the_money_goes_back_once(payment, sandbox):
    refund = ask_back(payment)
    sandbox.control("fault", kind="error", **REFUNDS)
    with pytest.raises(client.StripeDidNotAnswer):
        do_jobs()
    do_jobs()
    assert is_back(refund)
    assert refund.attempt == 2
    assert statuses_at_stripe(payment) == ["succeeded"]


def test_a_refund_that_stripe_made_before_it_failed_is_found(payment, sandbox):
    refund = ask_back(payment)
    sandbox.control("fault", kind="error_after_commit", **REFUNDS)
    do_jobs()
    assert is_back(refund)
    assert statuses_at_stripe(payment) == ["succeeded"]


def test_a_refund_that_we_held_for_refused_is_made_true_when_stripe_has_it(payment):
    refund = ask_back(payment)
    let_jobs_fail()
    client.create_refund(
        reference=refund.reference,
        idempotency_key=refund.idempotency_key,
        payment_intent_id=payment.payment_intent_id or "",
        amount_minor=2650,
    )
    ledger.fail_refund(refund.pk)
    (truth,) = client.refunds_of(payment.payment_intent_id or "")
    ledger.take_over_refund(payment.pk, truth, now=timezone.now(), cause="test")
    assert is_back(refund)
    payment.refresh_from_db()
    assert payment.refunded_minor == 2650


def test_what_found_no_room_when_staff_refunded_at_stripe_is_counted_later(payment):
    """$20 is asked for here and not yet sent when somebody gives $21.20 back in Stripe's dashboard."""
    ask_back(payment, 2000)
    refund_at_stripe(payment.payment_intent_id or "", amount_minor=2120)

    def hear() -> Payment:
        (truth,) = client.refunds_of(payment.payment_intent_id or "")
        ledger.take_over_refund(payment.pk, truth, now=timezone.now(), cause="test")
        return Payment.objects.get(pk=payment.pk)

    assert hear().refunded_minor == 650
    do_jobs()  # Stripe refuses the $20
    assert hear().refunded_minor == 2120
    assert hear().refunded_minor == 2120
    amounts = payment.changes.filter(what="refund_succeeded").values_list("amount_minor", flat=True)
    assert sorted(amounts) == [650, 1470]


def test_a_refund_whose_job_was_lost_is_sent_an_hour_later(payment):
    refund = ask_back(payment)
    let_jobs_fail()
    sweep_wishes.func(timestamp=int(timezone.now().timestamp()))
    assert waiting_jobs() == []
    for _twice in range(2):
        sweep_wishes.func(timestamp=an_hour_later())
    assert waiting_jobs() == ["send_waiting_refund"]
    do_jobs()
    assert is_back(refund)
    assert statuses_at_stripe(payment) == ["succeeded"]


def test_a_monthly_gift_ends_though_the_job_that_ends_it_was_lost(sandbox):
    call_command("load_programs", verbosity=0)
    subscription = known_promise()
    ledger.ask_to_cancel(subscription, feedback="", now=timezone.now())
    let_jobs_fail()
    sweep_wishes.func(timestamp=an_hour_later())
    do_jobs()
    subscription.refresh_from_db()
    assert subscription.status == Subscription.Status.CANCELED
    assert stripes().v1.subscriptions.retrieve(subscription.stripe_subscription_id or "").status == "canceled"


def test_staff_hear_at_night_of_what_stripe_does_not_do(payment):
    ask_back(payment)
    let_jobs_fail()

    def found(hours: int) -> list[str]:
        run = reconciliation.reconcile(now=timezone.now() + timedelta(hours=hours))
        return [finding["reference"] for finding in run.unhealed if "refund" in str(finding["what"])]

    assert found(1) == []
    assert found(3) == [payment.reference]
