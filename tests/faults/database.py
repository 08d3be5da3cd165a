"""Asks the database of a running demo, and holds its rows so that a program stands still at a chosen step."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from shop import embedded_postgres
from tests.running_demo import Demo
from tests.waiting import wait_for

_IS_SOMEBODY_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


class Database:
    """Every question is a transaction and a connection of its own: a test may have restarted the database before."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo

    def ask(self, question: str, *values: Any) -> Any:
        """The first column of the first row; None when there is no row."""
        with connect(self._demo, autocommit=True) as connection:
            row = connection.execute(question, values).fetchone()
        return row[0] if row else None

    def do(self, order: str, *values: Any) -> None:
        with connect(self._demo, autocommit=True) as connection:
            connection.execute(order, values)

    def wait_for(self, question: str, *values: Any, what: str) -> Any:
        return wait_for(lambda: self.ask(question, *values), what=what)

    @contextmanager
    def held(self, order: str, *values: Any) -> Iterator[None]:
        """Hold what `order` locks until the block ends."""
        with connect(self._demo) as connection:
            connection.execute(order, values)
            yield
            connection.rollback()

    def wait_until_somebody_stands_still(self) -> None:
        self.wait_for(_IS_SOMEBODY_WAITING, what="a program that waits for what is held")


def connect(demo: Demo, **options: Any) -> psycopg.Connection:
    lines = (embedded_postgres.data_directory(demo.var_dir) / "postmaster.pid").read_text().splitlines()
    return psycopg.connect(host=lines[4], port=int(lines[3]), user="postgres", dbname="postgres", **options)
