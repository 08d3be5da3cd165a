"""The one door to Stripe: the only module that imports the SDK. What comes back are plain dataclasses.

Every call may raise `StripeDidNotAnswer` (the outcome is unknown: never say that it failed) or `StripeRefused`
(Stripe said no, and nothing happened). Never called inside a transaction.
Source: docs.stripe.com/error-low-level, docs.stripe.com/api/checkout/sessions.
"""

import json
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import stripe
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

API_VERSION = stripe.api_version
# Two tries of this length stay under the eight seconds that a visitor is made to wait at most.
TIMEOUT_SECONDS = 3.5
RETRIES = 1
SIGNATURE_TOLERANCE_SECONDS = 300


class StripeDidNotAnswer(Exception):
    """Stripe was not reached or failed on its side: what was asked may or may not have happened.

    `is_kept_failure` says that Stripe answers this idempotency key with the same failure for a day.
    """

    def __init__(self, message: str, *, is_kept_failure: bool = False) -> None:
        super().__init__(message)
        self.is_kept_failure = is_kept_failure


class StripeRefused(Exception):
    """Stripe refused the request; nothing happened. The message is for the log, not for a visitor."""


class ForgedEvent(Exception):
    """A webhook that Stripe did not sign, or not now."""


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
    charge_id: str | None
    charged_at: datetime | None  # when the card was charged, whenever we hear of it
    fee_minor: int | None


@dataclass(frozen=True)
class RefundState:
    """What Stripe says of a refund now."""

    id: str
    status: str  # pending, requires_action, succeeded, failed, canceled
    amount_minor: int
    reference: str  # our refund's


@dataclass(frozen=True)
class VerifiedEvent:
    """A webhook whose signature is Stripe's."""

    id: str
    type: str
    object_id: str
    api_version: str
    is_live: bool


def is_live() -> bool:
    """Whether our key moves real money."""
    return "_live_" in settings.STRIPE_SECRET_KEY


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
) -> CheckoutSession:
    """Ask for a hosted page. Safe to repeat with the same key and content. No personal data in the metadata."""
    intent: dict[str, Any] = {"metadata": {"payment": reference}}
    if settings.STATEMENT_DESCRIPTOR_SUFFIX:
        intent["statement_descriptor_suffix"] = settings.STATEMENT_DESCRIPTOR_SUFFIX
    params: dict[str, Any] = {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "submit_type": "donate" if is_donation else "pay",
        "client_reference_id": reference,
        "customer_email": email,
        "metadata": {"payment": reference},
        "payment_intent_data": intent,
        "adaptive_pricing": {"enabled": False},
        "expires_at": int(expires_at.timestamp()),
        "success_url": success_url,
        "cancel_url": cancel_url,
        "line_items": [
            {
                "quantity": item.quantity,
                "price_data": {
                    "currency": currency.lower(),
                    "unit_amount": item.amount_minor,
                    "product_data": {"name": item.name},
                },
            }
            for item in items
        ],
    }
    with _stripe_errors():
        session = _client().v1.checkout.sessions.create(
            params,  # type: ignore[arg-type] # built in two steps; the contract is checked by the tests' stand-in
            {"idempotency_key": idempotency_key},
        )
    return _session(session)


def retrieve_checkout_session(session_id: str) -> CheckoutSession:
    """The session, its charge and Stripe's fee as they are now."""
    with _stripe_errors():
        session = _client().v1.checkout.sessions.retrieve(
            session_id, {"expand": ["payment_intent.latest_charge.balance_transaction"]}
        )
    return _session(session)


def find_checkout_session(*, reference: str, created_after: datetime) -> CheckoutSession | None:
    """The newest session made for our payment, for when the answer that named it was lost."""
    with _stripe_errors():
        sessions = _client().v1.checkout.sessions.list(
            {"created": {"gte": int(created_after.timestamp())}, "limit": 100}
        )
        for session in sessions.auto_paging_iter():
            if session.client_reference_id == reference:
                return _session(session)
    return None


def expire_checkout_session(session_id: str) -> None:
    """Close the hosted page. Raises `StripeRefused` when it is complete or expired already."""
    with _stripe_errors():
        _client().v1.checkout.sessions.expire(session_id)


def create_refund(*, reference: str, idempotency_key: str, payment_intent_id: str, amount_minor: int) -> RefundState:
    """Give money back. Safe to repeat with the same key."""
    with _stripe_errors():
        refund = _client().v1.refunds.create(
            {"payment_intent": payment_intent_id, "amount": amount_minor, "metadata": {"refund": reference}},
            {"idempotency_key": idempotency_key},
        )
    return _refund(refund)


def retrieve_refund(refund_id: str) -> RefundState:
    """The refund as it is now: it can fail days after it succeeded."""
    with _stripe_errors():
        return _refund(_client().v1.refunds.retrieve(refund_id))


def verify_event(raw_body: bytes, signature: str, *, now: float | None = None) -> VerifiedEvent:
    """Check the signature over the raw bytes with each of our secrets; raises `ForgedEvent`.

    The SDK refuses old timestamps but takes future ones; here both ends of the tolerance hold.
    Source: docs.stripe.com/webhooks/signature.
    """
    _refuse_future(signature, time.time() if now is None else now)
    for secret in settings.STRIPE_WEBHOOK_SECRETS:
        try:
            stripe.WebhookSignature.verify_header(raw_body, signature, secret.strip(), SIGNATURE_TOLERANCE_SECONDS)
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            continue
        return _event(raw_body)
    raise ForgedEvent("no secret of ours made this signature")


def _refuse_future(signature: str, now: float) -> None:
    stamps = [part.removeprefix("t=") for part in signature.split(",") if part.startswith("t=")]
    if not stamps or not re.fullmatch(r"[0-9]{1,12}", stamps[0]) or int(stamps[0]) > now + SIGNATURE_TOLERANCE_SECONDS:
        raise ForgedEvent("no timestamp, or one in the future")


def _event(raw_body: bytes) -> VerifiedEvent:
    try:
        event = json.loads(raw_body)
        return VerifiedEvent(
            id=str(event["id"]),
            type=str(event["type"]),
            object_id=str(event["data"]["object"].get("id") or ""),
            api_version=str(event.get("api_version") or ""),
            is_live=bool(event["livemode"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ForgedEvent("signed, but not an event") from error


@lru_cache(maxsize=4)
def _client_for(key: str, base: str) -> stripe.StripeClient:
    refuse_live_key_elsewhere(key, base)
    stripe.enable_telemetry = False  # it writes to the home folder and tells Stripe about this machine
    return stripe.StripeClient(
        key,
        max_network_retries=RETRIES,
        base_addresses={"api": base} if base else {},
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
    )


def refuse_live_key_elsewhere(key: str, base: str) -> None:
    """A live key is only ever shown to Stripe itself."""
    if base and "_live_" in key and (urlsplit(base).scheme, urlsplit(base).hostname) != ("https", "api.stripe.com"):
        raise ImproperlyConfigured("STRIPE_API_BASE is not Stripe's, but STRIPE_SECRET_KEY is a live key.")


def _client() -> stripe.StripeClient:
    return _client_for(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)


@contextmanager
def _stripe_errors() -> Iterator[None]:
    try:
        yield
    except (stripe.InvalidRequestError, stripe.CardError, stripe.IdempotencyError) as error:
        raise StripeRefused(str(error)) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise StripeRefused(f"Stripe does not accept our key: {error}") from error
    except stripe.StripeError as error:
        headers = {name.lower(): value for name, value in (error.headers or {}).items()}
        raise StripeDidNotAnswer(str(error), is_kept_failure=headers.get("idempotent-replayed") == "true") from error


def _session(session: stripe.checkout.Session) -> CheckoutSession:
    intent = session.payment_intent
    charge: Any = getattr(intent, "latest_charge", None)
    if isinstance(charge, str):  # not expanded
        charge = None
    balance = getattr(charge, "balance_transaction", None)
    return CheckoutSession(
        id=session.id,
        url=session.url or "",
        status=session.status or "",
        payment_status=session.payment_status,
        amount_minor=session.amount_total or 0,
        currency=(session.currency or "").upper(),
        is_live=session.livemode,
        reference=session.client_reference_id or "",
        payment_intent_id=_id(intent),
        charge_id=_id(charge),
        charged_at=datetime.fromtimestamp(charge.created, UTC) if charge is not None else None,
        fee_minor=getattr(balance, "fee", None),
    )


def _refund(refund: stripe.Refund) -> RefundState:
    metadata = refund.metadata.to_dict() if refund.metadata else {}
    return RefundState(
        id=refund.id,
        status=refund.status or "pending",
        amount_minor=refund.amount,
        reference=metadata.get("refund", ""),
    )


def _id(thing: Any) -> str | None:
    if thing is None or isinstance(thing, str):
        return thing
    return str(thing.id)
