"""What a checkout session of subscription or setup mode leads to, beside the payment itself."""

from tests.stripe_sandbox.billing import clocks, starting
from tests.stripe_sandbox.billing.items import Wanted
from tests.stripe_sandbox.cards import AUTHENTICATION_FAILED, Card, Decline
from tests.stripe_sandbox.resources import customers, payment_methods, setup_intents
from tests.stripe_sandbox.resources.lists import one
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work

DESCRIPTION = "Subscription creation"


def customer_for(work: Work, session: Json, *, email: str, name: str) -> str | None:
    """The session's customer, made at the first attempt where there is always one."""
    makes_one = session["mode"] == "subscription" or session["customer_creation"] == "always"
    if session["customer"] is None and makes_one:
        session["customer"] = customers.create(work, {"email": email, "name": name})["id"]
        work.tx.save(session)
    customer: str | None = session["customer"]
    return customer


def begin_subscription(work: Work, session: Json, intent: Json) -> None:
    """The payment succeeded: now, and not before, there is a subscription, with its first invoice paid.

    Source: https://docs.stripe.com/changelog/basil/2025-03-31/checkout-legacy-subscription-upgrade
    """
    hidden = work.tx.hidden(session["id"])
    customer = one(work, "customer", session["customer"])
    method = one(work, "payment_method", intent["payment_method"])
    payment_methods.save_for(work, method, customer["id"])
    clocks.enter(work, customer)
    subscription, _ = starting.start(
        work,
        customer=customer,
        wanted=[Wanted(line["price"], line["quantity"], line["metadata"]) for line in hidden["line_items"]],
        metadata=hidden["subscription_data"].get("metadata", {}),
        default_payment_method=method["id"],
        description=hidden["subscription_data"].get("description"),
        paid_by=intent,
    )
    session["subscription"] = subscription["id"]
    session["invoice"] = subscription["latest_invoice"]


def set_up(work: Work, session: Json, card: Card, *, email: str, name: str) -> Decline | None:
    """Save the card of a setup session. Returns the decline, if any."""
    intent = one(work, "setup_intent", session["setup_intent"])
    intent["customer"] = session["customer"]
    return setup_intents.save_card(work, intent, card, email=email, name=name)


def fail_set_up(work: Work, session: Json) -> None:
    """The bank's question was not answered."""
    setup_intents.fail(work, one(work, "setup_intent", session["setup_intent"]), AUTHENTICATION_FAILED)


def require_authentication(work: Work, session: Json, *, url: str) -> None:
    setup_intents.require_authentication(work, one(work, "setup_intent", session["setup_intent"]), url=url)
