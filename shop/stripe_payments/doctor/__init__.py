"""What `manage.py stripe_doctor` looks at. One check that fails hides no other."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from shop.stripe_payments import client
from shop.stripe_payments.doctor import account, configuration, webhooks, work
from shop.stripe_payments.doctor.findings import Finding, Level, problem, unknown

__all__ = ["CHECKS", "Finding", "Level", "examine"]

logger = logging.getLogger(__name__)

Look = Callable[[datetime], Iterable[Finding]]


@dataclass(frozen=True)
class Check:
    look: Look
    asks_stripe: bool = False


# What is looked at, in this order.
CHECKS: dict[str, Check] = {
    "key": Check(configuration.check_key),
    "webhook secrets": Check(configuration.check_secrets),
    "site address": Check(configuration.check_address),
    "statement descriptor": Check(configuration.check_descriptor),
    "live and test": Check(configuration.check_modes),
    "stripe": Check(account.check_answer, asks_stripe=True),
    "clock": Check(account.check_clock, asks_stripe=True),
    "account": Check(account.check_account, asks_stripe=True),
    "webhook endpoint": Check(webhooks.check_endpoint, asks_stripe=True),
    "signing secret": Check(webhooks.check_signing_secret, asks_stripe=True),
    "webhook address": Check(webhooks.check_door),
    "webhooks": Check(webhooks.check_arrival, asks_stripe=True),
    "monthly product": Check(account.check_product, asks_stripe=True),
    "customer portal": Check(account.check_portal, asks_stripe=True),
    "worker": Check(work.check_worker),
    "events": Check(work.check_events),
    "payments": Check(work.check_unfinished),
    "reconciliation": Check(work.check_reconciliation),
}


def examine(*, now: datetime) -> dict[str, list[Finding]]:
    """The findings of every check. When Stripe does not answer, it is not asked again and again."""
    findings: dict[str, list[Finding]] = {}
    for name, check in CHECKS.items():
        if check.asks_stripe and any(found.is_bad for found in findings.get("stripe", ())):
            findings[name] = [unknown("Not looked at, since Stripe cannot be asked.")]
        else:
            findings[name] = _look(name, check.look, now)
    return findings


def _look(name: str, look: Look, now: datetime) -> list[Finding]:
    try:
        return list(look(now))
    except client.StripeDidNotAnswer as error:
        return [unknown(f"Stripe did not answer: {error}", mend="Run stripe_doctor again.")]
    except client.StripeRefused as error:
        return [problem(f"Stripe refused to say: {error}", mend="A restricted key may lack the right to read this.")]
    except Exception as error:
        logger.exception("The check of %s failed", name)
        return [unknown(f"This check failed itself: {type(error).__name__}: {error}", mend="The log tells more.")]
