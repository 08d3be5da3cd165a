"""Whatever happens to payments, and however Stripe tells of it: in the end our books are Stripe's, to the cent.

`make faults` tries many more histories than the normal run does.
"""

import random
from datetime import timedelta

import pytest
import stripe
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from shop.stripe_payments import client, intake, ledger, reconciliation
from shop.stripe_payments.dispatch import ACTIONS
from shop.stripe_payments.models import Payment, Refund
from shop.stripe_payments.queries import counted_lines, sum_up
from tests.faults.counts import IS_FULL, RANDOM_HISTORIES
from tests.hosted_page import IS_DECLINED, pay
from tests.jobs import do_jobs
from tests.shop.stripe_payments.both_books import counted, our_books, stripes_books
from tests.shop.stripe_payments.events.at_stripe import refund_at_stripe, stripe_object
from tests.shop.stripe_payments.events.delivery import deliver, events_after, newest_event
from tests.shop.stripe_payments.orders import make_order, request_page
from tests.stripe_sandbox.launch import Sandbox

DELIVERED_PARTS = (0.8, 1.0)
STEPS = (
    *("pay", "pay slowly", "decline", "refund here", "refund there", "refund fails", "dispute", "win", "lose"),
    *("webhooks", "sweep"),
)

what_happens = st.lists(
    st.tuples(
        st.sampled_from(STEPS),
        st.integers(0, 3),
        st.integers(1, 3000),
    ),
    min_size=4,
    max_size=18,
)


class History:
    """Some payments of two lines each, and what happens to them."""

    def __init__(self, sandbox: Sandbox, seed: int) -> None:
        self.sandbox, self.random = sandbox, random.Random(seed)
        self.last_event = newest_event(sandbox)
        self.payments = [self._payment(amount) for amount in (2650, 5000, 777, 120)]
        self.disputes: dict[int, str] = {}

    def let(self, what: str, which: int, amount_minor: int) -> None:
        payment = self.payments[which]
        payment.refresh_from_db()
        getattr(self, f"_{what.replace(' ', '_')}")(payment, amount_minor)

    def _payment(self, amount_minor: int) -> Payment:
        lines = [
            ledger.NewLine(purpose="order", reference=make_order().number, amount_minor=part)
            for part in (amount_minor - amount_minor // 3, amount_minor // 3)
        ]
        now = timezone.now()
        payment = ledger.open_payment(lines=lines, expires_at=now + timedelta(minutes=35), now=now)
        request_page(payment)
        payment.refresh_from_db()
        return payment

    def _is_paid_at_stripe(self, payment: Payment) -> bool:
        return stripe_object(payment.checkout_session_id or "")["payment_status"] == "paid"

    def _pay(self, payment: Payment, amount_minor: int) -> None:
        if not self._is_paid_at_stripe(payment):
            pay(payment.checkout_url)

    def _pay_slowly(self, payment: Payment, amount_minor: int) -> None:
        self._pay(payment, amount_minor)
        ledger.settle(payment.reference)

    def _decline(self, payment: Payment, amount_minor: int) -> None:
        if not self._is_paid_at_stripe(payment):
            pay(payment.checkout_url, card=IS_DECLINED)

    def _refund_here(self, payment: Payment, amount_minor: int) -> None:
        line = self.random.choice(list(payment.lines.all()))
        try:
            ledger.request_refund(line=line, amount_minor=amount_minor, reason="Asked for")
        except ledger.UnableToRefund:
            return
        do_jobs()

    def _refund_there(self, payment: Payment, amount_minor: int) -> None:
        if self._is_paid_at_stripe(payment):
            try:
                refund_at_stripe(self._intent(payment), amount_minor=amount_minor)
            except stripe.InvalidRequestError:  # more than is left, or the bank decides already
                return

    def _refund_fails(self, payment: Payment, amount_minor: int) -> None:
        done = Refund.objects.filter(line__payment=payment, status="succeeded").exclude(stripe_refund_id=None).first()
        if done is not None and client.retrieve_refund(done.stripe_refund_id or "").status == "succeeded":
            self.sandbox.control("refund", refund=done.stripe_refund_id, status="failed")

    def _dispute(self, payment: Payment, amount_minor: int) -> None:
        if payment.pk not in self.disputes and self._is_paid_at_stripe(payment):
            self.disputes[payment.pk] = self.sandbox.control("dispute", payment_intent=self._intent(payment))["id"]

    def _win(self, payment: Payment, amount_minor: int) -> None:
        self._end_dispute(payment, "win-dispute")

    def _lose(self, payment: Payment, amount_minor: int) -> None:
        self._end_dispute(payment, "lose-dispute")

    def _end_dispute(self, payment: Payment, how: str) -> None:
        if (
            payment.pk in self.disputes
            and client.retrieve_dispute(self.disputes[payment.pk]).status == "needs_response"
        ):
            self.sandbox.control(how, dispute=self.disputes[payment.pk])

    def _webhooks(self, payment: Payment, amount_minor: int) -> None:
        """All that Stripe tells since the beginning: out of order, some twice, a fifth never."""
        events = events_after(self.sandbox, self.last_event, set(ACTIONS))
        arriving = [event for event in events if self.random.random() < self.random.choice(DELIVERED_PARTS)]
        self.random.shuffle(arriving)
        for event in [*arriving, *arriving[:3]]:
            if event["data"]["object"]["object"] != "payout":
                assert deliver(self.sandbox, event) == 200
        do_jobs()

    def _sweep(self, payment: Payment, amount_minor: int) -> None:
        intake.collect_missed(now=timezone.now())
        do_jobs()

    def _intent(self, payment: Payment) -> str:
        return str(stripe_object(payment.checkout_session_id or "")["payment_intent"])


@pytest.mark.django_db
@settings(
    max_examples=RANDOM_HISTORIES,
    deadline=None,
    derandomize=not IS_FULL,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=what_happens, seed=st.integers(0, 2**32 - 1))
def test_our_books_are_stripes_to_the_cent(sandbox, steps, seed):
    with transaction.atomic():
        sandbox.control("start-over")
        sandbox.control("clock", offset=0)
        began = timezone.now() - timedelta(seconds=2)
        history = History(sandbox, seed)
        for step in steps:
            note(str(step))
            history.let(*step)
        sandbox.control("clock", offset=60)  # the balance transactions of the last charges are there
        run = reconciliation.reconcile(now=timezone.now() + timedelta(hours=3), since=began)
        do_jobs()
        assert run.difference_minor == 0
        assert our_books() == stripes_books(sandbox)
        assert [total.counted_minor for total in sum_up(counted_lines())] in ([], [counted(our_books())])
        transaction.set_rollback(True)
