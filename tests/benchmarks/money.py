"""How fast money is taken in: webhooks stored, a backlog of events drained, orders placed and settled.

The site has one worker, as everywhere in this benchmark, and one job worker as the demo has it. Stripe is the sandbox.
"""

import json
import os
import secrets
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.db import connection
from django.test.utils import override_settings
from django.utils import timezone
from oscar.core.loading import get_model

from donations import giving
from donations.models import Program
from shop.demo_processes import is_free
from shop.stripe_payments.client import API_VERSION
from shop.stripe_payments.models import StripeEvent
from shop.stripe_payments.tasks import handle_event
from tests.benchmarks.load import send_all
from tests.benchmarks.servers import granian, say
from tests.buyer import Buyer
from tests.goods import make_tag
from tests.guarded_form import ROOMY
from tests.hosted_page import pay
from tests.stripe_sandbox.launch import Sandbox, start_sandbox
from tests.stripe_sandbox.webhooks.signature import sign

WEBHOOKS, ROUNDS = 400, 3
BACKLOG, PAYMENTS = 10_000, 100
BUYERS, STOCK = 8, 80
SECRET = "whsec_sandbox"
_EVENT_TYPE = "checkout.session.completed"


def measure(folder: Path) -> list[str]:
    """Say the figures; return what must not be, such as goods that were sold twice."""
    port = next(port for port in range(32_000, 36_000, 7) if is_free(port))
    hook = f"http://127.0.0.1:{port}/stripe/webhook/"
    with start_sandbox(state=folder / "stripe.sqlite3", webhook_secret=SECRET, webhook_url=hook) as sandbox:
        environment = {
            **{name: str(value) for name, value in ROOMY.items()},
            "DATABASE_URL": settings.DATABASE_URL,
            "STRIPE_API_BASE": sandbox.url,
            "STRIPE_SECRET_KEY": sandbox.api_key,
            "STRIPE_WEBHOOK_SECRETS": SECRET,
            "STRIPE_CHECKOUT_ORIGINS": sandbox.url,
        }
        with granian("shop.wsgi:application", "/healthz", environment, port=port):
            _webhooks(port, environment)
            faults = _orders(port, sandbox)
        return faults + _backlog(sandbox, environment)


# -- Webhooks
def _webhooks(port: int, environment: dict[str, str]) -> None:
    with granian("tests.benchmarks.bare_insert:application", "/", environment) as bare:
        rounds = [
            (_rate(port, "/stripe/webhook/"), _rate(bare, "/"))
            for _ in range(ROUNDS + 1)  # the first one warms up
        ][1:]
    site, insert = (statistics.median(rates) for rates in zip(*rounds, strict=True))
    say("\nWebhooks accepted a second: verified, stored once, their job deferred (8 connections)")
    say(f"  site {site:,.0f}   bare view that inserts one row {insert:,.0f}   ratio {site / insert:.2f}")


def _rate(port: int, path: str) -> float:
    return send_all(port=port, path=path, letters=[_letter() for _ in range(WEBHOOKS)]).per_second


def _letter() -> tuple[bytes, str]:
    event = {
        "id": f"evt_{secrets.token_hex(12)}",
        "object": "event",
        "api_version": API_VERSION,
        "type": _EVENT_TYPE,
        "livemode": False,
        "data": {"object": {"id": f"cs_test_{secrets.token_hex(12)}", "object": "checkout.session"}},
    }
    body = json.dumps(event).encode()
    return body, sign(body, SECRET, timestamp=int(time.time()))


# -- A backlog
def _backlog(sandbox: Sandbox, environment: dict[str, str]) -> list[str]:
    """Each event is about one of some payments, which is asked of Stripe anew each time."""
    _forget_jobs()
    with _stripe_is(sandbox):
        sessions = [_paid_session(number) for number in range(PAYMENTS)]
    _forget_jobs()
    events = StripeEvent.objects.bulk_create(
        StripeEvent(
            event_id=f"evt_backlog_{number}",
            type=_EVENT_TYPE,
            object_id=sessions[number % PAYMENTS],
            api_version=API_VERSION,
            is_live=False,
        )
        for number in range(BACKLOG)
    )
    handle_event.batch_defer(*({"event_id": event.event_id} for event in events))
    command = [sys.executable, "manage.py", "procrastinate", "worker", "--one-shot", "--concurrency", "2"]
    command += ["--queues", "payments"]
    started = time.perf_counter()
    subprocess.run(
        command, env={**os.environ, **environment}, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    seconds = time.perf_counter() - started
    handled = StripeEvent.objects.filter(event_id__startswith="evt_backlog_", handled_at__isnull=False).count()
    say(f"\nA backlog of {BACKLOG:,} events about {PAYMENTS} payments, each asked of Stripe anew (1 worker, 2 at once)")
    say(f"  drained in {seconds:,.0f} s: {handled / seconds:,.0f} a second")
    return [] if handled == BACKLOG else [f"{BACKLOG - handled} of {BACKLOG} events were not handled"]


def _paid_session(number: int) -> str:
    email = f"donor.{number}@example.com"
    program = Program.objects.order_by("pk").first()
    assert program is not None
    started = giving.start_gift(email=email, name="A. Donor", amount_minor=5000, program=program, now=timezone.now())
    page = giving.ask_stripe(started, item_name="Gift", site_url="http://localhost", cancel_path="/")
    pay(page, email=email)
    started.payment.refresh_from_db()
    return started.payment.checkout_session_id or ""


@contextmanager
def _stripe_is(sandbox: Sandbox) -> Iterator[None]:
    sandbox.control("drop-webhooks", ratio=1)
    with override_settings(STRIPE_API_BASE=sandbox.url, STRIPE_SECRET_KEY=sandbox.api_key):
        yield


def _forget_jobs() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


# -- Orders
def _orders(port: int, sandbox: Sandbox) -> list[str]:
    """Every buyer orders, pays and comes back, again and again, until the goods are sold out."""
    product = make_tag(title="A tag in demand", stock=STOCK)
    site: Any = SimpleNamespace(port=port)
    started = time.perf_counter()
    with ThreadPoolExecutor(BUYERS) as pool:
        bought = sum(pool.map(lambda number: _buy_until_sold_out(site, product.pk, number), range(BUYERS)))
    seconds = time.perf_counter() - started
    paid = get_model("order", "Line").objects.filter(product=product, order__status="Paid").count()
    charged = sum(charge["amount"] > 0 for charge in sandbox.control("ledger")["charges"])
    say(f"\nOrders placed, paid and settled with {BUYERS} buyers at once for {STOCK} pieces")
    say(f"  {bought / seconds:.1f} a second; sold {paid}, charged {charged}, stock {STOCK}")
    return [] if bought == paid == charged == STOCK else [f"sold {paid} and charged {charged} times of {STOCK}"]


def _buy_until_sold_out(site: Any, product: int, number: int) -> int:
    bought = 0
    while True:
        buyer = Buyer(site, f"bob.{number}.{bought}@example.com")
        if buyer.post(f"/basket/add/{product}/", {"quantity": "1"})[0] != 303:
            return bought
        status, page = buyer.check_out()
        if status != 303:
            return bought
        _, back = pay(page, email=buyer.email)
        status, thanks = buyer.get("/" + back.split("/", 3)[3])
        assert "Thank you" in buyer.get(thanks)[1]
        bought += 1
