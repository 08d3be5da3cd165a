"""The demo's processes: how each is started, watched, restarted and stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

WEBHOOK_SECRET = "whsec_demo"  # noqa: S105 -- the stand-in's, known to everybody
READY_SECONDS = 60
PATIENCE_AT_STOP_SECONDS = 10
# Of each web worker; more wait in line. Each holds a connection to the database, which lets in a hundred.
REQUESTS_AT_ONCE = 20
MOST_RESTARTS = 5
# Whoever tries the demo, often with a program, comes from one address again and again, in a hurry, with declined cards.
LIMITS = {
    "CARD_TESTING_LEAST_SECONDS": "0",
    "CARD_TESTING_ADDRESS_PER_MINUTE": "60",
    "CARD_TESTING_ADDRESS_PER_HOUR": "600",
    "CARD_TESTING_EMAIL_PER_HOUR": "60",
    "CARD_TESTING_EMAIL_PER_DAY": "600",
    "CARD_TESTING_ALARM_DECLINES": "9",
}
# A program that lived this long starts with a clean slate.
STEADY_SECONDS = 60


@dataclass
class Process:
    """One program of the demo."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    running: subprocess.Popen[bytes] | None = None
    restarts: int = 0
    started_at: float = 0


def is_free(port: int) -> bool:
    """Whether a program may listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def stack(*, port: int, var_dir: Path, database_url: str, web_workers: int = 2) -> list[Process]:
    """Web on `port`, the Stripe sandbox, the mailbox and its SMTP on the three ports behind it, and the worker."""
    sandbox, mailbox, smtp = port + 1, port + 2, port + 3
    site = f"http://localhost:{port}"
    environment = {
        **LIMITS,
        **os.environ,
        "PORT": str(port),
        "VAR_DIR": str(var_dir),
        "DATABASE_URL": database_url,
        "SITE_URL": site,
        "STRIPE_SECRET_KEY": "sk_test_demo",
        "STRIPE_API_BASE": f"http://127.0.0.1:{sandbox}",
        "STRIPE_CHECKOUT_ORIGINS": f"http://localhost:{sandbox},http://127.0.0.1:{sandbox}",
        "STRIPE_WEBHOOK_SECRETS": WEBHOOK_SECRET,
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp}",
    }
    python = sys.executable
    commands = {
        "mailbox": [
            python, "-m", "tests.mailbox", "--port", str(mailbox), "--smtp-port", str(smtp),
            "--folder", str(var_dir / "mailbox"),
        ],
        "sandbox": [
            python, "-m", "tests.stripe_sandbox", "--port", str(sandbox), "--state", str(var_dir / "stripe.sqlite3"),
            "--public-url", f"http://localhost:{sandbox}",
            "--webhook-url", f"http://127.0.0.1:{port}/stripe/webhook/", "--webhook-secret", WEBHOOK_SECRET,
        ],
        "worker": [python, "manage.py", "procrastinate", "worker", "--concurrency", "2"],
        "web": [
            python, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
            "--workers", str(web_workers), "--blocking-threads", str(REQUESTS_AT_ONCE), "--log-level", "warning", "--no-ws", "shop.wsgi:application",
        ],
    }  # fmt: skip
    logs = var_dir / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    return [Process(name, command, environment, logs / f"{name}.log") for name, command in commands.items()]


@dataclass
class Processes:
    """Starts them, keeps them running, stops every one of them with what it started itself."""

    output: Any
    processes: list[Process] = field(default_factory=list)
    most_restarts: int = MOST_RESTARTS

    def start(self, processes: list[Process]) -> None:
        self.processes = processes
        for process in processes:
            _start(process)

    def wait_until_ready(self, address: str) -> None:
        """Raises `RuntimeError` with the reason when the site is not ready in time."""
        answer = "no answer"
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            self._restart_the_dead()
            try:
                with urllib.request.urlopen(address, timeout=2) as response:  # noqa: S310 -- our own address
                    if response.status == 200:
                        return
            except urllib.error.HTTPError as error:
                answer = error.read().decode()
            except OSError as error:
                answer = str(error)
            time.sleep(0.1)
        raise RuntimeError(f"The site did not get ready: {answer}. The logs lie in {self.processes[0].log.parent}.")

    def watch(self) -> None:
        """Until interrupted: a program that ends is started again, with a word about it."""
        while True:
            time.sleep(0.25)
            self._restart_the_dead()

    def stop(self) -> None:
        """All at once; the last reached for come first, so that nothing is taken in that cannot be finished."""
        for process in reversed(self.processes):
            _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE_AT_STOP_SECONDS
        for process in self.processes:
            if process.running is not None:
                try:
                    process.running.wait(max(0.1, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    pass
            _signal(process, signal.SIGKILL)

    def _restart_the_dead(self) -> None:
        for process in self.processes:
            if process.running is None or process.running.poll() is None:
                continue
            if time.monotonic() - process.started_at > STEADY_SECONDS:
                process.restarts = 0
            if process.restarts >= self.most_restarts:
                raise RuntimeError(f"{process.name} keeps ending. Its log: {process.log}")
            process.restarts += 1
            self.output.write(f"{process.name} ended; starting it again (log: {process.log})")
            _signal(process, signal.SIGKILL)
            _start(process)


def _start(process: Process) -> None:
    process.started_at = time.monotonic()
    with process.log.open("ab") as log:
        process.running = subprocess.Popen(  # noqa: S603 -- our own programs
            process.command,
            env=process.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _signal(process: Process, number: signal.Signals) -> None:
    """To the program and to whatever it started: each leads a process group of its own."""
    if process.running is not None:
        try:
            os.killpg(process.running.pid, number)
        except ProcessLookupError:
            pass
