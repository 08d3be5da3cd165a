"""The servers that are measured: granian with one worker each, so that the other processor is free for the load."""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from shop.demo_processes import REQUESTS_AT_ONCE, is_free
from tests.waiting import wait_for

_OF_THE_CONNECTION = ("connection", "date", "server")


@contextmanager
def granian(application: str, ready_path: str, environment: dict[str, str], *, port: int = 0) -> Iterator[int]:
    """On a free port, or on the one that is told."""
    port = port or next(port for port in range(21_000, 32_000, 7) if is_free(port))
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += [
        "--workers",
        "1",
        "--blocking-threads",
        str(REQUESTS_AT_ONCE),
        "--log-level",
        "warning",
        "--no-ws",
        application,
    ]
    server = subprocess.Popen(
        command, env={**os.environ, **environment}, start_new_session=True, stdout=subprocess.DEVNULL
    )
    try:
        wait_for(lambda: _answers(port, ready_path), what=f"{application} on port {port}", seconds=60)
        yield port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


def _answers(port: int, path: str) -> bool:
    try:
        get(port, path, "gzip")
    except OSError:
        return False
    return True


def get(port: int, path: str, encodings: str) -> tuple[dict[str, str], bytes]:
    request = urllib.request.Request(f"http://localhost:{port}{path}", headers={"Accept-Encoding": encodings})
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 -- our own process
        headers = {name: value for name, value in answer.headers.items() if name.lower() not in _OF_THE_CONNECTION}
        return headers, answer.read()


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
