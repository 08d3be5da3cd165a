"""What `manage.py stripe_setup` makes at Stripe, or puts right there. Every step is safe to repeat."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from shop.stripe_payments import client
from shop.stripe_payments.setup_webhook import Step, plan_webhook, webhook_url

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1", "testserver")


class UnableToSetUp(Exception):
    """The settings do not fit together; the message says which, and how to mend them."""


def is_local(url: str) -> bool:
    """Whether only this machine can reach it."""
    return (urlsplit(url).hostname or "") in LOCAL_HOSTS


def refuse_what_does_not_fit(*, with_webhook: bool) -> None:
    """Raises `UnableToSetUp`: a live key belongs to a public site, and Stripe sends no event to this machine."""
    is_at_stripe = not settings.STRIPE_API_BASE
    if is_at_stripe and settings.STRIPE_SECRET_KEY in ("", "sk_test_demo"):
        raise UnableToSetUp("STRIPE_SECRET_KEY is not set. You find it in Stripe's dashboard, Developers, API keys.")
    if client.is_live() and (is_local(settings.SITE_URL) or not settings.SITE_URL.startswith("https://")):
        raise UnableToSetUp(
            f"STRIPE_SECRET_KEY is a live key, but SITE_URL is {settings.SITE_URL}: real payments need a public address "
            "with https. Set SITE_URL, or take a test key."
        )
    if with_webhook and is_at_stripe and is_local(settings.SITE_URL):
        raise UnableToSetUp(
            f"Stripe cannot reach {settings.SITE_URL}. Set SITE_URL to a public address, or use --without-webhook and "
            f"let Stripe's command line pass events on: stripe listen --forward-to {webhook_url()}"
        )


def plan_product() -> list[Step]:
    """The product that the price of every monthly gift names."""
    wanted, product = client.monthly_product_name(), client.find_monthly_product()
    write = partial(client.write_monthly_product, name=wanted)
    if product is None:
        return [Step(f"make the product “{wanted}”", write)]
    if not product.is_active:
        return [Step(f"bring the product “{wanted}” out of the archive", write)]
    return [Step(f"rename the product “{product.name}” to “{wanted}”", write)] if product.name != wanted else []


def plan_portal() -> list[Step]:
    """One configuration of Stripe's portal, as `portal_content` says."""
    wanted, found = portal_content(), client.portal_configurations()
    if not found:
        make = partial(client.create_portal_configuration, wanted)
        return [Step("make the configuration of the customer portal", make)]
    steps = []
    if not holds(found[0].content, wanted):
        write = partial(client.write_portal_configuration, found[0].id, wanted)
        steps.append(Step(f"put portal configuration {found[0].id} right", write))
    for extra in found[1:]:
        retire = partial(client.retire_portal_configuration, extra.id)
        steps.append(Step(f"take the second portal configuration {extra.id} out of use", retire))
    return steps


def portal_content() -> dict[str, Any]:
    """What donors may do on Stripe's pages: change the card and see invoices.

    Amount, pause and cancel are this site's own, on "My giving": the portal knows no free amount, its cancel would
    offer neither a smaller gift nor a pause, and two ways to cancel would differ in when they take effect. Nobody
    comes to the portal but from "My giving", where cancel is two clicks, so nothing is hidden by this. The mail
    address is not changed there either: receipts go to the one that we know.
    """
    return {
        "business_profile": {"headline": f"{settings.ORGANIZATION['name']}: your monthly gift"},
        "default_return_url": f"{settings.SITE_URL}/donate/",
        "features": {
            "customer_update": {"enabled": False},
            "invoice_history": {"enabled": True},
            "payment_method_update": {"enabled": True},
            "subscription_cancel": {"enabled": False},
            "subscription_update": {"enabled": False},
        },
    }


def holds(present: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether everything that is wanted is there; there may be more."""
    for name, value in wanted.items():
        there = present.get(name)
        if isinstance(value, dict) and isinstance(there, dict):
            if not holds(there, value):
                return False
        elif there != value:
            return False
    return True


# What is set up, in this order: name -> what is to be done.
PARTS: dict[str, Callable[[], list[Step]]] = {
    "webhook endpoint": plan_webhook,
    "monthly gift's product": plan_product,
    "customer portal": plan_portal,
}
