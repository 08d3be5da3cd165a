"""Faults that a test asks for: the next answers of the API go wrong in a chosen way."""

import threading
import time
from dataclasses import dataclass, field

from tests.stripe_sandbox.errors import StripeError

KINDS = (
    "error",
    "error_after_commit",
    "rate_limit",
    "conflict",
    "timeout_before_commit",
    "timeout_after_commit",
    "slow",
)
SERVER_ERROR = '{"error": {"message": "An unknown error occurred", "type": "api_error"}}'


class DropConnection(ConnectionAbortedError):
    """The client never hears whether the work was done."""


_REFUSALS = {
    "rate_limit": lambda: StripeError("Request rate limit exceeded.", status=429, code="rate_limit"),
    "conflict": lambda: StripeError(
        "There is currently another in-progress request using this Stripe-Idempotency-Key. Please try again later.",
        status=409,
        type="idempotency_error",
        code="idempotency_key_in_use",
    ),
}
"""Forgotten: an idempotency key may be used again."""


@dataclass
class Fault:
    """`error` does nothing and answers 500; `error_after_commit` does the work and answers 500; both are saved under the key.

    `timeout_before_commit` and `timeout_after_commit` end the connection without an answer after `seconds`; `slow` answers after
    them; `rate_limit` is 429 and `conflict` 409.
    """

    kind: str
    seconds: float

    def before(self) -> None:
        if self.kind == "slow":
            time.sleep(self.seconds)
        if self.kind == "timeout_before_commit":
            time.sleep(self.seconds)
            raise DropConnection
        if self.kind in _REFUSALS:
            raise _REFUSALS[self.kind]()

    def after(self) -> None:
        if self.kind == "timeout_after_commit":
            time.sleep(self.seconds)
            raise DropConnection

    @property
    def prevents(self) -> bool:
        """Whether a 500 takes the place of the work."""
        return self.kind == "error"

    @property
    def hides(self) -> bool:
        """Whether the work is done and a 500 takes the place of its answer."""
        return self.kind == "error_after_commit"


@dataclass
class _Planned:
    fault: Fault
    left: int
    method: str
    path: str

    def is_for(self, method: str, path: str) -> bool:
        return self.left > 0 and self.method in ("", method) and path.startswith(self.path)


@dataclass
class Faults:
    """The faults still to come, first planned first."""

    _planned: list[_Planned] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def plan(self, kind: str, *, times: int, seconds: float, method: str, path: str) -> None:
        with self._lock:
            self._planned.append(_Planned(Fault(kind, seconds), times, method, path))

    def clear(self) -> None:
        with self._lock:
            self._planned.clear()

    def left(self) -> int:
        with self._lock:
            return sum(planned.left for planned in self._planned)

    def next_for(self, method: str, path: str) -> Fault | None:
        with self._lock:
            for planned in self._planned:
                if planned.is_for(method, path):
                    planned.left -= 1
                    return planned.fault
        return None
