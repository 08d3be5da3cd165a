"""The running sandbox: its state, clock and faults, and the units of work that happen in it."""

from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.wrappers import Request

from tests.stripe_sandbox.conditions import Conditions
from tests.stripe_sandbox.due import run_due
from tests.stripe_sandbox.faults import Faults
from tests.stripe_sandbox.idempotency import KeysInFlight
from tests.stripe_sandbox.options import Options
from tests.stripe_sandbox.resources import webhook_endpoints
from tests.stripe_sandbox.store import Store
from tests.stripe_sandbox.tasks import TASKS
from tests.stripe_sandbox.webhooks.courier import Courier
from tests.stripe_sandbox.work import Clock, Work


class Program:
    """One instance a process. `home` is where its pages are reached when no request tells."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.home = options.public_url
        self.store = Store(options.state)
        self.clock = Clock(self.store.ahead())
        self.faults = Faults()
        self.in_flight = KeysInFlight()
        self.conditions = Conditions(options.has_bank_debit, options.debit_days, options.has_daily_payouts)
        self.conditions.lag = int(self.clock.offset)
        self.courier = Courier(
            self.store, self.clock, options.retry_schedule, outbox=self.conditions.outbox, chores=self.do_chores
        )
        with self.work(origin="") as work:
            webhook_endpoints.register_from_command_line(work, url=options.webhook_url, secret=options.webhook_secret)

    def origin(self, request: Request) -> str:
        """Where the hosted page lives: told by --public-url, or else where the request came in."""
        return self.options.public_url or request.host_url.rstrip("/")

    @contextmanager
    def work(self, *, origin: str, request_id: str | None = None, key: str | None = None) -> Iterator[Work]:
        """A transaction in which everything that fell due has happened already."""
        with self.store.transaction() as tx:
            now = self.clock.now()
            work = Work(
                tx, int(now), origin, request_id, key, self.options.settle_after, self.conditions, sandbox_now=now
            )
            self._catch_up(work)
            yield work
        if work.has_news:
            self.courier.wake()

    def let_pass(self, seconds: int) -> None:
        """Let so much time pass here and not at the site, for good; what falls due meanwhile happens."""
        self.conditions.lag += seconds
        self.store.remember_ahead(self.conditions.lag)
        self.move_clock(self.conditions.lag)

    def move_clock(self, ahead: float) -> None:
        """Let it be so many seconds later than it is; what falls due by then happens."""
        self.clock.offset = ahead
        self.do_chores()
        self.courier.wake()

    def do_chores(self) -> None:
        """Let sessions expire and charges settle when nobody asks."""
        with self.work(origin=self.home):
            pass

    def _catch_up(self, work: Work) -> None:
        """Do what fell due, each thing at its own time, whatever came after it. It has no request as its cause."""
        asked = work.request_id, work.idempotency_key
        work.request_id = work.idempotency_key = None
        run_due(work, TASKS, until=work.sandbox_now)
        work.request_id, work.idempotency_key = asked
