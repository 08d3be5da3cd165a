"""One day of a busy site, on a clock of its own: visitors, staff, banks, and a Stripe whose webhooks go astray."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import croniter
import stripe
import time_machine
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django import app

from shop.stripe_payments import client as stripe_client
from shop.stripe_payments import ledger
from shop.stripe_payments.models import Payment
from tests.buyer import ADDRESS
from tests.donations.gifts import Browser
from tests.guarded_form import unseen_fields
from tests.hosted_page import IS_DECLINED, pay
from tests.jobs import do_jobs
from tests.shop.stripe_payments.events.at_stripe import refund_at_stripe, stripe_object
from tests.stripe_sandbox.launch import Sandbox

LOST = 0.2
MOST_COPIES = 3
FOUND_WITHIN = timedelta(minutes=10)
_TICK = timedelta(minutes=5)


class Day:
    """`paid` maps the payments that Stripe knows of as paid to the moment of it."""

    def __init__(self, sandbox: Sandbox, clock: time_machine.Traveller, tag: Any, seed: int) -> None:
        self.sandbox, self.clock, self.tag, self.random = sandbox, clock, tag, random.Random(seed)
        self.paid: dict[Payment, datetime] = {}
        self.emails: list[str] = []
        self.disputes: dict[Payment, str] = {}
        self.slowest = timedelta()
        self._set_stripes_clock()
        sandbox.control("drop-webhooks", ratio=LOST, seed=seed)

    def pass_until(self, end: datetime, *, payments: int) -> None:
        """Spread the payments over the time until then, and let happen to earlier ones what may."""
        ticks = int((end - timezone.now()) / _TICK)
        starts = Counter(self.random.randrange(ticks) for _ in range(payments))
        for tick in range(ticks):
            for _ in range(starts[tick]):
                self._somebody_comes()
                if self.paid and self.random.random() < 0.4:
                    self._something_happens_to(self.random.choice(list(self.paid)))
            self._stripe_tells()
            self._move(_TICK)
            self._check_that_the_paid_are_known()

    def skip_to_the_night(self) -> None:
        """Nobody comes any more: the open pages run out, and at ten past three the books are compared."""
        self.pass_until(timezone.now() + timedelta(minutes=45), payments=0)
        night = timezone.now().replace(hour=3, minute=5)
        self.clock.move_to(night if night > timezone.now() else night + timedelta(days=1), tick=False)
        self.pass_until(timezone.now() + 2 * _TICK, payments=0)

    def _move(self, step: timedelta) -> None:
        """Let time pass, and what the site does by itself at its minutes."""
        end = timezone.now() + step
        while timezone.now() < end:
            self.clock.shift(timedelta(minutes=1))
            self._set_stripes_clock()
            due = [task for task in _periodic_tasks() if croniter.croniter.match(task.cron, timezone.now())]
            for periodic in due:
                periodic.task(timestamp=int(timezone.now().timestamp()))
            if due:
                do_jobs()

    def _set_stripes_clock(self) -> None:
        ahead = timezone.now().timestamp() - time_machine.escape_hatch.time.time()
        self.sandbox.control("clock", offset=ahead, with_site=True)

    # -- Visitors.
    def _somebody_comes(self) -> None:
        is_order = self.random.random() < 0.5
        email = f"visitor.{len(self.emails)}@example.com"
        client = Client(headers={"sec-fetch-site": "same-origin"})
        page = self._order(client, email) if is_order else self._give(client, email)
        fate = self.random.random()
        if fate < 0.15:
            return  # looked at the payment page, and left
        if fate < 0.3:
            assert "declined" in pay(page, card=IS_DECLINED, email=email)[1]
        status, back = pay(page, email=email)
        assert status == 303
        self.emails.append(email)
        self.paid[Payment.objects.get(checkout_url=page)] = timezone.now()
        if self.random.random() < 0.5:
            client.get("/" + back.split("/", 3)[3])

    def _order(self, client: Client, email: str) -> str:
        client.post(f"/basket/add/{self.tag.pk}/", {"quantity": self.random.randint(1, 4)})
        form = {**unseen_fields(client.get("/checkout/").text), **ADDRESS, "email": email}
        response = client.post("/checkout/", form)
        assert response.status_code == 303
        return str(response["Location"])

    def _give(self, client: Client, email: str) -> str:
        amount = f"{self.random.randint(5, 300)}.{self.random.randint(0, 99):02}"
        response = Browser(client).give(amount="", other=amount, email=email)
        assert response.status_code == 303, response.text
        return str(response["Location"])

    # -- What happens later.
    def _something_happens_to(self, payment: Payment) -> None:
        happens: list[Callable[[Payment], None]] = [self._refund_here, self._refund_there, self._dispute]
        self.random.choice(happens)(payment)

    def _refund_here(self, payment: Payment) -> None:
        payment.refresh_from_db()
        if payment.is_paid:
            try:
                ledger.request_refund(
                    line=payment.lines.get(),
                    amount_minor=self.random.randint(1, payment.amount_minor),
                    reason="Asked for",
                )
            except ledger.UnableToRefund:
                return

    def _refund_there(self, payment: Payment) -> None:
        try:
            refund_at_stripe(self._intent(payment), amount_minor=self.random.randint(1, payment.amount_minor))
        except stripe.InvalidRequestError:  # more than is left, or the bank decides
            return

    def _dispute(self, payment: Payment) -> None:
        if payment not in self.disputes:
            self.disputes[payment] = self.sandbox.control("dispute", payment_intent=self._intent(payment))["id"]
        elif stripe_client.retrieve_dispute(self.disputes[payment]).status == "needs_response":
            end = self.random.choice(["win-dispute", "lose-dispute"])
            self.sandbox.control(end, dispute=self.disputes[payment])

    def _intent(self, payment: Payment) -> str:
        return str(stripe_object(payment.checkout_session_id or "")["payment_intent"])

    # -- Stripe.
    def _stripe_tells(self) -> None:
        """What was held since the last time, in any order and some of it several times; a fifth is lost."""
        self.sandbox.control("release", order="shuffled", seed=self.random.randrange(2**31))
        self.sandbox.control("flush")
        self.sandbox.control("arrange-webhooks", hold=True, copies=self.random.randint(1, MOST_COPIES))
        do_jobs()

    def _check_that_the_paid_are_known(self) -> None:
        for payment, moment in self.paid.items():
            if payment.is_paid:
                continue
            payment.refresh_from_db()
            waited = timezone.now() - moment
            if payment.is_paid:
                self.slowest = max(self.slowest, waited)
            assert payment.is_paid or waited < FOUND_WITHIN, f"{payment} is not known as paid after {waited}"


def _periodic_tasks() -> list[Any]:
    """All but the one that looks after killed workers: here is none."""
    return [task for task in app.periodic_registry.periodic_tasks.values() if task.task.queue != "housekeeping"]
