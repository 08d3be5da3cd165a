"""Django in a process of its own, that runs one piece of code after another: starting it takes longer than most of them."""

import contextlib
import io
import json
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_PATIENCE_AT_STOP_SECONDS = 10
ROOT = Path(__file__).resolve().parents[1]


@dataclass
class DjangoShell:
    """Starts when it is first used. Safe for several threads."""

    environment: Mapping[str, str]
    _process: subprocess.Popen[str] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, code: str) -> str:
        """What the code printed. Fails with what it raised."""
        with self._lock:
            if self._process is None:
                command = [sys.executable, "-m", "tests.django_shell"]
                self._process = subprocess.Popen(
                    command, cwd=ROOT, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
                )
            asked, answers = self._process.stdin, self._process.stdout
            assert asked is not None
            assert answers is not None
            asked.write(json.dumps(code) + "\n")
            asked.flush()
            answer = answers.readline()
        assert answer, "the shell ended"
        printed, error = json.loads(answer)
        assert not error, error
        return printed.strip()

    def close(self) -> None:
        if self._process is None:
            return
        try:
            self._process.communicate(timeout=_PATIENCE_AT_STOP_SECONDS)
        except subprocess.TimeoutExpired:  # it only asks and tells: nothing is lost
            self._process.kill()
            self._process.communicate()


@contextmanager
def django_shell(environment: Mapping[str, str]) -> Iterator[DjangoShell]:
    shell = DjangoShell(environment)
    try:
        yield shell
    finally:
        shell.close()


def _serve() -> None:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    import django
    from django.db import close_old_connections

    django.setup()
    for line in sys.stdin:
        printed, error = io.StringIO(), ""
        with contextlib.redirect_stdout(printed):
            try:
                close_old_connections()  # the database may have been restarted
                exec(json.loads(line), {"__name__": "__main__"})  # noqa: S102 -- our own tests' code
            except Exception:
                error = traceback.format_exc()
        sys.stdout.write(json.dumps([printed.getvalue(), error]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
