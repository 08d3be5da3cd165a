"""Payment intents: the attempts behind a hosted page or an invoice. Source: docs.stripe.com/api/payment_intents"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shop.stripe_payments.client.connection import api, id_of, stripe_errors
from shop.stripe_payments.client.invoices import invoice_of_intent

# Down to the fee, in one answer.
WITH_FEE = ["latest_charge.balance_transaction"]


@dataclass(frozen=True)
class Declines:
    """How often cards were declined for a payment of ours so far."""

    reference: str  # our payment's; empty for none of ours, and for the renewal of a subscription
    count: int


@dataclass(frozen=True)
class IntentState:
    """What Stripe says of a payment intent now."""

    id: str
    status: str
    charge_id: str | None  # the latest one, which may be a declined one
    charged_at: datetime | None
    fee_minor: int | None  # known a little after the charge
    needs_confirmation: bool  # the bank asks the card's owner whether it is right


def retrieve_intent(payment_intent_id: str) -> IntentState:
    with stripe_errors():
        return read_intent(api().payment_intents.retrieve(payment_intent_id, {"expand": WITH_FEE}))


def read_intent(intent: Any) -> IntentState:
    """From Stripe's object, whose latest charge may be expanded or not."""
    charge: Any = intent.latest_charge
    if isinstance(charge, str):  # not expanded
        charge = None
    error: Any = intent.last_payment_error
    asks = error is not None and "authentication_required" in (error.code, getattr(error, "decline_code", None))
    return IntentState(
        id=intent.id,
        status=intent.status,
        charge_id=id_of(charge),
        charged_at=datetime.fromtimestamp(charge.created, UTC) if charge is not None else None,
        fee_minor=getattr(getattr(charge, "balance_transaction", None), "fee", None),
        needs_confirmation=asks or intent.status == "requires_action",
    )


def count_declines(payment_intent_id: str) -> Declines:
    """Asked of Stripe anew each time, so that an event that comes twice counts nothing twice.

    Declined renewals are not counted: nobody sits at a page and tries cards.
    """
    with stripe_errors():
        intent = api().payment_intents.retrieve(payment_intent_id)
        charges = api().charges.list({"payment_intent": payment_intent_id, "limit": 100})
        count = sum(_is_declined_card(charge) for charge in charges.auto_paging_iter())
    metadata = intent.metadata.to_dict() if intent.metadata else {}
    return Declines(reference=metadata.get("payment") or _payment_of_promise(intent), count=count)


def intent_of_charge(charge_id: str) -> str | None:
    """The payment intent that a charge belongs to."""
    with stripe_errors():
        return id_of(api().charges.retrieve(charge_id).payment_intent)


def _payment_of_promise(intent: Any) -> str:
    """Stripe lets us mark no intent of a session in subscription mode: the session is found by its customer.

    Such a session makes its own customer at the first card that is tried, and its invoice when one is accepted.
    """
    if intent.customer is None:
        return ""
    invoice = invoice_of_intent(intent.id)
    if invoice is not None and not invoice.is_first:
        return ""
    with stripe_errors():
        sessions = api().checkout.sessions.list({"customer": id_of(intent.customer), "limit": 100})
        for session in sessions.auto_paging_iter():
            if session.mode == "subscription":
                return session.client_reference_id or ""
    return ""


def _is_declined_card(charge: Any) -> bool:
    """A bank debit that did not go through is a failed charge, too."""
    return charge.status == "failed" and getattr(charge.payment_method_details, "type", "card") == "card"
