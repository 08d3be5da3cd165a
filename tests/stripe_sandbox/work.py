"""A unit of work: one transaction at one moment, for one request or one chore of the sandbox's own."""

import secrets
import string
import time
from dataclasses import dataclass, field

from tests.stripe_sandbox.conditions import Conditions
from tests.stripe_sandbox.store import Json, Transaction

API_VERSION = "2026-10-28.endive"
_ALPHABET = string.ascii_letters + string.digits


@dataclass
class Work:
    """`request_id` is None for what happens outside of an API request; `has_news` is set once an event was written.

    `now` is the moment at which things happen: the sandbox's own time, or an earlier one while something is caught up with, or the
    frozen time of `test_clock`. `sandbox_now` is always the sandbox's own.
    """

    tx: Transaction
    now: int
    origin: str
    request_id: str | None = None
    idempotency_key: str | None = None
    settle_after: float = 1.0
    conditions: Conditions = field(default_factory=Conditions)
    sandbox_now: float = 0.0
    test_clock: str = ""
    has_news: bool = field(default=False)

    def cause(self) -> Json:
        return {"id": self.request_id, "idempotency_key": self.idempotency_key}

    def schedule(self, at: float, task: str, object_id: str) -> None:
        """Let `task` happen at a moment of the clock that this work goes by."""
        self.tx.due_at(at, task, object_id, test_clock=self.test_clock)

    def soon(self, seconds: float) -> float:
        """A moment of the sandbox's own clock: money settles by it, even for a customer with a test clock."""
        return (self.sandbox_now if self.test_clock else self.now) + seconds


@dataclass
class Clock:
    """The sandbox's time in seconds, which a test may move."""

    offset: float = 0.0

    def now(self) -> float:
        return time.time() + self.offset


def new_id(prefix: str, length: int = 24) -> str:
    return f"{prefix}_{random_text(length)}"


def random_text(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
