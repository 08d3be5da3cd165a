"""Gifts for tests: as a visitor's browser gives them, and as the payment ledger tells of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.test import Client
from django.utils import timezone

from donations import giving
from donations.models import Gift, Program
from shop.stripe_payments.models import Payment, PaymentLine
from tests.guarded_form import unseen_fields

ALICE = {"email": "alice@example.com", "name": "Alice Adams"}


@dataclass(frozen=True)
class Browser:
    """Sends what a browser without a script would send."""

    client: Client

    def get(self, path: str) -> Any:
        return self.client.get(path, headers={"Accept": "text/html"})

    def give(self, **typed: str) -> Any:
        """Open the giving form and send it: Alice's $50 unless told otherwise."""
        unseen = unseen_fields(self.get("/donate/").text)
        form = {"amount": "5000", "other": "", "program": "most-needed", **ALICE, **unseen, **typed}
        return self.client.post("/donate/", form, headers={"Sec-Fetch-Site": "same-origin"})


def start(*, now: datetime | None = None, program: str = "most-needed", amount_minor: int = 5000, **typed: Any) -> Gift:
    """A gift that is recorded; nothing was asked of Stripe."""
    return giving.start_gift(
        **{**ALICE, **typed},
        amount_minor=amount_minor,
        program=Program.objects.get(slug=program),
        now=now or timezone.now(),
    ).gift


def line_of(gift: Gift) -> PaymentLine:
    return PaymentLine.objects.select_related("payment").get(purpose="gift", reference=gift.reference)


def receive(gift: Gift, *, now: datetime | None = None) -> Gift:
    """What the ledger does when the money is here."""
    now = now or timezone.now()
    line = line_of(gift)
    line.payment.status, line.payment.paid_at = Payment.Status.PAID, now
    line.payment.save(update_fields=["status", "paid_at"])
    giving.payment_succeeded(line, now=now)
    gift.refresh_from_db()
    return gift


def give_back(gift: Gift, refunded_minor: int) -> Gift:
    """What the ledger does when so much of the gift was refunded in all."""
    line = line_of(gift)
    line.refunded_minor = refunded_minor
    line.save(update_fields=["refunded_minor"])
    line.payment.refunded_minor = refunded_minor
    line.payment.save(update_fields=["refunded_minor"])
    giving.payment_refunded(line, now=timezone.now())
    gift.refresh_from_db()
    return gift


def dispute(gift: Gift, outcome: str, *, disputed_minor: int | None = None) -> Gift:
    """What the ledger does when the bank questions the payment, or a part of it, or has decided."""
    line = line_of(gift)
    disputed = line.amount_minor if disputed_minor is None else disputed_minor
    line.disputed_minor = line.payment.disputed_minor = 0 if outcome == "won" else disputed
    line.save(update_fields=["disputed_minor"])
    line.payment.save(update_fields=["disputed_minor"])
    giving.payment_disputed(line, outcome=outcome, now=timezone.now())
    gift.refresh_from_db()
    return gift
