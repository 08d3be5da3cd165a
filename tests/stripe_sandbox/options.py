"""What the program is told at its start, by arguments or by environment variables of the same name."""

import argparse
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

PREFIX = "STRIPE_SANDBOX_"
DEFAULT_SCHEDULE = "0.5,1,2,4,8,15,30,60,120,300,600,1800"


@dataclass(frozen=True)
class Options:
    """`retry_schedule`: seconds to wait after the first, second, ... failed delivery; after the last, a delivery is given up."""

    host: str = "127.0.0.1"
    port: int = 8001
    state: str = "var/stripe_sandbox.sqlite3"
    public_url: str = ""
    webhook_url: str = ""
    webhook_secret: str = ""
    retry_schedule: tuple[float, ...] = tuple(float(wait) for wait in DEFAULT_SCHEDULE.split(","))
    settle_after: float = 1.0
    has_control: bool = False
    has_bank_debit: bool = False
    debit_days: float = 4.0
    has_daily_payouts: bool = True


class LiveKeyRefused(Exception):
    """A live key lies in the configuration or the environment."""


class WrongOptions(Exception):
    """The options contradict each other or cannot be read."""


def read_options(arguments: list[str], environment: Mapping[str, str]) -> Options:
    refuse_live_keys(arguments, environment)
    given = _parser(environment).parse_args(arguments)
    if given.webhook_url and not given.webhook_secret.startswith("whsec_"):
        raise WrongOptions("--webhook-url needs a --webhook-secret that starts with whsec_")
    try:
        schedule = tuple(float(wait) for wait in given.retry_schedule.split(",") if wait.strip())
    except ValueError as error:
        raise WrongOptions("--retry-schedule is a list of seconds such as 1,5,30") from error
    return Options(
        host=given.host,
        port=given.port,
        state=given.state,
        public_url=given.public_url.rstrip("/"),
        webhook_url=given.webhook_url,
        webhook_secret=given.webhook_secret,
        retry_schedule=schedule,
        settle_after=given.settle_after,
        has_control=given.control,
        has_bank_debit=given.bank_debit,
        debit_days=given.debit_days,
        has_daily_payouts=given.payouts == "daily",
    )


def refuse_live_keys(arguments: list[str], environment: Mapping[str, str]) -> None:
    """Raise LiveKeyRefused if any value looks like a live key. The message names where, never the key."""
    for name, value in environment.items():
        if _is_live(value):
            raise LiveKeyRefused(
                f"The environment variable {name} holds a live Stripe key. The sandbox does not start beside one."
            )
    for position, value in enumerate(arguments, start=1):
        if _is_live(value):
            raise LiveKeyRefused(f"Argument {position} holds a live Stripe key. The sandbox does not start with one.")


def _is_live(value: str) -> bool:
    return any(mark in value for mark in ("sk_live_", "rk_live_", "pk_live_"))


def _parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    def default(name: str, otherwise: str) -> str:
        return environment.get(PREFIX + name, otherwise)

    parser = argparse.ArgumentParser(
        prog="python -m tests.stripe_sandbox", description="A stand-in for Stripe. No real money moves."
    )
    parser.add_argument("--host", default=default("HOST", Options.host))
    parser.add_argument("--port", type=int, default=default("PORT", str(Options.port)))
    parser.add_argument("--state", default=default("STATE", Options.state), help="SQLite file, or :memory:")
    parser.add_argument(
        "--public-url", default=default("PUBLIC_URL", ""), help="origin of the hosted page, if not the API's own"
    )
    parser.add_argument("--webhook-url", default=default("WEBHOOK_URL", ""))
    parser.add_argument("--webhook-secret", default=default("WEBHOOK_SECRET", ""))
    parser.add_argument(
        "--retry-schedule", default=default("RETRY_SCHEDULE", DEFAULT_SCHEDULE), help="seconds, comma separated"
    )
    parser.add_argument(
        "--settle-after",
        type=float,
        default=default("SETTLE_AFTER", "1"),
        help="seconds until a charge has its balance transaction",
    )
    parser.add_argument(
        "--control",
        action="store_true",
        default=default("CONTROL", "") == "1",
        help="let tests move the clock and cause faults",
    )
    _add_money(parser, default)
    return parser


def _add_money(parser: argparse.ArgumentParser, default: Callable[[str, str], str]) -> None:
    parser.add_argument(
        "--bank-debit",
        action="store_true",
        default=default("BANK_DEBIT", "") == "1",
        help="let sessions in dollars be paid from a bank account too",
    )
    parser.add_argument(
        "--debit-days",
        type=float,
        default=default("DEBIT_DAYS", str(Options.debit_days)),
        help="days until a bank debit is known to have worked",
    )
    parser.add_argument(
        "--payouts",
        choices=("daily", "manual"),
        default=default("PAYOUTS", "daily"),
        help="whether what is available is paid out each midnight (UTC)",
    )


def from_process(arguments: list[str]) -> Options:
    return read_options(arguments, os.environ)
