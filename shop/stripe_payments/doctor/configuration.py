"""Checks of this site's own settings. Nothing is asked of Stripe."""

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host

from shop.stripe_payments import client
from shop.stripe_payments.doctor.findings import Finding, fine, note, problem
from shop.stripe_payments.models import Payment, StripeEvent
from shop.stripe_payments.setup import is_local
from shop.stripe_payments.setup_webhook import PLACEHOLDERS

_KEY = re.compile(r"[sr]k_(test|live)_\w+")
# Of a statement line of 22 characters Stripe keeps two for "* " and at least two for the account's own prefix.
# Source: docs.stripe.com/get-started/account/statement-descriptors
LINE_LENGTH = 22
SEPARATOR = "* "
_SHORTEST_PREFIX = 2
_SETUP = "Run stripe_setup, and set the line that it prints."


def check_key(now: datetime) -> Iterator[Finding]:
    """Whether STRIPE_SECRET_KEY is a secret key, and of the mode that fits this site."""
    key = settings.STRIPE_SECRET_KEY
    if not key or (key == "sk_test_demo" and not settings.STRIPE_API_BASE):
        yield problem("STRIPE_SECRET_KEY is not set.", mend="Copy it from Stripe's dashboard, Developers, API keys.")
        return
    if not _KEY.fullmatch(key):
        yield problem(
            f"STRIPE_SECRET_KEY is no secret key: it begins with “{key[:3]}”.",
            mend="Take the one that begins with sk_test_ or sk_live_, without spaces or quotes.",
        )
        return
    yield fine(f"STRIPE_SECRET_KEY is a {client.mode()} key.")
    if client.is_live() and not settings.PRODUCTION:
        yield problem(
            "A live key without PRODUCTION=1: real money would meet the defaults of the demo.",
            mend="Set PRODUCTION=1, or take a test key.",
        )
    if settings.PRODUCTION and not client.is_live():
        yield note(
            "With a test key no money comes in. That is right while you try the site out.",
            mend="To open, set STRIPE_SECRET_KEY to the sk_live_ key and run stripe_setup --yes.",
        )
    if settings.STRIPE_API_BASE and (settings.PRODUCTION or client.is_live()):
        yield problem(f"The site speaks to {settings.STRIPE_API_BASE}, not to Stripe.", mend="Remove STRIPE_API_BASE.")


def check_secrets(now: datetime) -> Iterator[Finding]:
    """Whether STRIPE_WEBHOOK_SECRETS can be signing secrets at all."""
    secrets = [secret.strip() for secret in settings.STRIPE_WEBHOOK_SECRETS]
    if not settings.STRIPE_API_BASE and any(secret in PLACEHOLDERS for secret in secrets):
        yield problem("STRIPE_WEBHOOK_SECRETS is not set, or holds a placeholder.", mend=_SETUP)
        return
    if not all(secret.startswith("whsec_") for secret in secrets):
        yield problem("An entry of STRIPE_WEBHOOK_SECRETS is no signing secret: these begin with whsec_.", mend=_SETUP)
        return
    yield fine(f"STRIPE_WEBHOOK_SECRETS holds {len(secrets)}.")
    if len(secrets) > 2:
        yield note("More than two signing secrets are in use.", mend="Remove those of endpoints that are off.")


def check_address(now: datetime) -> Iterator[Finding]:
    """Whether SITE_URL is where visitors and Stripe find this site."""
    address = urlsplit(settings.SITE_URL)
    is_right = True
    if address.scheme != "https" and (settings.PRODUCTION or client.is_live()):
        is_right = False
        yield problem(f"SITE_URL is {settings.SITE_URL}, without https.", mend="Set SITE_URL to the https address.")
    if is_local(settings.SITE_URL) and (settings.PRODUCTION or client.is_live()):
        is_right = False
        yield problem("SITE_URL is this machine's own name.", mend="Set SITE_URL to the public address.")
    if address.path or address.query:
        is_right = False
        yield problem(
            f"SITE_URL goes on after the host: “{address.path}”.", mend="Set SITE_URL to scheme and host alone."
        )
    if not validate_host(address.hostname or "", settings.ALLOWED_HOSTS):
        is_right = False
        yield problem(
            f"ALLOWED_HOSTS lacks {address.hostname}: visitors and webhooks are turned away with 400.",
            mend=f"Add {address.hostname} to ALLOWED_HOSTS.",
        )
    if is_right:
        yield fine(f"SITE_URL is {settings.SITE_URL}.")


def check_descriptor(now: datetime) -> Iterator[Finding]:
    """Whether the suffix of card statements keeps Stripe's rules: otherwise no payment page opens at all."""
    suffix = settings.STATEMENT_DESCRIPTOR_SUFFIX
    mend = "Correct STATEMENT_DESCRIPTOR_SUFFIX, or remove it: the account's own descriptor is then used."
    wrong = list(_faults_of(suffix)) if suffix else []
    for fault in wrong:
        yield problem(f"STATEMENT_DESCRIPTOR_SUFFIX “{suffix}” {fault}.", mend=mend)
    if not wrong:
        yield fine(
            f"Card statements end in “{suffix}”." if suffix else "Card statements show the account's descriptor."
        )


def _faults_of(suffix: str) -> Iterator[str]:
    longest = LINE_LENGTH - len(SEPARATOR) - _SHORTEST_PREFIX
    if len(suffix) > longest:
        yield f"has {len(suffix)} characters; with Stripe's prefix at most {longest} fit"
    if not re.search("[A-Za-z]", suffix):
        yield "has no letter"
    if not suffix.isascii() or not suffix.isprintable():
        yield "has characters that are not Latin"
    if found := sorted(set("<>\\'\"*") & set(suffix)):
        yield f"has {' '.join(found)}, which Stripe does not allow"


def check_modes(now: datetime) -> Iterator[Finding]:
    """What lies in the database from the other key. See Note [Two modes]."""
    others = Payment.objects.filter(is_live=not client.is_live())
    events = StripeEvent.objects.waiting().filter(is_live=not client.is_live())
    count, unfinished, waiting = others.count(), others.unfinished().count(), events.count()
    if not count and not waiting:
        yield fine(f"All payments here are {client.mode()} payments.")
    elif client.is_live():
        yield note(
            f"{count} test payments and {waiting} waiting test events are in the database. They are neither counted nor "
            "asked after."
        )
    else:
        yield problem(
            f"{count} live payments, {unfinished} of them unfinished, and {waiting} waiting live events are in the database, "
            "but the key is a test key: nobody looks after them.",
            mend="Set the live key again, or give the trial a database of its own.",
        )
