"""Everything the sandbox remembers, in one SQLite file: Stripe's objects, idempotency keys, deliveries.

One connection and one lock: a request is one transaction, and transactions run one after another. What is slow (waiting, sending
webhooks) happens outside of them.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Json = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    object TEXT NOT NULL,
    data TEXT NOT NULL,
    hidden TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (object, seq);
CREATE INDEX IF NOT EXISTS objects_by_intent ON objects (json_extract(data, '$.payment_intent'));
CREATE TABLE IF NOT EXISTS idempotency_keys (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    path TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    request_id TEXT NOT NULL,
    saved_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS due (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    task TEXT NOT NULL,
    object_id TEXT NOT NULL,
    test_clock TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS due_at ON due (at);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL,
    endpoint_id TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'given_up')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS deliveries_by_event ON deliveries (event_id);
CREATE INDEX IF NOT EXISTS deliveries_pending ON deliveries (state, next_at);
CREATE TABLE IF NOT EXISTS attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery_id INTEGER NOT NULL REFERENCES deliveries (id),
    at REAL NOT NULL,
    status INTEGER,
    outcome TEXT NOT NULL,
    seconds REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS attempts_by_delivery ON attempts (delivery_id);
CREATE TABLE IF NOT EXISTS clock (ahead REAL NOT NULL);
"""


class Store:
    """Opens the state file (or `:memory:`) and hands out transactions."""

    def __init__(self, path: str) -> None:
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(_SCHEMA)
        self._bring_up_to_date()

    def _bring_up_to_date(self) -> None:
        """Add what a state file of an earlier version lacks."""
        columns = {row["name"] for row in self._connection.execute("PRAGMA table_info(due)")}
        if "test_clock" not in columns:
            self._connection.execute("ALTER TABLE due ADD COLUMN test_clock TEXT NOT NULL DEFAULT ''")

    @contextmanager
    def transaction(self) -> Iterator["Transaction"]:
        """All or nothing: an exception undoes everything done inside."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield Transaction(self._connection)
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def ahead(self) -> float:
        """Seconds that the clock was moved ahead of the real time."""
        with self.transaction() as tx:
            row = tx.execute("SELECT ahead FROM clock").fetchone()
            return float(row["ahead"]) if row else 0.0

    def remember_ahead(self, seconds: float) -> None:
        with self.transaction() as tx:
            tx.execute("DELETE FROM clock")
            tx.execute("INSERT INTO clock (ahead) VALUES (?)", (seconds,))

    def close(self) -> None:
        with self._lock:
            self._connection.close()


class Transaction:
    """Reads and writes Stripe's objects. `hidden` is what the sandbox knows about an object and its API does not show."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.execute = connection.execute

    def insert(self, item: Json, *, hidden: Json | None = None) -> Json:
        self.execute(
            "INSERT INTO objects (id, object, data, hidden) VALUES (?, ?, ?, ?)",
            (item["id"], item["object"], json.dumps(item), json.dumps(hidden or {})),
        )
        return item

    def save(self, item: Json) -> Json:
        self.execute("UPDATE objects SET data = ? WHERE id = ?", (json.dumps(item), item["id"]))
        return item

    def save_hidden(self, id: str, hidden: Json) -> None:
        self.execute("UPDATE objects SET hidden = ? WHERE id = ?", (json.dumps(hidden), id))

    def delete(self, id: str) -> None:
        self.execute("DELETE FROM objects WHERE id = ?", (id,))

    def forget_all(self, *, but: str) -> None:
        """Everything, except the objects of one kind."""
        for table in ("idempotency_keys", "due", "attempts", "deliveries"):
            self.execute(f"DELETE FROM {table}")  # noqa: S608 - a table of ours
        self.execute("DELETE FROM objects WHERE object <> ?", (but,))

    def find(self, id: str, kind: str | None = None) -> Json | None:
        row = self.execute("SELECT object, data FROM objects WHERE id = ?", (id,)).fetchone()
        if row is None or (kind is not None and row["object"] != kind):
            return None
        return json.loads(row["data"])

    def hidden(self, id: str) -> Json:
        row = self.execute("SELECT hidden FROM objects WHERE id = ?", (id,)).fetchone()
        return json.loads(row["hidden"]) if row else {}

    def sequence(self, id: str) -> int | None:
        row = self.execute("SELECT seq FROM objects WHERE id = ?", (id,)).fetchone()
        return row["seq"] if row else None

    def select(
        self, kind: str, where: str = "1", values: tuple[Any, ...] = (), *, tail: str = "ORDER BY seq DESC"
    ) -> list[Json]:
        """Objects of one kind, newest first. `where` and `tail` are SQL of the caller's own, never a request's text."""
        sql = f"SELECT data FROM objects WHERE object = ? AND ({where}) {tail}"  # noqa: S608 - see the docstring
        return [json.loads(row["data"]) for row in self.execute(sql, (kind, *values))]

    def due_at(self, at: float, task: str, object_id: str, *, test_clock: str = "") -> None:
        self.execute(
            "INSERT INTO due (at, task, object_id, test_clock) VALUES (?, ?, ?, ?)", (at, task, object_id, test_clock)
        )

    def due_once(self, at: float, task: str, object_id: str) -> None:
        """The same, unless it is planned already."""
        planned = self.execute(
            "SELECT 1 FROM due WHERE at = ? AND task = ? AND object_id = ?", (at, task, object_id)
        ).fetchone()
        if planned is None:
            self.due_at(at, task, object_id)
