"""Orders that wait for their money."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from oscar.core.loading import get_model

from shop.order.numbers import random_order_number
from shop.stripe_payments import hosted_page, ledger
from shop.stripe_payments.ledger import changes
from shop.stripe_payments.models import Payment


def make_order() -> Any:
    """An order of $26.50 without lines: the ledger looks at its number alone."""
    return get_model("order", "Order").objects.create(
        number=random_order_number(),
        currency="USD",
        total_incl_tax=Decimal("26.50"),
        total_excl_tax=Decimal("26.50"),
        status="Awaiting payment",
        guest_email="bob@example.com",
    )


def ask_for(order: Any, **changes_of_page: Any) -> Payment:
    """The payment of an order, with its hosted page."""
    payment = ledger.open_payment(
        lines=[ledger.NewLine(purpose="order", reference=order.number, amount_minor=2650)],
        expires_at=timezone.now() + timedelta(minutes=32),
        now=timezone.now(),
    )
    request_page(payment, **changes_of_page)
    payment.refresh_from_db()
    return payment


def request_page(payment: Payment, **changes_of_page: Any) -> str:
    """The address of the payment's hosted page."""
    return hosted_page.request(
        payment,
        **{
            "items": [hosted_page.Item(name="Tags", amount_minor=payment.amount_minor)],
            "is_donation": False,
            "email": "bob@example.com",
            "success_url": "http://testserver/return/",
            "cancel_url": "http://testserver/",
        }
        | changes_of_page,
    )


@transaction.atomic
def give_up(payment: Payment) -> Payment:
    """As if its time were over before Stripe told us that it was paid."""
    payment = changes.locked(payment.pk)
    changes.change_status(payment, "expired", now=payment.created_at, cause="test")
    return payment
