"""`manage.py load_awareness`: the topics, their sources and the hotlines, from the data files."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shop.awareness.loading import load_awareness


class Command(BaseCommand):
    help = (
        "Loads topics, sources, hotlines and their places on products from shop/awareness/data. Safe to repeat. "
        "What staff have edited in the dashboard is left as it is, unless --overwrite is given."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--overwrite", action="store_true", help="Replace what staff have edited by what the files say."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        done = load_awareness(overwrite=options["overwrite"])
        self.stdout.write(
            f"Awareness: {done['created']} created, {done['updated']} updated, {done['unchanged']} unchanged, "
            f"{done['kept']} left as staff edited them, {done['passages']} passages written"
        )
        if done["kept"]:
            self.stdout.write("To replace what staff edited by what the files say: load_awareness --overwrite")
        if done["products missing"]:
            self.stdout.write(
                f"{done['products missing']} products are not in the catalogue yet. Load it, then run this again."
            )
