"""Brings Stripe's real events to the site, as a webhook would: raw bytes, signed."""

import json
import time
from typing import Any

import urllib3
from django.test import Client

from tests.stripe_sandbox.launch import Sandbox
from tests.stripe_sandbox.webhooks.signature import sign

_http = urllib3.PoolManager(retries=False)


def newest_event(sandbox: Sandbox) -> str | None:
    """Its id; what comes after it belongs to the test."""
    events = _ask(sandbox, "/v1/events?limit=1")["data"]
    return events[0]["id"] if events else None


def events_after(sandbox: Sandbox, event_id: str | None, types: set[str]) -> list[dict[str, Any]]:
    """The events of these types since then, the oldest first, as Stripe lists them."""
    found: list[dict[str, Any]] = []
    query = "limit=100"
    while True:
        page = _ask(sandbox, f"/v1/events?{query}")
        for event in page["data"]:
            if event["id"] == event_id:
                break
            found.append(event)
        else:
            if page["has_more"]:
                query = f"limit=100&starting_after={found[-1]['id']}"
                continue
        break
    return [event for event in reversed(found) if event["type"] in types]


def deliver(sandbox: Sandbox, event: dict[str, Any], *, secret: str = "") -> int:
    """Send an event to the site's webhook; the status that came back."""
    body = json.dumps(event).encode()
    signature = sign(body, secret or sandbox.webhook_secret, timestamp=int(time.time()))
    response = Client(enforce_csrf_checks=True).post(
        "/stripe/webhook/", body, content_type="application/json", headers={"stripe-signature": signature}
    )
    return int(response.status_code)


def _ask(sandbox: Sandbox, path: str) -> dict[str, Any]:
    answer = _http.request("GET", f"{sandbox.url}{path}", headers={"Authorization": f"Bearer {sandbox.api_key}"})
    assert answer.status == 200, answer.data
    return dict(json.loads(answer.data))
