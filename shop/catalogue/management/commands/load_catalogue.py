from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from shop.catalogue import loading


class Command(BaseCommand):
    help = (
        "Load the goods, their pictures, the opening stock and the shipping charges from shop/catalogue/data. "
        "What was loaded before is left as staff made it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="set texts, prices, pictures and charges back to the data files; stock counts stay",
        )

    def handle(self, *args: Any, overwrite: bool, **options: Any) -> None:
        goods = loading.load_goods(overwrite=overwrite)
        shipping = loading.load_shipping(overwrite=overwrite)
        self.stdout.write("The catalogue is loaded." if goods or shipping else "The catalogue was loaded before.")
