"""Webhooks: whether Stripe signed them, and the list of events for those that never arrived.

Source: docs.stripe.com/webhooks/signature, docs.stripe.com/api/events.
"""

import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import stripe
from django.conf import settings

from shop.stripe_payments.client.connection import api, stripe_errors

SIGNATURE_TOLERANCE_SECONDS = 300
# Stripe lists by at most so many types at once.
_MOST_TYPES = 20


class ForgedEvent(Exception):
    """A webhook that Stripe did not sign, or not now."""


@dataclass(frozen=True)
class VerifiedEvent:
    """An event that is Stripe's: its signature says so, or Stripe listed it."""

    id: str
    type: str
    object_id: str
    api_version: str
    is_live: bool


def verify_event(raw_body: bytes, signature: str, *, now: float | None = None) -> VerifiedEvent:
    """Check the signature over the raw bytes with each of our secrets; raises `ForgedEvent`.

    The SDK refuses old timestamps but takes future ones; here both ends of the tolerance hold.
    """
    _refuse_future(signature, time.time() if now is None else now)
    for secret in settings.STRIPE_WEBHOOK_SECRETS:
        try:
            stripe.WebhookSignature.verify_header(raw_body, signature, secret.strip(), SIGNATURE_TOLERANCE_SECONDS)
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            continue
        return _event(raw_body)
    raise ForgedEvent("no secret of ours made this signature")


def events_since(
    moment: datetime, *, types: Sequence[str], until: datetime | None = None, is_delivered: bool | None = None
) -> Iterator[VerifiedEvent]:
    """Events of these types, the newest first. Stripe keeps them for 30 days.

    `is_delivered` asks for those that every endpoint took, or for those that one has not taken.
    """
    filters: dict[str, Any] = {"created": {"gte": int(moment.timestamp())}, "limit": 100}
    if until is not None:
        filters["created"]["lt"] = int(until.timestamp())
    if is_delivered is not None:
        filters["delivery_success"] = is_delivered
    for start in range(0, len(types), _MOST_TYPES):
        wanted = list(types[start : start + _MOST_TYPES])
        with stripe_errors():
            listed = api().events.list({"types": wanted, **filters})
            for event in listed.auto_paging_iter():
                yield VerifiedEvent(
                    id=event.id,
                    type=event.type,
                    object_id=str(getattr(event.data.object, "id", None) or ""),
                    api_version=event.api_version or "",
                    is_live=event.livemode,
                )


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
