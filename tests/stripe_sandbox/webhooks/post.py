"""Carries one delivery to its endpoint over HTTP, unless a test wants it lost."""

import time
from dataclasses import dataclass

import urllib3

from tests.stripe_sandbox.webhooks.outbox import Letter, Outbox
from tests.stripe_sandbox.webhooks.signature import sign

AT_ONCE = 4
_TIMEOUT = urllib3.Timeout(connect=5, read=20)


@dataclass(frozen=True)
class Parcel:
    """One delivery, ready to be sent."""

    delivery_id: int
    event_id: str
    url: str
    secret: str
    payload: bytes


@dataclass(frozen=True)
class Receipt:
    """How it went. `is_hopeless`: Stripe knows that it failed and tries no more."""

    status: int | None
    outcome: str
    is_hopeless: bool = False

    @property
    def is_delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Post:
    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._http = urllib3.PoolManager(maxsize=AT_ONCE)

    def carry(self, parcel: Parcel) -> Receipt:
        """Send it once. A redirect counts as a failure, as with Stripe."""
        if self._outbox.is_dropped():
            if self._outbox.drops_are_seen:
                return Receipt(None, "lost on request of a test", is_hopeless=True)
            return Receipt(200, "dropped on request of a test")
        letter = self._outbox.sealed(Letter(parcel.payload, parcel.secret, int(time.time() + self._outbox.ahead)))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": sign(letter.payload, letter.secret, timestamp=letter.timestamp),
        }
        try:
            answer = self._http.request(
                "POST",
                parcel.url,
                body=letter.payload,
                headers=headers,
                redirect=False,
                retries=False,
                timeout=_TIMEOUT,
            )
        except urllib3.exceptions.HTTPError as error:
            return Receipt(None, type(error).__name__)
        if 300 <= answer.status < 400:
            return Receipt(answer.status, "a redirect counts as a failure")
        return Receipt(answer.status, "delivered" if 200 <= answer.status < 300 else "refused")
