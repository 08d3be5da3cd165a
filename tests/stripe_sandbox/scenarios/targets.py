"""Whom the scenarios speak to: the sandbox here, or Stripe's own with the test key in STRIPE_TEST_KEY."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import stripe

from tests.stripe_sandbox.receiver import eventually

KEY_NAME = "STRIPE_TEST_KEY"


class NoTestKey(Exception):
    """STRIPE_TEST_KEY holds something else than a secret test key."""


@dataclass(frozen=True)
class Target:
    """`patience`: seconds until what happens by itself must have happened. `success_url`: any page that can be reached."""

    name: str
    client: stripe.StripeClient
    patience: float
    success_url: str

    def session(self, **changes: Any) -> stripe.checkout.Session:
        """A new session for two tags and shipping, $28.50, to be paid by card."""
        params: Any = {
            "mode": "payment",
            "success_url": self.success_url,
            "cancel_url": self.success_url,
            "allowed_payment_method_types": ["card"],
            "line_items": [line("Luggage tag", 1200, quantity=2), line("Shipping", 450)],
            **changes,
        }
        return self.client.v1.checkout.sessions.create(params)

    def eventually(self, is_so: Callable[[], bool]) -> None:
        eventually(is_so, within=self.patience)


def line(name: str, amount: int, *, quantity: int = 1) -> dict[str, Any]:
    price = {"currency": "usd", "unit_amount": amount, "product_data": {"name": name}}
    return {"quantity": quantity, "price_data": price}


def key_of_stripe() -> str:
    """The key of a real Stripe sandbox, or nothing. Raises NoTestKey for any other text: a live key above all."""
    key = os.environ.get(KEY_NAME, "").strip()
    if key and not key.startswith("sk_test_"):
        raise NoTestKey(f"{KEY_NAME} must be a secret test key, sk_test_...")
    return key


def stripe_itself(key: str) -> Target:
    client = stripe.StripeClient(key, max_network_retries=4, http_client=stripe.RequestsClient(timeout=60))
    return Target("Stripe", client, patience=90, success_url="https://example.com/")
