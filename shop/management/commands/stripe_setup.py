"""Prepares an account at Stripe for this site."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser

from shop.stripe_payments import client, setup


class Command(BaseCommand):
    help = (
        "Make at Stripe what this site needs, or put it right: the webhook endpoint, the product of monthly gifts and the "
        "customer portal. Safe to repeat."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="show what would be done, and do nothing")
        parser.add_argument("--yes", action="store_true", help="go ahead with a live key")
        parser.add_argument("--without-webhook", action="store_true", help="leave webhook endpoints alone")

    def handle(self, *args: Any, **options: Any) -> None:
        parts = {
            name: plan
            for name, plan in setup.PARTS.items()
            if name != "webhook endpoint" or not options["without_webhook"]
        }
        try:
            setup.refuse_what_does_not_fit(with_webhook=not options["without_webhook"])
            if client.is_live() and not options["yes"] and not options["dry_run"]:
                raise CommandError(
                    "STRIPE_SECRET_KEY is a live key: add --yes, or --dry-run to see what would be done."
                )
            for name, plan in parts.items():
                self._bring_about(name, plan(), is_dry=options["dry_run"])
        except (setup.UnableToSetUp, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from error
        except client.StripeRefused as error:
            raise CommandError(f"Stripe refused: {error} Run stripe_doctor.") from error
        except client.StripeDidNotAnswer as error:
            raise CommandError(
                f"Stripe did not answer: {error} Run stripe_setup again: nothing is made twice."
            ) from error

    def _bring_about(self, name: str, steps: list[setup.Step], *, is_dry: bool) -> None:
        if not steps:
            self.stdout.write(f"The {name} is right.")
        for step in steps:
            self.stdout.write(f"{'Would' if is_dry else 'Now:'} {step.says}.")
            for line in () if is_dry else step.do() or ():
                self.stdout.write(line)
