"""The webhook endpoint that `manage.py stripe_setup` makes at Stripe, or puts right there.

Note [A new endpoint beside the old]: an endpoint keeps its API version for life. After an update of the SDK a new endpoint is
made beside the old one, and both stay on: an event that comes twice is stored once. Only when the site's settings
hold the new endpoint's secret is the old one switched off, so that there is no moment without webhooks. Source:
docs.stripe.com/webhooks/versioning
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.urls import reverse

from shop.stripe_payments import client, dispatch
from shop.stripe_payments.client import WebhookEndpoint

# What stands in for a secret until Stripe has told one.
PLACEHOLDERS = ("", "whsec_demo", "whsec_none")


@dataclass(frozen=True)
class Step:
    """One difference between Stripe and what this site needs. `do` ends it, and may return what the operator must know."""

    says: str
    do: Callable[[], list[str] | None]


def webhook_url() -> str:
    return f"{settings.SITE_URL}{reverse('stripe-webhook')}"


def wanted_events() -> list[str]:
    return sorted(dispatch.ACTIONS)


def plan_webhook() -> list[Step]:
    """One endpoint at our address, on, at our API version, with exactly our events."""
    at_our_address = [endpoint for endpoint in client.webhook_endpoints() if endpoint.url == webhook_url()]
    best = endpoint_to_keep(at_our_address)
    if best is None:
        return [_make_endpoint([endpoint for endpoint in at_our_address if endpoint.is_enabled])]
    steps = [*_mend_endpoint(best)]
    for other in at_our_address:
        if other.is_enabled and other.id != best.id:
            steps.append(_retire_endpoint(other, beside=best))
    return steps


def endpoint_to_keep(endpoints: list[WebhookEndpoint]) -> WebhookEndpoint | None:
    """Of those at our API version: the one whose secret we have, else one that is on, else the oldest."""
    current = [endpoint for endpoint in reversed(endpoints) if endpoint.api_version == client.API_VERSION]
    return min(current, key=lambda found: (not has_secret_of(found), not found.is_enabled), default=None)


def has_secret_of(endpoint: WebhookEndpoint) -> bool:
    """Whether our settings hold the secret that the endpoint was made with."""
    ours = {client.fingerprint(secret) for secret in settings.STRIPE_WEBHOOK_SECRETS}
    return endpoint.secret_fingerprint in ours


def _make_endpoint(old: list[WebhookEndpoint]) -> Step:
    def make() -> list[str]:
        made = client.create_webhook_endpoint(url=webhook_url(), events=wanted_events())
        return _what_to_set(made, old)

    says = (
        f"make a webhook endpoint at {webhook_url()}, API version {client.API_VERSION}, {len(wanted_events())} events"
    )
    if old:
        says += f", beside the old one at {old[0].api_version or 'the default version of the account'}"
    return Step(says, make)


def _what_to_set(made: WebhookEndpoint, old: list[WebhookEndpoint]) -> list[str]:
    """The secret is told this once."""
    if not made.secret:
        return [f"Endpoint {made.id} was there already: see its signing secret in Stripe's dashboard, Webhooks."]
    kept = [secret for secret in settings.STRIPE_WEBHOOK_SECRETS if old and secret not in PLACEHOLDERS]
    lines = [
        "Set this for web and worker, and start both again. It is shown this once:",
        f"    STRIPE_WEBHOOK_SECRETS={','.join([made.secret, *kept][:2])}",
    ]
    if old:
        lines.append("Then run stripe_setup again: it switches the old endpoint off.")
    return lines


def _mend_endpoint(endpoint: WebhookEndpoint) -> list[Step]:
    missing, extra = set(wanted_events()) - endpoint.events, endpoint.events - set(wanted_events())
    steps = []
    if missing or extra:
        says = f"correct the events of endpoint {endpoint.id}: {len(missing)} missing, {len(extra)} too many"
        steps.append(Step(says, partial(client.subscribe, endpoint.id, events=wanted_events())))
    if not endpoint.is_enabled:
        steps.append(Step(f"switch endpoint {endpoint.id} on", partial(client.switch_endpoint, endpoint.id, on=True)))
    return steps


def _retire_endpoint(endpoint: WebhookEndpoint, *, beside: WebhookEndpoint) -> Step:
    """See Note [A new endpoint beside the old]."""

    def retire() -> list[str]:
        client.switch_endpoint(endpoint.id, on=False)
        return [f"Endpoint {endpoint.id} is off. Its secret can leave STRIPE_WEBHOOK_SECRETS; delete it when you like."]

    def wait() -> list[str]:
        return [f"Endpoint {endpoint.id} stays on: STRIPE_WEBHOOK_SECRETS lacks the secret of {beside.id}."]

    if has_secret_of(beside):
        return Step(f"switch off endpoint {endpoint.id}, which {beside.id} has replaced", retire)
    return Step(f"switch off endpoint {endpoint.id} once the secret of {beside.id} is set", wait)
