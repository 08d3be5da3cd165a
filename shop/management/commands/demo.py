"""`make demo`: the whole site on this machine, with stand-ins for Stripe and for the mail server."""

import io
import os
import secrets
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, call_command
from django.core.management.base import CommandParser
from django.test.utils import override_settings

from shop import embedded_postgres
from shop.demo_processes import MOST_RESTARTS, Processes, is_free, stack

SMALLEST_FREE_SPACE = 300_000_000
STAFF_EMAIL = "sam@example.org"


class Command(BaseCommand):
    help = "Run web, worker, the Stripe sandbox and a mailbox together, until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument(
            "--most-restarts",
            type=int,
            default=MOST_RESTARTS,
            help="of one program that keeps ending, before giving up",
        )
        parser.add_argument("--reset", action="store_true", help="forget all data and stop; the next run starts over")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo does not run with PRODUCTION=1.")
        if options["reset"]:
            self._reset()
            return
        port = options["port"]
        self._refuse_what_cannot_work(port)
        # Also where it was started in the background of a script, which makes programs deaf to Ctrl-C.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        signal.signal(signal.SIGHUP, signal.default_int_handler)
        processes = Processes(self.stdout, most_restarts=options["most_restarts"])
        try:
            self._prepare()
            password = self._staff_password()
            processes.start(stack(port=port, var_dir=settings.VAR_DIR, database_url=settings.DATABASE_URL))
            processes.wait_until_ready(f"http://127.0.0.1:{port}/readyz")
            processes.wait_until_ready(f"http://127.0.0.1:{port + 1}/healthz")
            self._prepare_stripe(processes.processes[0].environment)
            self._say_where(port, password)
            processes.watch()
        except KeyboardInterrupt:
            self.stdout.write("\nStopping.")
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            processes.stop()
            embedded_postgres.stop(settings.VAR_DIR)

    def _reset(self) -> None:
        embedded_postgres.delete(settings.VAR_DIR)
        shutil.rmtree(settings.VAR_DIR, ignore_errors=True)
        self.stdout.write("All demo data is gone. `make demo` starts over.")

    def _refuse_what_cannot_work(self, port: int) -> None:
        for number in range(port, port + 4):
            if not is_free(number):
                raise CommandError(f"Port {number} is in use. Choose another place, for example: PORT=9000 make demo")
        if shutil.disk_usage(settings.VAR_DIR).free < SMALLEST_FREE_SPACE:
            raise CommandError(f"There is less than 300 MB of free disk space in {settings.VAR_DIR}.")

    def _prepare(self) -> None:
        self.stdout.write("Preparing the database and the catalogue")
        collecting = _start_collecting_static_files()
        call_command("migrate", verbosity=0)
        for command in ("load_staff_groups", "load_programs", "load_catalogue", "load_awareness"):
            call_command(command, verbosity=0, stdout=io.StringIO())
        if collecting is not None:
            if collecting.wait() != 0:
                raise CommandError("The static files could not be collected; see above.")
            _stamp().write_text(_state_of_static_files())

    def _prepare_stripe(self, environment: dict[str, str]) -> None:
        """The product and the portal of monthly gifts. The sandbox was started with its webhook endpoint."""
        names = ("STRIPE_SECRET_KEY", "STRIPE_API_BASE", "SITE_URL")
        with override_settings(**{name: environment[name] for name in names}):
            call_command("stripe_setup", "--without-webhook", stdout=io.StringIO())

    def _staff_password(self) -> str:
        """A new password for the demo's one member of staff, at every start."""
        password = secrets.token_urlsafe(9)
        user, _ = get_user_model().objects.get_or_create(
            username="sam", defaults={"email": STAFF_EMAIL, "first_name": "Sam", "last_name": "Staff"}
        )
        user.is_staff = user.is_superuser = True
        user.set_password(password)
        user.save(update_fields=["is_staff", "is_superuser", "password"])
        return password

    def _say_where(self, port: int, password: str) -> None:
        site = f"http://localhost:{port}"
        self.stdout.write(
            f"\n  Site             {site}/"
            f"\n  Staff dashboard  {site}/dashboard/   {STAFF_EMAIL} / {password}"
            f"\n  Mailbox          http://localhost:{port + 2}/"
            f"\n  Stripe sandbox   http://localhost:{port + 1}/   (no real money moves)"
            "\n\n  To pay, use card 4242 4242 4242 4242, any date to come, any CVC. Ctrl-C stops everything.\n"
        )
        self.stdout.write(f"Ready: {site}/")
        self.stdout.flush()


def _start_collecting_static_files() -> "subprocess.Popen[bytes] | None":
    """Beside the rest, and only when one of them changed: compressing them takes a while."""
    if _stamp().exists() and _stamp().read_text() == _state_of_static_files():
        return None
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--clear", "--verbosity", "0"]
    environment = {**os.environ, "DATABASE_URL": settings.DATABASE_URL}
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)  # noqa: S603 -- our own program


def _stamp() -> Path:
    return settings.VAR_DIR / "static-files"


def _state_of_static_files() -> str:
    files = [settings.BASE_DIR / "requirements.lock", *sorted(settings.STATICFILES_DIRS[0].rglob("*"))]
    return "\n".join(f"{file} {file.stat().st_mtime_ns}" for file in files)
