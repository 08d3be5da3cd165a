"""What tests do to deliveries: duplicate, delay, hold, drop, and falsify them.

Stripe itself does the first four: https://docs.stripe.com/webhooks#behaviors. What is falsified is what a forger might send.
"""

import json
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass

HELD_UNTIL = 1e11
"""A moment that never comes: what is held waits for it."""
OLD_API_VERSION = "2024-06-20"
FALSIFICATIONS = ("signature", "timestamp", "api_version", "livemode")
_TOO_OLD_SECONDS = 3600


@dataclass(frozen=True)
class Letter:
    """What is sent: the body, the secret and the time it is signed with."""

    payload: bytes
    secret: str
    timestamp: int


def _with(letter: Letter, **changes: object) -> Letter:
    event = json.loads(letter.payload)
    return Letter(json.dumps({**event, **changes}, indent=2).encode(), letter.secret, letter.timestamp)


_FALSIFY: dict[str, Callable[[Letter], Letter]] = {
    "signature": lambda letter: Letter(letter.payload, "whsec_somebody_else", letter.timestamp),
    "timestamp": lambda letter: Letter(letter.payload, letter.secret, letter.timestamp - _TOO_OLD_SECONDS),
    "api_version": lambda letter: _with(letter, api_version=OLD_API_VERSION),
    "livemode": lambda letter: _with(letter, livemode=True),
}


class Outbox:
    """The rules in force. Safe to use from the courier's threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        with self._lock:
            self.copies = 1
            self.delay = 0.0
            self.ahead = 0.0
            self.is_holding = False
            self._twins = 0
            self._drops = 0
            self._drop_ratio = 0.0
            self._drops_are_seen = False
            self._chance = random.Random(0)
            self._falsified: list[str] = []

    def arrange(self, *, copies: int = 1, delay: float = 0.0, is_holding: bool = False, twins: int = 0) -> None:
        """For the events to come: `copies` of each delivery, `delay` in seconds, held until released, and for the next `twins`
        changes a second event of the same content under another id.
        """
        with self._lock:
            self.copies, self.delay, self.is_holding, self._twins = copies, delay, is_holding, twins

    def drop(self, *, count: int = 0, ratio: float = 0.0, seed: int = 0, are_seen: bool = False) -> None:
        """Lose the next `count` deliveries, or each with the chance `ratio`. `are_seen`: Stripe knows that they did not arrive."""
        with self._lock:
            self._drops, self._drop_ratio, self._drops_are_seen = count, ratio, are_seen
            self._chance = random.Random(seed)

    def falsify(self, kind: str, *, count: int) -> None:
        """The next `count` deliveries are wrong in this way; a repeated delivery is right again."""
        if kind not in FALSIFICATIONS:
            raise ValueError(f"kind is one of {', '.join(FALSIFICATIONS)}")
        with self._lock:
            self._falsified += [kind] * count

    def due_at(self, now: float) -> float:
        """When a delivery that is owed now may leave."""
        return HELD_UNTIL if self.is_holding else now + self.delay

    def takes_twin(self) -> bool:
        """Whether this change is told by two events."""
        with self._lock:
            if self._twins <= 0:
                return False
            self._twins -= 1
            return True

    def is_dropped(self) -> bool:
        with self._lock:
            if self._drops > 0:
                self._drops -= 1
                return True
            return self._drop_ratio > 0 and self._chance.random() < self._drop_ratio

    @property
    def drops_are_seen(self) -> bool:
        return self._drops_are_seen

    def sealed(self, letter: Letter) -> Letter:
        """The letter as it is to be sent, falsified when a test asked for it."""
        with self._lock:
            kind = self._falsified.pop(0) if self._falsified else None
        return _FALSIFY[kind](letter) if kind else letter
