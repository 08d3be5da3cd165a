"""What somebody does at Stripe itself, where the site has no hand in it."""

from typing import Any

import stripe
from django.conf import settings


def refund_at_stripe(payment_intent_id: str, *, amount_minor: int) -> str:
    """As staff do in Stripe's dashboard; the refund's id."""
    return _stripe().v1.refunds.create({"payment_intent": payment_intent_id, "amount": amount_minor}).id


def answer_dispute(dispute_id: str, evidence: str) -> None:
    """Hand evidence to the bank: `winning_evidence` or `losing_evidence` decide at once.

    Source: docs.stripe.com/testing#evidence
    """
    _stripe().v1.disputes.update(dispute_id, {"evidence": {"uncategorized_text": evidence}, "submit": True})


def stripe_object(session_id: str) -> dict[str, Any]:
    """A Checkout Session as Stripe has it."""
    return _stripe().v1.checkout.sessions.retrieve(session_id).to_dict()


def _stripe() -> stripe.StripeClient:
    return stripe.StripeClient(settings.STRIPE_SECRET_KEY, base_addresses={"api": settings.STRIPE_API_BASE})
