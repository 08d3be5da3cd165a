"""Starts the sandbox as a process, for tests: `with start_sandbox() as sandbox: ...`."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
API_KEY = "sk_test_sandbox"
WEBHOOK_SECRET = "whsec_sandbox"
_STARTS_WITHIN = 20
_STOPS_WITHIN = 10


class SandboxDidNotStart(Exception):
    """What the program said instead."""


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox. `url` has no slash at its end."""

    url: str
    api_key: str
    webhook_secret: str
    process: subprocess.Popen[Any]

    def control(self, action: str, **wish: Any) -> dict[str, Any]:
        """Use the control API, for example `control("clock", offset=3600)`. See control.py for the actions."""
        request = urllib.request.Request(  # noqa: S310 - our own process
            f"{self.url}/control/{action}", data=json.dumps(wish).encode(), headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own process
            return json.load(answer)


@contextmanager
def start_sandbox(
    *,
    port: int = 0,
    state: Path | str = ":memory:",
    webhook_url: str = "",
    webhook_secret: str = WEBHOOK_SECRET,
    retry_schedule: Sequence[float] = (0.2, 0.4, 0.8, 1.5, 3, 5, 10),
    settle_after: float = 0.2,
    has_control: bool = True,
    environment: dict[str, str] | None = None,
) -> Iterator[Sandbox]:
    """Run the sandbox until the block ends. Port 0 takes a free one. Raises SandboxDidNotStart with what it said."""
    arguments = [
        sys.executable,
        "-W",
        "error",
        "-m",
        "tests.stripe_sandbox",
        "--port",
        str(port),
        "--state",
        str(state),
    ]
    arguments += ["--retry-schedule", ",".join(map(str, retry_schedule)), "--settle-after", str(settle_after)]
    if webhook_url:
        arguments += ["--webhook-url", webhook_url, "--webhook-secret", webhook_secret]
    if has_control:
        arguments.append("--control")
    process = subprocess.Popen(
        arguments, cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, stderr=None, text=True
    )
    try:
        yield Sandbox(_address(process), API_KEY, webhook_secret, process)
    finally:
        _stop(process)


def _address(process: subprocess.Popen[str]) -> str:
    """The address that the program prints once it can be reached."""
    assert process.stdout is not None
    deadline = time.monotonic() + _STARTS_WITHIN
    line = process.stdout.readline()
    if "http://" not in line or time.monotonic() > deadline:
        raise SandboxDidNotStart(f"exit code {process.poll()}; its own words are on standard error: {line!r}")
    return line.split()[2].rstrip("/")


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(_STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
