"""Idempotency keys: the first answer is given again. Source: https://docs.stripe.com/api/idempotent_requests"""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.stripe_sandbox.errors import StripeError
from tests.stripe_sandbox.store import Json, Transaction

LONGEST_KEY = 255
KEPT_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class SavedAnswer:
    status: int
    body: str
    request_id: str


class KeysInFlight:
    """The keys whose first request is being answered right now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: set[str] = set()

    @contextmanager
    def taken(self, key: str | None) -> Iterator[None]:
        """Raise Stripe's conflict if another request holds the key."""
        if key is None:
            yield
            return
        with self._lock:
            if key in self._keys:
                raise StripeError(
                    "There is currently another in-progress request using this Stripe-Idempotency-Key. Please try again later.",
                    status=409,
                    type="idempotency_error",
                    code="idempotency_key_in_use",
                )
            self._keys.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(key)


def dump(body: Json) -> str:
    """An answer's body, as Stripe writes it."""
    return json.dumps(body, indent=2)


def fingerprint_of(method: str, path: str, form: Json) -> str:
    text = json.dumps([method, path, form], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def find_answer(tx: Transaction, key: str, fingerprint: str, path: str, now: float) -> SavedAnswer | None:
    """The saved answer. Raises StripeError when the key belonged to another request."""
    if len(key) > LONGEST_KEY:
        raise StripeError(f"Idempotency keys can be at most {LONGEST_KEY} characters.", type="idempotency_error")
    tx.execute("DELETE FROM idempotency_keys WHERE saved_at < ?", (now - KEPT_SECONDS,))
    row = tx.execute("SELECT * FROM idempotency_keys WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    if row["path"] != path:
        raise StripeError(
            f"Keys for idempotent requests can only be used for the same endpoint they were first used for ('{row['path']}' vs "
            f"'{path}'). Try using a key other than '{key}' if you meant to execute a different request.",
            type="idempotency_error",
        )
    if row["fingerprint"] != fingerprint:
        raise StripeError(
            "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key "
            f"other than '{key}' if you meant to execute a different request.",
            type="idempotency_error",
        )
    return SavedAnswer(row["status"], row["body"], row["request_id"])


def save_answer(tx: Transaction, key: str, fingerprint: str, path: str, answer: SavedAnswer, now: float) -> None:
    tx.execute(
        "INSERT INTO idempotency_keys (key, fingerprint, path, status, body, request_id, saved_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (key, fingerprint, path, answer.status, answer.body, answer.request_id, int(now)),
    )
