"""Waits for what other processes do: on a condition, never for a length of time."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

_BETWEEN_LOOKS = 0.05


def wait_for(look: Callable[[], Found], *, what: str, seconds: float = 90) -> Found:
    """Call `look` until what it returns is true, and return that. Fails with `what` when the deadline passes."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds:g} seconds"
        time.sleep(_BETWEEN_LOOKS)
    return found
