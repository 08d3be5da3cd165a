"""Checkout Sessions: for one payment, or for a promise whose first month it takes.

Source: docs.stripe.com/api/checkout/sessions
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from shop.stripe_payments.client.connection import api, id_of, stripe_errors
from shop.stripe_payments.client.intents import IntentState, read_intent, retrieve_intent
from shop.stripe_payments.client.invoices import paying_intent_of
from shop.stripe_payments.client.setup import MONTHLY_PRODUCT_ID
from shop.stripe_payments.client.subscriptions import SubscriptionState, read_subscription

# Of a payment down to the fee; of a promise as deep as Stripe expands.
_EXPANDED = {"expand": ["payment_intent.latest_charge.balance_transaction", "subscription", "invoice.payments"]}


@dataclass(frozen=True)
class Item:
    """One line on the hosted page. `amount_minor` is for one piece."""

    name: str
    amount_minor: int
    quantity: int = 1


@dataclass(frozen=True)
class CheckoutSession:
    """What Stripe says of a Checkout Session now."""

    id: str
    url: str
    status: str  # open, complete, expired
    payment_status: str  # paid, unpaid, no_payment_required
    amount_minor: int
    currency: str
    is_live: bool
    reference: str  # our payment's
    payment_intent_id: str | None
    has_intent_failed: bool  # with a complete session: the bank debit did not go through
    charge_id: str | None
    charged_at: datetime | None  # when the card was charged, whenever we hear of it
    fee_minor: int | None
    subscription: SubscriptionState | None = None  # of a promise, once it was paid for
    invoice_id: str | None = None


def create_checkout_session(
    *,
    reference: str,
    idempotency_key: str,
    currency: str,
    items: Sequence[Item],
    is_donation: bool,
    email: str,
    expires_at: datetime,
    success_url: str,
    cancel_url: str,
    promise: str | None = None,
) -> CheckoutSession:
    """Ask for a hosted page. Safe to repeat with the same key and content. No personal data in the metadata.

    `promise` is our subscription's reference: then the amount of the items is asked for every month.
    """
    params: dict[str, Any] = {
        "ui_mode": "hosted_page",
        "submit_type": "donate" if is_donation else "pay",
        "client_reference_id": reference,
        "customer_email": email,
        "metadata": {"payment": reference},
        "adaptive_pricing": {"enabled": False},
        "expires_at": int(expires_at.timestamp()),
        "success_url": success_url,
        "cancel_url": cancel_url,
        **_mode(reference, promise),
        "line_items": [
            {"quantity": item.quantity, "price_data": _price(item, currency, is_monthly=promise is not None)}
            for item in items
        ],
    }
    with stripe_errors():
        session = api().checkout.sessions.create(params, {"idempotency_key": idempotency_key})
    return _session(session)


def retrieve_checkout_session(session_id: str) -> CheckoutSession:
    """The session, its charge and Stripe's fee as they are now; of a promise the subscription, too."""
    with stripe_errors():
        session = api().checkout.sessions.retrieve(session_id, _EXPANDED)
        paid_by = paying_intent_of(session.invoice)
        return _session(session, retrieve_intent(paid_by) if paid_by else None)


def find_checkout_session(*, reference: str, created_after: datetime) -> CheckoutSession | None:
    """The newest session made for our payment, for when the answer that named it was lost."""
    with stripe_errors():
        sessions = api().checkout.sessions.list({"created": {"gte": int(created_after.timestamp())}, "limit": 100})
        for session in sessions.auto_paging_iter():
            if session.client_reference_id == reference:
                return _session(session)
    return None


def find_checkout_session_of_intent(payment_intent_id: str) -> CheckoutSession | None:
    """The session that a payment intent belongs to; None when it was made without one."""
    with stripe_errors():
        sessions = api().checkout.sessions.list({"payment_intent": payment_intent_id, "limit": 1})
        return next((retrieve_checkout_session(session.id) for session in sessions.data), None)


def find_checkout_session_of_subscription(subscription_id: str) -> CheckoutSession | None:
    """The session on which a subscription was begun; None when it was made without one."""
    with stripe_errors():
        sessions = api().checkout.sessions.list({"subscription": subscription_id, "limit": 1})
        return next((retrieve_checkout_session(session.id) for session in sessions.data), None)


def expire_checkout_session(session_id: str) -> None:
    """Close the hosted page. Raises `StripeRefused` when it is complete or expired already."""
    with stripe_errors():
        api().checkout.sessions.expire(session_id)


def _mode(reference: str, promise: str | None) -> dict[str, Any]:
    """What differs between one payment and a promise."""
    if promise is not None:
        metadata = {"payment": reference, "subscription": promise}
        return {"mode": "subscription", "subscription_data": {"metadata": metadata}}
    intent: dict[str, Any] = {"metadata": {"payment": reference}}
    if settings.STATEMENT_DESCRIPTOR_SUFFIX:
        intent["statement_descriptor_suffix"] = settings.STATEMENT_DESCRIPTOR_SUFFIX
    return {"mode": "payment", "payment_intent_data": intent}


def _price(item: Item, currency: str, *, is_monthly: bool) -> dict[str, Any]:
    """Every promise names the one product: Stripe changes amounts only with an existing one."""
    price: dict[str, Any] = {"currency": currency.lower(), "unit_amount": item.amount_minor}
    if is_monthly:
        return price | {"product": MONTHLY_PRODUCT_ID, "recurring": {"interval": "month"}}
    return price | {"product_data": {"name": item.name}}


def _session(session: Any, intent: IntentState | None = None) -> CheckoutSession:
    """`intent` is the one that paid the first invoice of a promise."""
    if intent is None and session.payment_intent is not None and not isinstance(session.payment_intent, str):
        intent = read_intent(session.payment_intent)
    subscription = session.subscription
    is_told = subscription is not None and not isinstance(subscription, str)
    return CheckoutSession(
        id=session.id,
        url=session.url or "",
        status=session.status or "",
        payment_status=session.payment_status,
        amount_minor=session.amount_total or 0,
        currency=(session.currency or "").upper(),
        is_live=session.livemode,
        reference=session.client_reference_id or "",
        payment_intent_id=intent.id if intent else id_of(session.payment_intent),
        has_intent_failed=intent is not None and intent.status in ("requires_payment_method", "canceled"),
        charge_id=intent.charge_id if intent else None,
        charged_at=intent.charged_at if intent else None,
        fee_minor=intent.fee_minor if intent else None,
        subscription=read_subscription(subscription) if is_told else None,
        invoice_id=id_of(session.invoice),
    )
