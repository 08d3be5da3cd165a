"""Whether Stripe answers us, how its clock runs, and what it says of the account.

Source: docs.stripe.com/api/accounts, docs.stripe.com/api/events.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from shop.stripe_payments.client.connection import api, stripe_errors


@dataclass(frozen=True)
class Greeting:
    """One small question and its answer: how long it took, and how far our clock is ahead of Stripe's."""

    seconds: float
    clock_ahead_seconds: float


@dataclass(frozen=True)
class Account:
    """What Stripe lets the account do."""

    can_charge: bool
    can_pay_out: bool
    statement_prefix: str
    country: str


def greet() -> Greeting:
    """Ask for something that every key may see. The HTTP Date of the answer has whole seconds."""
    asked_at, started = datetime.now(UTC), time.monotonic()
    with stripe_errors():
        answer = api().events.list({"limit": 1})
    seconds = time.monotonic() - started
    said = parsedate_to_datetime(answer.last_response.headers["Date"])
    return Greeting(seconds=seconds, clock_ahead_seconds=(asked_at - said).total_seconds() + seconds / 2)


def retrieve_account() -> Account:
    """The account of our key."""
    with stripe_errors():
        account = api().accounts.retrieve_current()
    card_payments: Any = getattr(getattr(account, "settings", None), "card_payments", None)
    return Account(
        can_charge=bool(getattr(account, "charges_enabled", False)),
        can_pay_out=bool(getattr(account, "payouts_enabled", False)),
        statement_prefix=getattr(card_payments, "statement_descriptor_prefix", None) or "",
        country=getattr(account, "country", None) or "",
    )
