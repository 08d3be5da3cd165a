"""An account at Stripe of these tests' own, new for each test."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.stripe_sandbox.launch import Sandbox, start_sandbox

SITE = "https://shop.example.org"
WEBHOOK = f"{SITE}/stripe/webhook/"


@dataclass(frozen=True)
class Account:
    """What lies at Stripe, seen and changed from behind: as a person in its dashboard would, or an older site."""

    sandbox: Sandbox
    state: Path

    def all_of(self, kind: str) -> list[dict[str, Any]]:
        """The oldest first."""
        rows = self._sql("SELECT data FROM objects WHERE object = ? ORDER BY seq", kind)
        return [json.loads(row[0]) for row in rows]

    def endpoints(self) -> list[dict[str, Any]]:
        return self.all_of("webhook_endpoint")

    def change(self, id: str, field: str, value: Any) -> None:
        change = "UPDATE objects SET data = json_set(data, '$.' || ?, json(?)) WHERE id = ?"
        self._sql(change, field, json.dumps(value), id)

    def delete(self, id: str) -> None:
        self._sql("DELETE FROM objects WHERE id = ?", id)

    def empty(self) -> None:
        for table in ("attempts", "deliveries", "due", "idempotency_keys", "objects"):
            self._sql(f"DELETE FROM {table}")  # noqa: S608 -- names of our own

    def _sql(self, statement: str, *values: Any) -> list[Any]:
        with closing(sqlite3.connect(self.state, timeout=20, isolation_level=None)) as connection:
            return connection.execute(statement, values).fetchall()


@pytest.fixture(scope="package")
def own_sandbox(tmp_path_factory) -> Iterator[Account]:
    state = tmp_path_factory.mktemp("stripe") / "state.sqlite3"
    with start_sandbox(state=state) as sandbox:
        yield Account(sandbox, state)


@pytest.fixture
def account(own_sandbox, settings) -> Iterator[Account]:
    """An empty account, and a site on its way to go live with it."""
    own_sandbox.empty()
    settings.STRIPE_API_BASE = own_sandbox.sandbox.url
    settings.STRIPE_SECRET_KEY = own_sandbox.sandbox.api_key
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_none"]
    settings.SITE_URL = SITE
    settings.ALLOWED_HOSTS = ["shop.example.org"]
    yield own_sandbox
    own_sandbox.sandbox.control("clear")
    own_sandbox.sandbox.control("clock", offset=0)


@pytest.fixture
def set_up(capsys):
    """Run stripe_setup; what it printed comes back."""

    def set_up(*options: str) -> str:
        capsys.readouterr()
        call_command("stripe_setup", *options)
        return capsys.readouterr().out

    return set_up


def secrets_in(output: str) -> list[str]:
    """What stripe_setup says to set."""
    (line,) = [line for line in output.splitlines() if "STRIPE_WEBHOOK_SECRETS=" in line]
    return line.strip().removeprefix("STRIPE_WEBHOOK_SECRETS=").split(",")
