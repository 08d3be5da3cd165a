"""Invoices of subscriptions. Source: docs.stripe.com/api/invoices, docs.stripe.com/api/invoice-payment"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shop.stripe_payments.client.connection import api, id_of, stripe_errors


@dataclass(frozen=True)
class InvoiceState:
    """What Stripe says of an invoice now."""

    id: str
    status: str  # draft, open, paid, void, uncollectible
    amount_due_minor: int
    amount_paid_minor: int
    currency: str
    is_live: bool
    is_first: bool  # of its subscription: paid on the hosted page
    subscription_id: str | None
    promise: str  # our subscription's reference; empty when it carries none
    payment_intent_id: str | None  # of the payment that counts; None when it was paid outside of Stripe
    attempts: int
    next_try_at: datetime | None
    page_url: str  # Stripe's page on which it can be paid; empty while it is a draft
    is_stuck: bool  # Stripe could not finalize it


def retrieve_invoice(invoice_id: str) -> InvoiceState:
    with stripe_errors():
        return _invoice(api().invoices.retrieve(invoice_id, {"expand": ["payments"]}))


def invoice_of_intent(payment_intent_id: str) -> InvoiceState | None:
    """The invoice that a payment intent pays; None when it pays none."""
    of_intent = {"payment": {"type": "payment_intent", "payment_intent": payment_intent_id}, "limit": 1}
    with stripe_errors():
        found = api().invoice_payments.list(of_intent).data
    return retrieve_invoice(id_of(found[0].invoice) or "") if found else None


def subscription_of_event(event_id: str) -> str | None:
    """The subscription that an event about an invoice names: an upcoming invoice cannot be asked for. None after 30 days."""
    with stripe_errors():
        event = api().events.retrieve(event_id)
    return _subscription_id(event.data.object)


def paying_intent_of(invoice: Any) -> str | None:
    """From Stripe's invoice with its `payments`: the intent that paid it, or is to pay it."""
    payments: Any = getattr(invoice, "payments", None)
    of_intents = [one for one in getattr(payments, "data", []) if one.payment.type == "payment_intent"]
    of_intents.sort(key=lambda one: (one.status != "paid", not one.is_default))
    return id_of(of_intents[0].payment.payment_intent) if of_intents else None


def _invoice(invoice: Any) -> InvoiceState:
    details: Any = getattr(getattr(invoice, "parent", None), "subscription_details", None)
    metadata = details.metadata.to_dict() if getattr(details, "metadata", None) else {}
    next_try = invoice.next_payment_attempt
    return InvoiceState(
        id=invoice.id,
        status=invoice.status or "draft",
        amount_due_minor=invoice.amount_due,
        amount_paid_minor=invoice.amount_paid,
        currency=invoice.currency.upper(),
        is_live=invoice.livemode,
        is_first=invoice.billing_reason == "subscription_create",
        subscription_id=_subscription_id(invoice),
        promise=metadata.get("subscription", ""),
        payment_intent_id=paying_intent_of(invoice),
        attempts=invoice.attempt_count,
        next_try_at=datetime.fromtimestamp(next_try, UTC) if next_try else None,
        page_url=invoice.hosted_invoice_url or "",
        is_stuck=invoice.status == "draft" and invoice.last_finalization_error is not None,
    )


def _subscription_id(invoice: Any) -> str | None:
    details: Any = getattr(getattr(invoice, "parent", None), "subscription_details", None)
    return id_of(getattr(details, "subscription", None))
