"""Monthly gifts at the sandbox: begun by Alice on the hosted page, and what happens to them there."""

from datetime import datetime
from typing import Any

import stripe
from django.conf import settings
from django.utils import timezone

from donations import giving
from donations.models import Program
from shop.stripe_payments import hosted_page, ledger
from shop.stripe_payments.models import Payment, Subscription
from tests.donations.gifts import ALICE
from tests.hosted_page import SUCCEEDS, pay
from tests.jobs import do_jobs
from tests.stripe_sandbox.launch import Sandbox

DAY = 24 * 60 * 60
MONTH = 32 * DAY
"""Past any month's end, and past the hour for which a renewal's invoice stays a draft."""


def promise_on_the_page(*, amount_minor: int = 5000, now: datetime | None = None) -> Payment:
    """Alice's $50 a month, whose hosted page is open."""
    payment = giving.start_monthly_gift(
        **ALICE,
        amount_minor=amount_minor,
        program=Program.objects.get(slug="most-needed"),
        consent_text="I agree.",
        now=now or timezone.now(),
    ).payment
    request_page(payment)
    payment.refresh_from_db()
    return payment


def request_page(payment: Payment) -> str:
    return hosted_page.request(
        payment,
        items=[hosted_page.Item(name="Gift", amount_minor=payment.amount_minor)],
        is_donation=True,
        email="alice@example.com",
        success_url="http://testserver/return/",
        cancel_url="http://testserver/",
    )


def paid_promise(*, card: str = SUCCEEDS) -> Payment:
    """Alice has paid the first month, and Stripe alone knows."""
    payment = promise_on_the_page()
    pay(payment.checkout_url, card=card)
    return payment


def known_promise() -> Subscription:
    """Alice has paid the first month, and the site knows."""
    payment = ledger.settle(paid_promise().reference)
    do_jobs()
    return Subscription.objects.get(payments=payment)


def let_pass(sandbox: Sandbox, seconds: float) -> None:
    """Move the sandbox's clock to this many seconds from the real time."""
    sandbox.control("clock", offset=seconds)


def turn_card(sandbox: Sandbox, subscription: Subscription, decline: str = "insufficient_funds") -> None:
    """Let the card that pays be declined from now on, or accepted again when `decline` is empty."""
    sandbox.control("card-fate", payment_method=subscription.stripe_method_id, decline=decline)


def invoices_of(subscription: Subscription) -> list[Any]:
    """As Stripe has them, newest first."""
    return list(stripes().v1.invoices.list({"subscription": subscription.stripe_subscription_id or ""}).data)


def stripes() -> stripe.StripeClient:
    """Stripe as staff use it in its dashboard, past the site."""
    return stripe.StripeClient(settings.STRIPE_SECRET_KEY, base_addresses={"api": settings.STRIPE_API_BASE})
