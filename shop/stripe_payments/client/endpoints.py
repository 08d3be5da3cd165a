"""Webhook endpoints: where Stripe sends events, at which API version. Source: docs.stripe.com/api/webhook_endpoints

Found again by their address, so that no id is stored here and live and test endpoints never mix.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from shop.stripe_payments.client.connection import API_VERSION, api, stripe_errors
from shop.stripe_payments.client.once import make_once


@dataclass(frozen=True)
class WebhookEndpoint:
    """Where Stripe sends events. `secret` is told once, when the endpoint is made; its fingerprint stays."""

    id: str
    url: str
    is_enabled: bool
    api_version: str  # empty: the account's default
    events: frozenset[str]
    created_at: datetime
    secret_fingerprint: str = ""
    secret: str = ""


def fingerprint(secret: str) -> str:
    """Tells whether two signing secrets are the same, and nothing else of them. Kept in the endpoint's metadata."""
    return hashlib.sha256(secret.strip().encode()).hexdigest()[:16]


def webhook_endpoints() -> list[WebhookEndpoint]:
    """All of the account, the newest first."""
    with stripe_errors():
        return [_endpoint(item) for item in api().webhook_endpoints.list({"limit": 100}).auto_paging_iter()]


def create_webhook_endpoint(*, url: str, events: Sequence[str]) -> WebhookEndpoint:
    """Make an endpoint at our API version. See Note [Made once]. `secret` is empty when another run made it long ago."""
    params = {"url": url, "enabled_events": sorted(events), "api_version": API_VERSION}

    def create(key: str) -> WebhookEndpoint:
        with stripe_errors():
            return _endpoint(api().webhook_endpoints.create(params, {"idempotency_key": key}))

    def find() -> list[WebhookEndpoint]:
        return [found for found in webhook_endpoints() if found.url == url and found.api_version == API_VERSION]

    made = make_once("webhook", params, create=create, find=find)
    if made.secret:
        made = replace(made, secret_fingerprint=fingerprint(made.secret))
        _update_endpoint(made.id, {"metadata": {"secret_fingerprint": made.secret_fingerprint}})
    return made


def subscribe(endpoint_id: str, *, events: Sequence[str]) -> None:
    """Have exactly these events sent. The endpoint's API version can never be changed."""
    _update_endpoint(endpoint_id, {"enabled_events": sorted(events)})


def switch_endpoint(endpoint_id: str, *, on: bool) -> None:
    """Have events sent, or no longer. Events are not lost: those missed are asked for."""
    _update_endpoint(endpoint_id, {"disabled": not on})


def _update_endpoint(endpoint_id: str, params: dict[str, Any]) -> None:
    with stripe_errors():
        api().webhook_endpoints.update(endpoint_id, params)


def _endpoint(item: Any) -> WebhookEndpoint:
    metadata = item.metadata.to_dict() if item.metadata else {}
    return WebhookEndpoint(
        id=item.id,
        url=item.url,
        is_enabled=item.status == "enabled",
        api_version=item.api_version or "",
        events=frozenset(item.enabled_events),
        created_at=datetime.fromtimestamp(item.created, UTC),
        secret_fingerprint=metadata.get("secret_fingerprint", ""),
        secret=getattr(item, "secret", None) or "",
    )
