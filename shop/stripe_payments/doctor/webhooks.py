"""Checks of the way on which Stripe's events come here."""

import http.client
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from urllib.parse import urlsplit

from shop.stripe_payments import client
from shop.stripe_payments.client import WebhookEndpoint
from shop.stripe_payments.doctor.findings import Finding, fine, note, problem
from shop.stripe_payments.models import StripeEvent
from shop.stripe_payments.setup_webhook import endpoint_to_keep, has_secret_of, wanted_events, webhook_url

RECENTLY = timedelta(hours=24)
# A webhook may be on its way, and those that do not come are asked for every five minutes.
STILL_YOUNG = timedelta(minutes=15)
# So many of a hundred events may come without their webhook before it is a fault and no hiccup.
TOLERATED_PERCENT = 10
# Of a very busy day the newest are enough to see a fault.
MOST_LOOKED_AT = 1000
_DOOR_SECONDS = 10
_RUN_SETUP = "Run stripe_setup."


def check_endpoint(now: datetime) -> Iterator[Finding]:
    """Whether Stripe sends our events to our address, at the API version of our SDK."""
    endpoints = client.webhook_endpoints()
    here = [endpoint for endpoint in endpoints if endpoint.url == webhook_url()]
    if not here:
        yield problem(f"No webhook endpoint is at {webhook_url()}.{_seen_elsewhere(endpoints)}", mend=_RUN_SETUP)
        return
    switched_on = [endpoint for endpoint in here if endpoint.is_enabled]
    if not switched_on:
        yield problem(f"The webhook endpoint {here[0].id} is switched off.", mend=_RUN_SETUP)
        return
    endpoint = endpoint_to_keep(switched_on) or switched_on[0]
    findings = [*_what_is_wrong_with(endpoint)]
    yield from findings or [fine(f"Endpoint {endpoint.id} sends all that is needed.")]
    for other in switched_on:
        if other.id != endpoint.id:
            yield note(f"Endpoint {other.id} sends to the same address; nothing is counted twice.", mend=_RUN_SETUP)


def _what_is_wrong_with(endpoint: WebhookEndpoint) -> Iterator[Finding]:
    wanted = set(wanted_events())
    if endpoint.api_version != client.API_VERSION:
        yield problem(
            f"Endpoint {endpoint.id} sends at API version {endpoint.api_version or 'of the account'}; the SDK here speaks "
            f"{client.API_VERSION}.",
            mend="Run stripe_setup: it makes a new endpoint beside the old one.",
        )
    has_all = "*" in endpoint.events
    if not has_all and (missing := sorted(wanted - endpoint.events)):
        yield problem(f"Endpoint {endpoint.id} does not send {', '.join(missing)}.", mend=_RUN_SETUP)
    if extra := sorted(endpoint.events - wanted):
        yield note(f"Endpoint {endpoint.id} also sends {', '.join(extra)}, which nobody needs.", mend=_RUN_SETUP)


def _seen_elsewhere(endpoints: list[WebhookEndpoint]) -> str:
    path = urlsplit(webhook_url()).path.rstrip("/")
    elsewhere = [found.url for found in endpoints if urlsplit(found.url).path.rstrip("/") == path]
    return f" One is at {elsewhere[0]}: is SITE_URL right?" if elsewhere else ""


def check_signing_secret(now: datetime) -> Iterator[Finding]:
    """Whether we hold the secret that the endpoint signs with, as far as that can be told without seeing it."""
    switched_on = [found for found in client.webhook_endpoints() if found.is_enabled]
    here = [found for found in switched_on if found.url == webhook_url()]
    endpoint = endpoint_to_keep(here) or next(iter(here), None)
    if endpoint is None:
        return
    if has_secret_of(endpoint):
        yield fine(f"STRIPE_WEBHOOK_SECRETS holds the secret of {endpoint.id}.")
    elif len(switched_on) == 1 and _came_since(max(endpoint.created_at, now - RECENTLY)):
        yield fine("Webhooks that arrived in the last day were signed with a secret that we hold.")
    elif not endpoint.secret_fingerprint:
        yield note(
            f"Endpoint {endpoint.id} was made by hand, so whether we hold its secret shows with the first webhook.",
            mend="Make a small test payment and run stripe_doctor again.",
        )
    else:
        yield problem(
            f"STRIPE_WEBHOOK_SECRETS does not hold the secret of {endpoint.id}: its webhooks are refused.",
            mend="Copy the signing secret from Stripe's dashboard, Webhooks; or delete the endpoint and run stripe_setup.",
        )


def _came_since(moment: datetime) -> bool:
    """Whether a webhook was taken since then. With several endpoints it would not tell which one signed it."""
    ours = StripeEvent.objects.filter(is_live=client.is_live(), is_collected=False)
    return ours.filter(received_at__gte=moment).exists()


def check_door(now: datetime) -> Iterator[Finding]:
    """Whether the webhook's address leads here: what nobody signed must be refused by us, and by nobody before us."""
    url = webhook_url()
    try:
        status, body = _knock(url)
    except (OSError, http.client.HTTPException) as error:
        yield problem(
            f"{url} does not answer: {type(error).__name__}: {error}",
            mend="Is the web program running, and do DNS and TLS certificate of SITE_URL lead to it?",
        )
        return
    if status == 400 and "signature refused" in body:
        yield fine(f"{url} answers, and refuses what Stripe did not sign.")
    elif 300 <= status < 400:
        yield problem(
            f"{url} redirects ({status}); Stripe counts that as a failure.",
            mend="Set SITE_URL to the address that answers by itself, and BEHIND_TLS_PROXY=1 behind a proxy.",
        )
    else:
        yield problem(
            f"{url} answers {status}, and not as this site does.", mend="Does a proxy or a firewall stand before it?"
        )


def _knock(url: str) -> tuple[int, str]:
    """An unsigned webhook. Redirects are not followed, as Stripe does not."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_DOOR_SECONDS)
    try:
        connection.request(
            "POST", parts.path, b"{}", {"Content-Type": "application/json", "User-Agent": "stripe_doctor"}
        )
        response = connection.getresponse()
        return response.status, response.read(2000).decode(errors="replace")
    finally:
        connection.close()


def check_arrival(now: datetime) -> Iterator[Finding]:
    """Whether what happened at Stripe in the last day is known here, and came by itself."""
    happened = client.events_since(now - RECENTLY, until=now - STILL_YOUNG, types=wanted_events())
    ids = {event.id for event in islice(happened, MOST_LOOKED_AT)}
    unknown_here = ids - set(StripeEvent.objects.filter(event_id__in=ids).values_list("event_id", flat=True))
    if unknown_here:
        yield problem(
            f"{len(unknown_here)} of {len(ids)} events of the last day are not known here, such as {min(unknown_here)}.",
            mend="Is the worker running? It asks every five minutes for events whose webhook did not come.",
        )
    undelivered = client.events_since(
        now - RECENTLY, until=now - STILL_YOUNG, types=wanted_events(), is_delivered=False
    )
    if count := len(list(islice(undelivered, MOST_LOOKED_AT))):
        yield problem(
            f"Stripe could not deliver {count} events of the last day.",
            mend="Stripe's dashboard, Webhooks, shows what this site answered.",
        )
    yield from _how_they_came(now)


def _how_they_came(now: datetime) -> Iterator[Finding]:
    stored = StripeEvent.objects.filter(is_live=client.is_live(), received_at__gte=now - RECENTLY)
    count, asked_for = stored.count(), stored.filter(is_collected=True).count()
    if not count:
        yield note(
            "No event of Stripe's came in the last day.", mend="If there were payments, look at the points above."
        )
    elif asked_for * 100 > count * TOLERATED_PERCENT:
        yield problem(
            f"The webhooks of {asked_for} of {count} events of the last day never came; they were asked for.",
            mend="Nothing is lost, but all comes late. Look at endpoint, secret and address above.",
        )
    else:
        yield fine(f"{count} events came in the last day, {asked_for} of them only when asked for.")
