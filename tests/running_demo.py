"""`manage.py demo` as a process of its own, with a folder and a database of its own: what `make demo` shows is what is tested."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shop import embedded_postgres
from shop.demo_processes import is_free
from tests.waiting import wait_for

ROOT = Path(__file__).resolve().parents[1]
PORTS_NEEDED = 4
READY_SECONDS = 120
STOP_SECONDS = 30
# Below the ports that the system gives to outgoing connections.
_PORTS = range(20_000, 32_000, PORTS_NEEDED)
_OF_THIS_SITE = re.compile(
    r"(DATABASE|SITE|EMAIL|LEAVE_SITE)_URL|PRODUCTION|DEBUG|PORT|VAR_DIR|MEDIA_ROOT|SECRET_KEY|ALLOWED_HOSTS|"
    r"PAGE_CACHE_SECONDS|(STRIPE|ORGANIZATION|GIVING)_.*"
)


@dataclass(frozen=True)
class Demo:
    """The running demo. Addresses have no slash at their end."""

    port: int
    var_dir: Path
    process: subprocess.Popen[bytes]
    output: Path
    staff_email: str
    staff_password: str

    @property
    def site(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def sandbox(self) -> str:
        return f"http://localhost:{self.port + 1}"

    @property
    def mailbox(self) -> str:
        return f"http://localhost:{self.port + 2}"

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs to work on the demo's data."""
        return _environment(self.var_dir, self.port)

    def letters_to(self, address: str) -> list[dict[str, Any]]:
        """The mails that have arrived, newest first."""
        letters = json.loads(self.fetch(f"{self.mailbox}/messages.json"))
        return [letter for letter in letters if letter["to"] == address]

    def letter_to(self, address: str) -> dict[str, Any]:
        """The one mail to the address; waits for it."""
        wait_for(lambda: self.letters_to(address), what=f"a mail to {address}")
        (letter,) = self.letters_to(address)
        return letter

    def attachment(self, letter: dict[str, Any]) -> bytes:
        """The only file that came with the mail."""
        (path,) = letter["attachments"]
        return self.fetch(f"{self.mailbox}{path}")

    def fetch(self, address: str) -> bytes:
        with urllib.request.urlopen(address, timeout=30) as response:  # noqa: S310 -- our own processes
            return response.read()

    def is_ready(self) -> bool:
        try:
            return bool(json.loads(self.fetch(f"{self.site}/readyz"))["ready"])
        except OSError:
            return False

    def run(self, code: str) -> str:
        """Run Python code in the demo's Django, and return what it printed."""
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def pids_of(self, *words: str) -> list[int]:
        """The processes of this demo with all of these words on their command line."""
        return [pid for pid in pids_with(self.var_dir) if set(words) <= set(_command_line(pid))]


@contextmanager
def start_demo(folder: Path) -> Iterator[Demo]:
    """Run the demo until the block ends, stop it by Ctrl-C, and see that nothing of it is left, its data neither."""
    port = next(port for port in random.sample(_PORTS, 200) if all(is_free(port + n) for n in range(PORTS_NEEDED)))
    var_dir, output = folder / "var", folder / "output"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo"],
            cwd=ROOT,
            env=_environment(var_dir, port),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        email, password = _wait_until_ready(process, output)
        yield Demo(port, var_dir, process, output, email, password)
    finally:
        _stop(process, var_dir)
        _forget(var_dir, port)


def pids_with(var_dir: Path) -> list[int]:
    """Processes that were started with this `var` folder, and those of its database."""
    database = embedded_postgres.data_directory(var_dir)
    mark = f"VAR_DIR={var_dir}\0".encode()
    return [pid for pid in _all_pids() if mark in _read(pid, "environ") + b"\0" or _works_in(pid, database)]


def _environment(var_dir: Path, port: int) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not _OF_THIS_SITE.fullmatch(name)}
    return {**inherited, "VAR_DIR": str(var_dir), "PORT": str(port), "PYTHONUNBUFFERED": "1"}


def _wait_until_ready(process: subprocess.Popen[bytes], output: Path) -> tuple[str, str]:
    """(mail address, password) of the staff login that the demo prints."""

    def look() -> str:
        said = output.read_text()
        assert process.poll() is None, f"the demo ended: {said}"
        return said if re.search("^Ready: ", said, re.MULTILINE) else ""

    said = wait_for(look, what="the line 'Ready: '", seconds=READY_SECONDS)
    login = re.search(r"/dashboard/\s+(\S+) / (\S+)", said)
    assert login, said
    return login[1], login[2]


def _stop(process: subprocess.Popen[bytes], var_dir: Path) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
        left = [f"{pid} {' '.join(_command_line(pid))}" for pid in pids_with(var_dir)]
        assert not left, f"Ctrl-C left processes behind: {left}"
    finally:
        for pid in pids_with(var_dir):
            _kill(pid)


def _forget(var_dir: Path, port: int) -> None:
    command = [sys.executable, "manage.py", "demo", "--reset"]
    subprocess.run(command, cwd=ROOT, env=_environment(var_dir, port), capture_output=True, check=True)
    assert not embedded_postgres.data_directory(var_dir).exists()
    shutil.rmtree(var_dir, ignore_errors=True)


def _all_pids() -> list[int]:
    return [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit()]


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:  # it ended, or is somebody else's
        return b""


def _works_in(pid: int, folder: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder
    except OSError:
        return False


def _command_line(pid: int) -> list[str]:
    return _read(pid, "cmdline").decode(errors="replace").split("\0")


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
