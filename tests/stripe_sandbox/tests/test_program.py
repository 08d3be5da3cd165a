"""The program: how it starts and refuses to, what survives it, and many hands at once."""

import os
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
import requests
import stripe

from tests.stripe_sandbox import payer
from tests.stripe_sandbox.hosted.passing_time import DAY
from tests.stripe_sandbox.launch import ROOT, SandboxDidNotStart, start_sandbox
from tests.stripe_sandbox.options import LiveKeyRefused, WrongOptions, read_options
from tests.stripe_sandbox.receiver import eventually, listening
from tests.stripe_sandbox.store import Store
from tests.stripe_sandbox.tests.conftest import client_of, order, refusal

LIVE_KEY = "sk_live_" + "x" * 24


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.stripe_sandbox", "--state", ":memory:", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=20, check=False
    )


def test_live_key_in_the_environment_stops_the_start():
    finished = run("--port", "0", STRIPE_SECRET_KEY=LIVE_KEY)
    assert finished.returncode == 2
    assert "STRIPE_SECRET_KEY holds a live Stripe key" in finished.stderr
    assert LIVE_KEY not in finished.stderr
    assert len(finished.stderr.splitlines()) == 1


@pytest.mark.parametrize("key", [LIVE_KEY, "rk_live_x", "pk_live_x"])
def test_live_key_anywhere_in_the_configuration_is_refused(key):
    with pytest.raises(LiveKeyRefused):
        read_options([f"--webhook-secret={key}"], {})
    with pytest.raises(LiveKeyRefused):
        read_options([], {"ANYTHING": key})


def test_options_come_from_the_environment_too():
    options = read_options(["--port", "9190"], {"STRIPE_SANDBOX_PORT": "9191", "STRIPE_SANDBOX_STATE": ":memory:"})
    assert (options.port, options.state, options.has_control) == (9190, ":memory:", False)


@pytest.mark.parametrize("arguments", [["--webhook-url", "http://shop.example/"], ["--retry-schedule", "soon"]])
def test_options_that_make_no_sense_are_refused(arguments):
    with pytest.raises(WrongOptions):
        read_options(arguments, {})


def test_busy_port_is_said_in_one_line():
    with start_sandbox() as sandbox:
        finished = run("--port", sandbox.url.rpartition(":")[2])
    assert finished.returncode == 1
    assert "cannot be used" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_program_that_does_not_start_is_noticed():
    with pytest.raises(SandboxDidNotStart), start_sandbox(environment={"STRIPE_SECRET_KEY": LIVE_KEY}):
        pass


@pytest.mark.parametrize("key", ["", LIVE_KEY, "pk_test_x", "sk_test_", "rubbish"])
def test_only_test_secret_keys_are_let_in(sandbox, key):
    answer = requests.get(f"{sandbox.url}/v1/customers", headers={"Authorization": f"Bearer {key}"}, timeout=10)
    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert LIVE_KEY not in answer.text


def test_basic_authentication_is_let_in(sandbox):
    assert requests.get(f"{sandbox.url}/v1/customers", auth=(sandbox.api_key, ""), timeout=10).status_code == 200


def test_sdk_raises_the_missing_authentication(sandbox):
    client = stripe.StripeClient(LIVE_KEY, base_addresses={"api": sandbox.url})
    assert isinstance(refusal(lambda: client.v1.customers.list()), stripe.AuthenticationError)


def test_another_api_version_is_refused(sandbox):
    client = stripe.StripeClient(sandbox.api_key, base_addresses={"api": sandbox.url}, stripe_version="2024-06-20")
    assert "2024-06-20" in str(refusal(lambda: client.v1.customers.list()))


def test_control_is_off_unless_asked_for():
    with start_sandbox(has_control=False) as sandbox:
        answer = requests.post(f"{sandbox.url}/control/clock", json={"offset": 5}, timeout=10)
    assert answer.status_code == 404


def test_state_survives_a_restart(tmp_path):
    state = tmp_path / "state.sqlite3"
    with start_sandbox(state=state) as sandbox:
        client = client_of(sandbox)
        session = client.v1.checkout.sessions.create(order(), {"idempotency_key": "kept"})
        payer.pay(session.url)
    with start_sandbox(state=state) as sandbox:
        client = client_of(sandbox)
        kept = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["line_items", "payment_intent"]})
        assert (kept.payment_status, kept.payment_intent.status, len(kept.line_items.data)) == ("paid", "succeeded", 2)
        assert client.v1.checkout.sessions.create(order(), {"idempotency_key": "kept"}).id == session.id


def test_killed_sandbox_still_delivers_what_it_owed(tmp_path):
    state = tmp_path / "state.sqlite3"
    with listening() as listener:
        with start_sandbox(state=state, webhook_url=listener.url, retry_schedule=[0.5] * 20) as sandbox:
            listener.answers.extend([503] * 100)
            session = client_of(sandbox).v1.checkout.sessions.create(order())
            payer.pay(session.url)
            eventually(lambda: bool(listener.received))
            sandbox.process.kill()
            sandbox.process.wait()
        listener.answers.clear()
        listener.received.clear()
        with start_sandbox(state=state, webhook_url=listener.url) as sandbox:
            wanted = {"checkout.session.completed", "charge.succeeded", "charge.updated", "payment_intent.succeeded"}
            eventually(lambda: wanted <= set(listener.types(sandbox.webhook_secret)))
            events = client_of(sandbox).v1.events
            eventually(lambda: not events.list({"delivery_success": False}).data)


def test_many_buyers_at_once_are_all_served(sandbox):
    def buy(number: int) -> str:
        client = client_of(sandbox)
        session = client.v1.checkout.sessions.create(order(client_reference_id=f"buyer {number}"))
        assert payer.pay(session.url).status == 303
        return client.v1.checkout.sessions.retrieve(session.id).payment_status

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(buy, range(24))) == ["paid"] * 24


def test_overview_lists_what_happened_and_sends_events_again(client, sandbox, listener, open_session):
    session = open_session(client_reference_id="A7K2-9QXM")
    payer.pay(session.url)
    eventually(lambda: client.v1.events.list({"type": "checkout.session.completed"}).data[0].pending_webhooks == 0)
    event = client.v1.events.list({"type": "checkout.session.completed"}).data[0]
    text = payer.get(f"{sandbox.url}/").text
    for words in ("A7K2-9QXM", session.payment_intent or "pi_", "checkout.session.completed", "1 of 1", listener.url):
        assert words in text
    assert "delivered" in payer.get(f"{sandbox.url}/events/{event.id}").text
    listener.received.clear()
    requests.post(f"{sandbox.url}/events/{event.id}/redeliver", timeout=10)
    eventually(lambda: event.id in [one.id for one in listener.events(sandbox.webhook_secret)])


def test_time_that_was_let_pass_stays_passed_and_the_site_may_keep_its_own(tmp_path):
    state = tmp_path / "state.sqlite3"
    with start_sandbox(state=state) as sandbox:
        assert payer.post(f"{sandbox.url}/time", {"days": "32"}).status == 303
    with start_sandbox(state=state) as sandbox:
        client = client_of(sandbox)
        in_an_hour = int(time.time()) + 3600
        session = client.v1.checkout.sessions.create(order(expires_at=in_an_hour))
        assert session.created > time.time() + 31 * DAY
        assert session.expires_at == in_an_hour + 32 * DAY
        assert payer.pay(session.url).status == 303
        assert payer.post(f"{sandbox.url}/time", {"days": "-32"}).status == 303
        assert client.v1.checkout.sessions.create(order()).created >= session.created


def test_receipt_is_shown_for_a_payment_alone(client, sandbox, open_session):
    session = open_session()
    payer.pay(session.url)
    session = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    assert "Receipt for $28.50" in payer.get(session.payment_intent.latest_charge.receipt_url).text
    assert payer.get(f"{sandbox.url}/receipts/pi_none").status == 404


def test_sandbox_knows_nothing_of_the_site():
    program = "import sys, tests.stripe_sandbox.__main__\nprint([n for n in sys.modules if n.split('.')[0] in ('shop', 'donations', 'django')])"
    finished = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True
    )
    assert finished.stdout.strip() == "[]"


def test_state_file_of_an_earlier_version_is_brought_up_to_date(tmp_path):
    state = tmp_path / "state.sqlite3"
    with closing(sqlite3.connect(state)) as old:
        old.execute("CREATE TABLE due (id INTEGER PRIMARY KEY, at REAL, task TEXT, object_id TEXT)")
    for _ in range(2):
        store = Store(str(state))
        with store.transaction() as tx:
            tx.due_at(1, "renew_subscription", "sub_1", test_clock="clock_1")
        store.close()
