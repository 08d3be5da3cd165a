"""What the tests of billing share: a monthly gift of $25, and the days that a test lets pass."""

from typing import Any

import stripe

from tests.stripe_sandbox import payer
from tests.stripe_sandbox.launch import Sandbox
from tests.stripe_sandbox.tests.conftest import CANCEL_URL, SUCCESS_URL

DAY = 24 * 60 * 60
MONTH = 32 * DAY
"""Past any month's end, and past the hour for which a renewal's invoice stays a draft."""


def gift(**changes: Any) -> dict[str, Any]:
    """A checkout session for a monthly gift, as the site asks for it. A change to None leaves the parameter out."""
    params: dict[str, Any] = {
        "mode": "subscription",
        "success_url": SUCCESS_URL,
        "cancel_url": CANCEL_URL,
        "submit_type": "donate",
        "line_items": [{"quantity": 1, "price_data": monthly(2500)}],
        "subscription_data": {"metadata": {"gift": "G7"}},
        **changes,
    }
    return {name: value for name, value in params.items() if value is not None}


def monthly(amount: int, *, product: str = "") -> dict[str, Any]:
    price: dict[str, Any] = {"currency": "usd", "unit_amount": amount, "recurring": {"interval": "month"}}
    return price | ({"product": product} if product else {"product_data": {"name": "Monthly gift"}})


def subscribe(client: stripe.StripeClient, *, card: str = payer.SUCCEEDS, **changes: Any) -> stripe.Subscription:
    """A subscription that Alice began on the hosted page."""
    session = client.v1.checkout.sessions.create(gift(**changes))  # type: ignore[arg-type]
    assert payer.pay(session.url or "", card=card).status == 303
    id = client.v1.checkout.sessions.retrieve(session.id).subscription
    return client.v1.subscriptions.retrieve(str(id))


def use_card(client: stripe.StripeClient, subscription: stripe.Subscription, test_method: str) -> stripe.PaymentMethod:
    """Let the subscription be paid with a test card such as `pm_card_chargeCustomerFail`."""
    method = client.v1.payment_methods.attach(test_method, {"customer": str(subscription.customer)})
    client.v1.subscriptions.update(subscription.id, {"default_payment_method": method.id})
    return method


def invoices_of(client: stripe.StripeClient, subscription: stripe.Subscription) -> list[stripe.Invoice]:
    """Newest first."""
    return client.v1.invoices.list({"subscription": subscription.id, "limit": 100}).data


def period(subscription: stripe.Subscription) -> tuple[int, int]:
    item = subscription["items"].data[0]
    return item.current_period_start, item.current_period_end


def events_about(client: stripe.StripeClient, id: str, *types: str) -> list[str]:
    """Types of the events about an object, in the order in which they happened."""
    events = client.v1.events.list({"limit": 100, **({"types": list(types)} if types else {})})
    return [event.type for event in events.data if event.data.object["id"] == id][::-1]


def let_pass(sandbox: Sandbox, seconds: float) -> None:
    """Move the sandbox's clock to this many seconds from the real time."""
    sandbox.control("clock", offset=seconds)
