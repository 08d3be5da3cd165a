"""What the tests about money have in common: a payment made, and the clock moved past what it causes."""

from typing import Any

import stripe

from tests.stripe_sandbox import payer
from tests.stripe_sandbox.launch import Sandbox
from tests.stripe_sandbox.tests.conftest import OpenSession

DAY = 24 * 60 * 60
FIVE_SECONDS = 5


def paid(client: stripe.StripeClient, open_session: OpenSession, *, card: str = payer.SUCCEEDS, **changes: Any) -> Any:
    """The charge of a session paid by card: $28.50 unless changed."""
    session = open_session(**changes)
    assert payer.pay(session.url, card=card).status == 303
    return charge_of(client, session.id)


def charge_of(client: stripe.StripeClient, session_id: str) -> Any:
    expand = ["payment_intent.latest_charge"]
    session: Any = client.v1.checkout.sessions.retrieve(session_id, {"expand": expand})
    return session.payment_intent.latest_charge


def wait(sandbox: Sandbox, seconds: float = FIVE_SECONDS) -> None:
    """Set the sandbox's clock ahead of the real time. What falls due by then has happened afterwards."""
    sandbox.control("clock", offset=seconds)


def types_about(client: stripe.StripeClient, *ids: str) -> list[str]:
    """The types of the newest events about these objects, oldest first."""
    events: Any = client.v1.events.list({"limit": 100}).data
    return [event.type for event in reversed(events) if getattr(event.data.object, "id", None) in ids]
