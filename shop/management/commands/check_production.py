"""`check --deploy` as production would run it: with made-up secrets, in a process of its own."""

import os
import secrets
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Run Django's deployment checks on production settings; any warning is an error."

    def handle(self, *args: Any, **options: Any) -> None:
        environment = {
            **os.environ,
            "PRODUCTION": "1",
            "SECRET_KEY": secrets.token_urlsafe(60),
            "ALLOWED_HOSTS": "shop.example.org",
            "SITE_URL": "https://shop.example.org",
            "DATABASE_URL": settings.DATABASE_URL,
            "EMAIL_URL": "smtp://mail.example.org:587",
            "STRIPE_SECRET_KEY": "sk_test_check",
            "STRIPE_WEBHOOK_SECRETS": "whsec_check",
            "ORGANIZATION_LEGAL_NAME": "Check",
            "ORGANIZATION_EIN": "Check",
            "ORGANIZATION_ADDRESS": "Check",
            "ORGANIZATION_CONTACT_EMAIL": "check@example.org",
            "ORGANIZATION_STAFF_EMAIL": "check@example.org",
        }
        command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
        result = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, check=False)  # noqa: S603 -- ours
        if result.returncode:
            raise CommandError("The production settings have a fault.")
