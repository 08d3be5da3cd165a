"""Delivers events in a thread of its own: signed, retried until a 2xx, remembered across restarts, in no promised order.

Source: https://docs.stripe.com/webhooks. Stripe retries for days; here the waits are seconds and can be set.
"""

import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import urllib3

from tests.stripe_sandbox.resources.events import with_pending
from tests.stripe_sandbox.store import Store
from tests.stripe_sandbox.webhooks.signature import sign
from tests.stripe_sandbox.work import Clock, Work

logger = logging.getLogger(__name__)
_TICK_SECONDS = 0.5
_AT_ONCE = 4
_PATIENCE_AT_STOP = 1.5
_TIMEOUT = urllib3.Timeout(connect=5, read=20)


@dataclass(frozen=True)
class Parcel:
    """One delivery, ready to be sent."""

    delivery_id: int
    event_id: str
    url: str
    secret: str
    payload: bytes


class Courier:
    """`chores` runs at every tick, about twice a second."""

    def __init__(self, store: Store, clock: Clock, schedule: Sequence[float], *, chores: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._schedule = schedule
        self._chores = chores
        self._drops = 0
        self._sending = 0
        self._is_abandoned = False
        self._busy: set[int] = set()
        self._news = threading.Event()
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._http = urllib3.PoolManager(maxsize=_AT_ONCE)
        self._outbox: queue.SimpleQueue[Parcel] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        self._thread.start()
        for number in range(_AT_ONCE):
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

    def drop_next(self, count: int) -> None:
        """Mark the next deliveries as sent without sending them, as if the network had swallowed them after Stripe's 2xx."""
        with self._lock:
            self._drops = count

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._news.wait(_TICK_SECONDS)
            self._news.clear()
            try:
                self._chores()
                for parcel in self._parcels():
                    self._outbox.put(parcel)
            except Exception:
                logger.exception("The courier stumbled and goes on")

    def _parcels(self) -> list[Parcel]:
        """What is due and not on its way yet."""
        parcels = []
        with self._store.transaction() as tx:
            work = Work(tx, int(self._clock.now()), origin="")
            rows = tx.execute(
                "SELECT id, event_id, endpoint_id FROM deliveries WHERE state = 'pending' AND next_at <= ? ORDER BY next_at, id",
                (self._clock.now(),),
            ).fetchall()
            for row in rows:
                endpoint = tx.find(row["endpoint_id"])
                event = tx.find(row["event_id"])
                if endpoint is None or event is None:
                    tx.execute("UPDATE deliveries SET state = 'given_up' WHERE id = ?", (row["id"],))
                elif endpoint["status"] == "enabled" and self._take(row["id"]):
                    payload = json.dumps(with_pending(work, event), indent=2).encode()
                    secret = tx.hidden(endpoint["id"])["secret"]
                    parcels.append(Parcel(row["id"], event["id"], endpoint["url"], secret, payload))
        return parcels

    def _take(self, delivery_id: int) -> bool:
        with self._lock:
            if delivery_id in self._busy:
                return False
            self._busy.add(delivery_id)
            return True

    def _work(self) -> None:
        while True:
            parcel = self._outbox.get()
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
            status, outcome = self._send(parcel)
            self._record(parcel, status, outcome, time.monotonic() - started)
        except Exception:
            logger.exception("Delivering %s failed inside the sandbox", parcel.event_id)
        finally:
            with self._lock:
                self._busy.discard(parcel.delivery_id)

    def _send(self, parcel: Parcel) -> tuple[int | None, str]:
        with self._lock:
            if self._drops > 0:
                self._drops -= 1
                return 200, "dropped on request of a test"
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": sign(parcel.payload, parcel.secret, timestamp=int(time.time())),
        }
        try:
            answer = self._http.request(
                "POST",
                parcel.url,
                body=parcel.payload,
                headers=headers,
                redirect=False,
                retries=False,
                timeout=_TIMEOUT,
            )
        except urllib3.exceptions.HTTPError as error:
            return None, type(error).__name__
        if 300 <= answer.status < 400:
            return answer.status, "a redirect counts as a failure"
        return answer.status, "delivered" if 200 <= answer.status < 300 else "refused"

    def _record(self, parcel: Parcel, status: int | None, outcome: str, seconds: float) -> None:
        if self._is_abandoned:
            return
        is_delivered = status is not None and 200 <= status < 300
        with self._store.transaction() as tx:
            tx.execute(
                "INSERT INTO attempts (delivery_id, at, status, outcome, seconds) VALUES (?, ?, ?, ?, ?)",
                (parcel.delivery_id, self._clock.now(), status, outcome, seconds),
            )
            row = tx.execute("SELECT attempts FROM deliveries WHERE id = ?", (parcel.delivery_id,)).fetchone()
            attempts = row["attempts"] + 1
            state, next_at = self._next(is_delivered, attempts)
            tx.execute(
                "UPDATE deliveries SET attempts = ?, state = ?, next_at = ? WHERE id = ?",
                (attempts, state, next_at, parcel.delivery_id),
            )
        if not is_delivered:
            logger.warning(
                "Webhook %s to %s: %s %s (attempt %s)", parcel.event_id, parcel.url, status, outcome, attempts
            )

    def _next(self, is_delivered: bool, attempts: int) -> tuple[str, float]:
        now = self._clock.now()
        if is_delivered:
            return "delivered", now
        if attempts > len(self._schedule):
            return "given_up", now
        return "pending", now + self._schedule[attempts - 1]
