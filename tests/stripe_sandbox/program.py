"""The running sandbox: its state, clock and faults, and the units of work that happen in it."""

from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.wrappers import Request

from tests.stripe_sandbox.faults import Faults
from tests.stripe_sandbox.idempotency import KeysInFlight
from tests.stripe_sandbox.options import Options
from tests.stripe_sandbox.resources import charges, refunds, sessions, webhook_endpoints
from tests.stripe_sandbox.store import Store
from tests.stripe_sandbox.webhooks.courier import Courier
from tests.stripe_sandbox.work import Clock, Work

_TASKS = {
    "expire_session": sessions.expire_overdue,
    "settle_charge": charges.settle,
    "refund_succeeds_later": refunds.succeed_later,
    "refund_fails_later": refunds.fail_later,
}


class Program:
    """One instance a process."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.clock = Clock()
        self.store = Store(options.state)
        self.faults = Faults()
        self.in_flight = KeysInFlight()
        self.courier = Courier(self.store, self.clock, options.retry_schedule, chores=self.do_chores)
        with self.work(origin="") as work:
            webhook_endpoints.register_from_command_line(work, url=options.webhook_url, secret=options.webhook_secret)

    def origin(self, request: Request) -> str:
        """Where the hosted page lives: told by --public-url, or else where the request came in."""
        return self.options.public_url or request.host_url.rstrip("/")

    @contextmanager
    def work(self, *, origin: str, request_id: str | None = None, key: str | None = None) -> Iterator[Work]:
        """A transaction in which everything that fell due has happened already."""
        with self.store.transaction() as tx:
            work = Work(tx, int(self.clock.now()), origin, request_id, key, self.options.settle_after)
            self._catch_up(work)
            yield work
        if work.has_news:
            self.courier.wake()

    def do_chores(self) -> None:
        """Let sessions expire and charges settle when nobody asks."""
        with self.work(origin=self.options.public_url):
            pass

    def _catch_up(self, work: Work) -> None:
        """Do what fell due. It has no request as its cause."""
        cause = work.request_id, work.idempotency_key
        work.request_id = work.idempotency_key = None
        due = work.tx.execute("SELECT id, task, object_id FROM due WHERE at <= ?", (self.clock.now(),)).fetchall()
        for row in due:
            _TASKS[row["task"]](work, row["object_id"])
            work.tx.execute("DELETE FROM due WHERE id = ?", (row["id"],))
        work.request_id, work.idempotency_key = cause
