"""One sandbox for each test module, and the real SDK in front of it. No database and no site are needed."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stripe

from tests.stripe_sandbox.launch import Sandbox, start_sandbox
from tests.stripe_sandbox.receiver import Receiver, listening

stripe.enable_telemetry = False

SUCCESS_URL = "http://shop.example/thank-you/?session={CHECKOUT_SESSION_ID}"
CANCEL_URL = "http://shop.example/checkout/"

OpenSession = Callable[..., stripe.checkout.Session]


@pytest.fixture(scope="module")
def listener() -> Iterator[Receiver]:
    """The site's webhook address."""
    with listening() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def module_sandbox(listener: Receiver) -> Iterator[Sandbox]:
    with start_sandbox(webhook_url=listener.url) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(module_sandbox: Sandbox, listener: Receiver) -> Iterator[Sandbox]:
    listener.answers.clear()
    yield module_sandbox
    module_sandbox.control("clear")
    module_sandbox.control("clock", offset=0)


def client_of(sandbox: Sandbox, *, retries: int = 0, timeout: float = 10) -> stripe.StripeClient:
    return stripe.StripeClient(
        sandbox.api_key,
        base_addresses={"api": sandbox.url},
        http_client=stripe.RequestsClient(timeout=timeout),
        max_network_retries=retries,
    )


@pytest.fixture
def client(sandbox: Sandbox) -> stripe.StripeClient:
    return client_of(sandbox)


def order(**changes: Any) -> dict[str, Any]:
    """Two tags and shipping, $28.50, as a shop asks for them. A change to None leaves the parameter out."""
    params: dict[str, Any] = {
        "mode": "payment",
        "success_url": SUCCESS_URL,
        "cancel_url": CANCEL_URL,
        "line_items": [line("Luggage tag", 1200, quantity=2), line("Shipping", 450)],
        **changes,
    }
    return {name: value for name, value in params.items() if value is not None}


def line(name: str, amount: int, *, quantity: int = 1, currency: str = "usd") -> dict[str, Any]:
    price = {"currency": currency, "unit_amount": amount, "product_data": {"name": name}}
    return {"quantity": quantity, "price_data": price}


@pytest.fixture
def open_session(client: stripe.StripeClient) -> OpenSession:
    def create(**changes: Any) -> stripe.checkout.Session:
        return client.v1.checkout.sessions.create(order(**changes))  # type: ignore[arg-type]

    return create


def refusal(call: Callable[[], Any]) -> stripe.StripeError:
    """The error that the SDK raises."""
    with pytest.raises(stripe.StripeError) as caught:
        call()
    return caught.value
