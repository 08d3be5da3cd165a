"""Delivers events in threads of its own: signed, retried until a 2xx, remembered across restarts, in no promised order.

Source: https://docs.stripe.com/webhooks. Stripe retries for days; here the waits are seconds and can be set.
"""

import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from tests.stripe_sandbox.resources.events import with_pending
from tests.stripe_sandbox.store import Store, Transaction
from tests.stripe_sandbox.webhooks.outbox import Outbox
from tests.stripe_sandbox.webhooks.post import AT_ONCE, Parcel, Post, Receipt
from tests.stripe_sandbox.work import Clock, Work

logger = logging.getLogger(__name__)
_TICK_SECONDS = 0.5
_PATIENCE_AT_STOP = 1.5
_DUE = "SELECT id, event_id, endpoint_id FROM deliveries WHERE state = 'pending' AND next_at <= ? ORDER BY next_at, id"


class Courier:
    """`chores` runs at every tick, about twice a second. `settled` is notified after each attempt."""

    def __init__(
        self, store: Store, clock: Clock, schedule: Sequence[float], *, outbox: Outbox, chores: Callable[[], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._schedule = schedule
        self._chores = chores
        self._post = Post(outbox)
        self._sending = 0
        self._is_abandoned = False
        self._busy: set[int] = set()
        self._news = threading.Event()
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self.settled = threading.Condition(self._lock)
        self._queue: queue.SimpleQueue[Parcel] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        self._thread.start()
        for number in range(AT_ONCE):
            threading.Thread(target=self._work, name=f"courier-{number}", daemon=True).start()

    def stop(self) -> None:
        """Give what is being sent a moment. The rest waits in the state file, and what was cut off is sent again."""
        self._stopped.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join()
        deadline = time.monotonic() + _PATIENCE_AT_STOP
        while self._sending and time.monotonic() < deadline:
            time.sleep(0.02)
        self._is_abandoned = True

    def wake(self) -> None:
        self._news.set()

    @property
    def is_carrying(self) -> bool:
        """Whether a delivery is on its way. The caller holds `settled`."""
        return bool(self._busy)

    def deliver_now(self, delivery_id: int) -> None:
        """Deliver in the caller's thread, whatever its time is, and come back when that attempt is over."""
        with self._store.transaction() as tx:
            row = tx.execute(
                "SELECT id, event_id, endpoint_id FROM deliveries WHERE id = ? AND state = 'pending'", (delivery_id,)
            ).fetchone()
            parcel = self._parcel(tx, row) if row else None
        if parcel:
            self._deliver(parcel)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._news.wait(_TICK_SECONDS)
            self._news.clear()
            try:
                self._chores()
                with self._store.transaction() as tx:
                    rows = tx.execute(_DUE, (self._clock.now(),)).fetchall()
                    parcels = [parcel for row in rows if (parcel := self._parcel(tx, row))]
                for parcel in parcels:
                    self._queue.put(parcel)
            except Exception:
                logger.exception("The courier stumbled and goes on")

    def _parcel(self, tx: Transaction, row: Any) -> Parcel | None:
        """The delivery, taken: nothing if it is on its way already, or if its endpoint is gone or disabled."""
        endpoint, event = tx.find(row["endpoint_id"]), tx.find(row["event_id"])
        if endpoint is None or event is None:
            tx.execute("UPDATE deliveries SET state = 'given_up' WHERE id = ?", (row["id"],))
            return None
        if endpoint["status"] != "enabled" or not self._take(row["id"]):
            return None
        work = Work(tx, int(self._clock.now()), origin="")
        payload = json.dumps(with_pending(work, event), indent=2).encode()
        return Parcel(row["id"], event["id"], endpoint["url"], tx.hidden(endpoint["id"])["secret"], payload)

    def _take(self, delivery_id: int) -> bool:
        with self._lock:
            if delivery_id in self._busy:
                return False
            self._busy.add(delivery_id)
            return True

    def _work(self) -> None:
        while True:
            parcel = self._queue.get()
            if self._stopped.is_set():
                return
            with self._lock:
                self._sending += 1
            self._deliver(parcel)
            with self._lock:
                self._sending -= 1

    def _deliver(self, parcel: Parcel) -> None:
        try:
            started = time.monotonic()
            receipt = self._post.carry(parcel)
            self._record(parcel, receipt, time.monotonic() - started)
        except Exception:
            logger.exception("Delivering %s failed inside the sandbox", parcel.event_id)
        finally:
            with self.settled:
                self._busy.discard(parcel.delivery_id)
                self.settled.notify_all()

    def _record(self, parcel: Parcel, receipt: Receipt, seconds: float) -> None:
        if self._is_abandoned:
            return
        with self._store.transaction() as tx:
            tx.execute(
                "INSERT INTO attempts (delivery_id, at, status, outcome, seconds) VALUES (?, ?, ?, ?, ?)",
                (parcel.delivery_id, self._clock.now(), receipt.status, receipt.outcome, seconds),
            )
            row = tx.execute("SELECT attempts FROM deliveries WHERE id = ?", (parcel.delivery_id,)).fetchone()
            attempts = row["attempts"] + 1
            state, next_at = self._next(receipt, attempts)
            tx.execute(
                "UPDATE deliveries SET attempts = ?, state = ?, next_at = ? WHERE id = ?",
                (attempts, state, next_at, parcel.delivery_id),
            )
        if not receipt.is_delivered:
            told = (parcel.event_id, parcel.url, receipt.status, receipt.outcome, attempts)
            logger.warning("Webhook %s to %s: %s %s (attempt %s)", *told)

    def _next(self, receipt: Receipt, attempts: int) -> tuple[str, float]:
        now = self._clock.now()
        if receipt.is_delivered:
            return "delivered", now
        if receipt.is_hopeless or attempts > len(self._schedule):
            return "given_up", now
        return "pending", now + self._schedule[attempts - 1]
