"""The key, the timeouts and the errors that every call to Stripe shares.

Source: docs.stripe.com/error-low-level.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import stripe
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

API_VERSION = stripe.api_version
# Two tries of this length stay under the eight seconds that a visitor is made to wait at most.
TIMEOUT_SECONDS = 3.5
RETRIES = 1


class StripeDidNotAnswer(Exception):
    """Stripe was not reached or failed on its side: what was asked may or may not have happened.

    `is_kept_failure` says that Stripe answers this idempotency key with the same failure for a day.
    """

    def __init__(self, message: str, *, is_kept_failure: bool = False) -> None:
        super().__init__(message)
        self.is_kept_failure = is_kept_failure


class StripeRefused(Exception):
    """Stripe refused the request; nothing happened. The message is for the log, not for a visitor.

    `code` is Stripe's own word for the reason, such as `resource_missing`; empty when it gave none.
    Source: docs.stripe.com/error-codes.
    """

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class OtherMode(StripeDidNotAnswer):
    """A payment of the other mode: our key cannot ask after it, so what became of it is unknown. See Note [Two modes]."""


def is_live() -> bool:
    """Whether our key moves real money."""
    return "_live_" in settings.STRIPE_SECRET_KEY


def mode() -> str:
    """ "live" or "test": for names of what is kept apart."""
    return "live" if is_live() else "test"


def refuse_other_mode(*, is_live_there: bool) -> None:
    """Raises `OtherMode` when our key is not of the mode that something was made in.

    Note [Two modes]: Live and test data lie side by side in the database once a site was tried out with a test key, and
    never mix: money is counted, asked after, given back and compared with Stripe's books in the mode of the
    present key alone. What is of the other mode waits; a test payment that is unfinished when the key is live is
    given up without asking, since it holds no money and may hold stock.
    """
    if is_live_there != is_live():
        raise OtherMode("made with a key of the other mode")


def api() -> Any:
    """The operations of Stripe's API v1. Use inside `stripe_errors`."""
    return _client_for(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE).v1


def refuse_live_key_elsewhere(key: str, base: str) -> None:
    """A live key is only ever shown to Stripe itself."""
    if base and "_live_" in key and (urlsplit(base).scheme, urlsplit(base).hostname) != ("https", "api.stripe.com"):
        raise ImproperlyConfigured("STRIPE_API_BASE is not Stripe's, but STRIPE_SECRET_KEY is a live key.")


@contextmanager
def stripe_errors() -> Iterator[None]:
    """Turn the SDK's errors into `StripeDidNotAnswer` or `StripeRefused`."""
    try:
        yield
    except stripe.IdempotencyError as error:
        if error.code == "idempotency_key_in_use":  # the same request is being done for somebody else
            raise StripeDidNotAnswer(_words_of(error)) from None
        raise StripeRefused(_words_of(error), code=error.code or "") from None
    except (stripe.InvalidRequestError, stripe.CardError) as error:
        raise StripeRefused(_words_of(error), code=error.code or "") from None
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise StripeRefused(f"Stripe does not accept our key: {_words_of(error)}", code="key_refused") from None
    except stripe.StripeError as error:
        headers = {name.lower(): value for name, value in (error.headers or {}).items()}
        is_kept = headers.get("idempotent-replayed") == "true"
        raise StripeDidNotAnswer(_words_of(error), is_kept_failure=is_kept) from None


def _words_of(error: stripe.StripeError) -> str:
    """Stripe's words, for the log; not where they repeat the mail address that a visitor typed."""
    param = getattr(error, "param", None) or ""
    return f"{error.code} in {param}, request {error.request_id}" if "email" in param else str(error)


def id_of(thing: Any) -> str | None:
    """The id of something that may be expanded, an id, or absent."""
    if thing is None or isinstance(thing, str):
        return thing
    return str(thing.id)


@lru_cache(maxsize=4)
def _client_for(key: str, base: str) -> stripe.StripeClient:
    refuse_live_key_elsewhere(key, base)
    stripe.enable_telemetry = False  # it writes to the home folder and tells Stripe about this machine
    return stripe.StripeClient(
        key,
        max_network_retries=RETRIES,
        base_addresses={"api": base} if base else {},
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
    )
