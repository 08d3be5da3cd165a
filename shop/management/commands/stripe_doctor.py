"""Says what is wrong between this site and Stripe."""

import json
import sys
from typing import Any

from django.core.management import BaseCommand
from django.core.management.base import CommandParser
from django.utils import timezone

from shop.stripe_payments import client, doctor

_MARKS = {
    doctor.Level.OK: "ok      ",
    doctor.Level.NOTE: "note    ",
    doctor.Level.UNKNOWN: "UNKNOWN ",
    doctor.Level.PROBLEM: "PROBLEM ",
}


class Command(BaseCommand):
    help = "Say in plain words what is wrong between this site and Stripe, and how to mend it. Ends with 1 when anything is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for a program that watches")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        findings = [(name, found) for name, several in doctor.examine(now=now).items() for found in several]
        bad = sum(found.is_bad for _name, found in findings)
        if options["json"]:
            rows = [
                {"check": name, "level": found.level, "says": found.says, "mend": found.mend}
                for name, found in findings
            ]
            report = {"is_well": not bad, "mode": client.mode(), "checked_at": now.isoformat(), "findings": rows}
            self.stdout.write(json.dumps(report, indent=2))
        else:
            for name, found in findings:
                self.stdout.write(f"{_MARKS[found.level]}{name}: {found.says}")
                if found.mend:
                    self.stdout.write(f"        {found.mend}")
            self.stdout.write(f"\n{bad} to mend." if bad else "\nAll is well.")
        if bad:
            sys.exit(1)
