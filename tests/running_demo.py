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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from shop import embedded_postgres
from shop.demo_processes import WEBHOOK_SECRET, is_free
from tests.django_shell import DjangoShell, django_shell
from tests.guarded_form import ROOMY
from tests.stripe_sandbox.launch import Sandbox
from tests.waiting import wait_for

ROOT = Path(__file__).resolve().parents[1]
PORTS_NEEDED = 4
READY_SECONDS = 240
STOP_SECONDS = 30
_KEPT_STATIC_FILES = ROOT / "var" / "static-for-tests"
_STAMP = "static-files"
# Tests kill programs more often than a machine does.
_MOST_RESTARTS = 10_000
_LAST_WORDS = 3000
# Below the ports that the system gives to outgoing connections.
_PORTS = range(20_000, 32_000, PORTS_NEEDED)
_OF_THIS_SITE = re.compile(
    r"(DATABASE|SITE|EMAIL|LEAVE_SITE)_URL|PRODUCTION|DEBUG|PORT|VAR_DIR|MEDIA_ROOT|SECRET_KEY|ALLOWED_HOSTS|"
    r"PAGE_CACHE_SECONDS|BEHIND_TLS_PROXY|(STRIPE|ORGANIZATION|GIVING|CARD_TESTING)_.*"
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
    shell: DjangoShell
    changes: dict[str, str] = field(default_factory=dict)

    @property
    def site(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def sandbox(self) -> str:
        return f"http://localhost:{self.port + 1}"

    @property
    def stripe(self) -> Sandbox:
        """The sandbox's control API, when the demo was started with STRIPE_SANDBOX_CONTROL=1."""
        return Sandbox(self.sandbox, "sk_test_demo", WEBHOOK_SECRET, self.process)

    @property
    def mailbox(self) -> str:
        return f"http://localhost:{self.port + 2}"

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs to work on the demo's data."""
        return _environment(self.var_dir, self.port, self.changes)

    def letters_to(self, address: str) -> list[dict[str, Any]]:
        """The mails that have arrived, newest first."""
        return json.loads(self.fetch(f"{self.mailbox}/messages.json?{urlencode({'to': address})}"))

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

    def last_words(self) -> str:
        """The end of what each of its programs logged."""
        logs = sorted((self.var_dir / "logs").glob("*.log"))
        return "\n".join(f"{log.name}: ...{log.read_text(errors='replace')[-_LAST_WORDS:]}" for log in logs)

    def is_ready(self) -> bool:
        try:
            return bool(json.loads(self.fetch(f"{self.site}/readyz"))["ready"])
        except OSError:
            return False

    def run(self, code: str) -> str:
        """Run Python code in the demo's Django, and return what it printed."""
        return self.shell.run(code)

    def pids_of(self, *words: str) -> list[int]:
        """The processes of this demo with all of these words on their command line."""
        return [pid for pid in pids_with(self.var_dir) if set(words) <= set(_command_line(pid))]


@contextmanager
def start_demo(folder: Path, **changes: str) -> Iterator[Demo]:
    """Run the demo until the block ends, stop it by Ctrl-C, and see that nothing of it is left, its data neither.

    `changes` are settings in the environment.
    """
    port = next(port for port in random.sample(_PORTS, 200) if all(is_free(port + n) for n in range(PORTS_NEEDED)))
    var_dir, output = folder / "var", folder / "output"
    _bring_static_files(var_dir)
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--most-restarts", str(_MOST_RESTARTS)],
            cwd=ROOT,
            env=_environment(var_dir, port, changes),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        email, password = _wait_until_ready(process, output)
        _keep_static_files(var_dir)
        with django_shell(_environment(var_dir, port, changes)) as shell:
            yield Demo(port, var_dir, process, output, email, password, shell, changes)
    finally:
        _stop(process, var_dir)
        _forget(var_dir, port)


def pids_with(var_dir: Path) -> list[int]:
    """Processes that were started with this `var` folder, and those of its database."""
    database = embedded_postgres.data_directory(var_dir)
    mark = f"VAR_DIR={var_dir}\0".encode()
    return [pid for pid in _all_pids() if mark in _read(pid, "environ") + b"\0" or _works_in(pid, database)]


def _bring_static_files(var_dir: Path) -> None:
    """From an earlier demo, since compressing them takes longer than all the rest; the demo looks whether they are current."""
    if _KEPT_STATIC_FILES.exists():
        shutil.copytree(_KEPT_STATIC_FILES, var_dir, dirs_exist_ok=True)


def _keep_static_files(var_dir: Path) -> None:
    stamp = _KEPT_STATIC_FILES / _STAMP
    if stamp.exists() and stamp.read_text() == (var_dir / _STAMP).read_text():
        return
    new = _KEPT_STATIC_FILES.with_name(f"{_KEPT_STATIC_FILES.name}-{os.getpid()}")
    shutil.copytree(var_dir / "static", new / "static")
    shutil.copy(var_dir / _STAMP, new / _STAMP)
    shutil.rmtree(_KEPT_STATIC_FILES, ignore_errors=True)
    try:
        new.rename(_KEPT_STATIC_FILES)
    except OSError:  # another run of tests was a moment earlier
        shutil.rmtree(new, ignore_errors=True)


def _environment(var_dir: Path, port: int, changes: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not _OF_THIS_SITE.fullmatch(name)}
    roomy = {name: str(value) for name, value in ROOMY.items()}
    return {**inherited, **roomy, "VAR_DIR": str(var_dir), "PORT": str(port), "PYTHONUNBUFFERED": "1", **changes}


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
