"""Money for the staff's pages: bought and given through the sandbox, with Stripe's events and books as the worker reads them."""

import html
import re
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.stripe_payments import books, client, intake, ledger
from shop.stripe_payments.models import Payment, Watermark
from tests.donations.gifts import Browser
from tests.hosted_page import SUCCEEDS, pay
from tests.jobs import do_jobs
from tests.stripe_sandbox.launch import Sandbox

AN_HOUR = timedelta(hours=1)


def payment_of(reference: str) -> Payment:
    return Payment.objects.get(lines__reference=reference)


def give(*, amount: str = "5000", card: str = SUCCEEDS, **typed: str) -> Payment:
    """Alice's gift, paid on the hosted page, and settled as her browser comes back."""
    browser = Client()
    answer = Browser(browser).give(amount=amount, **typed)
    assert answer.status_code == 303, answer.content[:500]
    _status, back = pay(answer.url, card=card, email="alice@example.com")
    browser.get(re.sub(r"^https?://[^/]+", "", back))
    payment = Payment.objects.latest("id")
    assert payment.is_paid
    return payment


def hear(sandbox: Sandbox) -> None:
    """Everything that Stripe has to tell of this test's payments by now, its books included."""
    do_jobs()
    now, began = timezone.now() + AN_HOUR, Payment.objects.earliest("id").created_at
    _read_from(began, events=intake.OVERLAP, movements=books.OVERLAP)
    intake.collect_missed(now=now)
    do_jobs()
    books.read_movements(now=now)


def _read_from(began: datetime, **overlaps: timedelta) -> None:
    """The sandbox keeps what other tests did: only what came since is asked for."""
    for name, overlap in overlaps.items():
        Watermark.objects.update_or_create(name=f"{client.mode()} {name}", defaults={"moment": began + overlap})


def refund(client_: Client, payment: Payment, *, confirm: bool = True, **typed: str) -> Any:
    """Sam types a refund, looks at it once more, and confirms. The last answer."""
    address = f"/dashboard/money/payments/{payment.reference}/refund/"
    page = client_.post(address, {"how": "whole", "reason": "Came too late", "step": "review", **typed})
    if page.status_code != 200 or not confirm:
        return page
    return client_.post(address, {**hidden_fields(page.text), "step": "confirm"})


def hidden_fields(page: str) -> dict[str, str]:
    """What a browser would send along from the page's hidden fields."""
    fields = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        assert name
        fields[name[1]] = html.unescape(value[1]) if value else ""
    return fields


def pay_out(sandbox: Sandbox) -> Any:
    """Stripe pays out all that is there, and lists what is inside; we have read it."""
    payout = sandbox.control("payout", early=True)
    sandbox.control("clock", offset=120)
    hear(sandbox)
    return books.read_payout(client.retrieve_payout(payout["id"]))


def copy_of(payment: Payment) -> Payment:
    """One more paid payment for the same order or gift, of which Stripe knows nothing."""
    now = timezone.now()
    lines = [
        ledger.NewLine(purpose=line.purpose, reference=line.reference, amount_minor=line.amount_minor)
        for line in payment.lines.all()
    ]
    copied = ledger.open_payment(lines=lines, expires_at=now, now=now)
    Payment.objects.filter(pk=copied.pk).update(status="paid", paid_at=now)
    copied.refresh_from_db()
    return copied


def queries_of(client_: Client, address: str) -> int:
    """How many queries a page costs, on a visit after the first, which makes the session's basket."""
    client_.get(address)
    with CaptureQueriesContext(connection) as captured:
        answer = client_.get(address)
        b"".join(answer)
    assert answer.status_code == 200
    return len(captured)
