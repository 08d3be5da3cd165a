import tomllib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from donations.models import Program, Wording

SOURCE = Path(__file__).resolve().parents[2] / "data" / "programs.toml"


class Command(BaseCommand):
    help = "Add the programs and texts of donations/data/programs.toml that are missing. What is there stays as it is."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        data = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
        added = 0
        for position, program in enumerate(data["programs"]):
            defaults = {"title": program["title"], "summary": program["summary"], "position": position}
            added += Program.objects.get_or_create(slug=program["slug"], defaults=defaults)[1]
        for key, text in data["wordings"].items():
            added += Wording.objects.get_or_create(key=key, defaults={"text": text.strip()})[1]
        self.stdout.write(f"Programs and texts: {added} added.")
