from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand
from django.db import transaction

GROUP = "Gifts"
PERMISSIONS = (
    "view_gift",
    "view_donor",
    "view_receipt",
    "change_receipt",
    "view_program",
    "change_program",
    "change_wording",
)


class Command(BaseCommand):
    help = f'Make the staff group "{GROUP}", whose members see gifts, send receipts again and edit programs.'

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        group, _created = Group.objects.get_or_create(name=GROUP)
        group.permissions.add(*Permission.objects.filter(content_type__app_label="donations", codename__in=PERMISSIONS))
        self.stdout.write(f'Group "{GROUP}" is ready.')
