"""What a scenario is: something that happens at Stripe, and what the site must know after it was told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.stripe_sandbox.launch import Sandbox

NOTHING: dict[str, Any] = {
    "payments": [],
    "paid": 0,
    "refunds": [],
    "disputes": [],
    "warnings": 0,
    "payouts": [],
    "orders": [],
    "gifts": [],
    "receipts": 0,
    "promises": [],
    "steps": [],
}


@dataclass(frozen=True)
class Scenario:
    """`happen` makes it so at Stripe, while no webhook arrives; `types` are the events that tell of it.

    A scenario about a payout returns its id: payouts hold the money of all tests, and only this one is looked at.

    `known` is the picture that the site must have after these events alone, `mails` what buyers and donors get.
    """

    name: str
    types: set[str]
    happen: Callable[[Sandbox], str | None]
    known: dict[str, Any]
    mails: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name
