from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand
from django.db.models import Q

# Group -> app -> permissions. A person may be in several; superusers need none.
GROUPS: dict[str, dict[str, tuple[str, ...]]] = {
    "Inventory": {
        "catalogue": tuple(
            f"{verb}_{model}"
            for model in (
                "product",
                "category",
                "productclass",
                "attributeoptiongroup",
                "productimage",
                "productattribute",
            )
            for verb in ("view", "add", "change", "delete")
        ),
        "partner": ("view_stockrecord", "add_stockrecord", "change_stockrecord"),
        "stock": ("view_stockmovement",),
        "shipping": tuple(
            f"{verb}_{model}" for model in ("weightbased", "weightband") for verb in ("view", "add", "change", "delete")
        ),
    },
    "Orders": {
        "order": ("view_order", "change_order", "view_line", "change_line"),
        "auth": ("view_user",),
        "partner": (
            "view_stockrecord",
            "view_salestaxrate",
            "add_salestaxrate",
            "change_salestaxrate",
        ),
    },
    "Gifts": {
        "donations": (
            "view_gift",
            "view_monthlygift",
            "view_donor",
            "view_receipt",
            "change_receipt",
            "view_program",
            "change_program",
            "change_wording",
        ),
    },
    "Money": {
        "stripe_payments": (
            "view_payment",
            "view_refund",
            "add_refund",
            "view_dispute",
            "view_fraudwarning",
            "change_fraudwarning",
            "view_payout",
            "view_balanceentry",
            "view_stripeevent",
            "change_stripeevent",
            "view_reconciliation",
            "add_reconciliation",
        ),
    },
    "Bookkeeping": {
        "stripe_payments": ("view_payment", "view_payout", "view_balanceentry", "view_reconciliation"),
    },
    "Protection": {"card_testing": ("view_switch", "change_switch")},
    "Awareness": {
        "awareness": (
            *(f"{verb}_{model}" for model in ("topic", "source", "hotline") for verb in ("view", "add", "change")),
            "view_producttopic",
            "change_producttopic",
        ),
    },
}


class Command(BaseCommand):
    help = "Give the groups of staff their permissions. Repeatable; permissions that were added by hand stay."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, by_app in GROUPS.items():
            group, _is_new = Group.objects.get_or_create(name=name)
            wanted = Q()
            for app, codenames in by_app.items():
                wanted |= Q(content_type__app_label=app, codename__in=codenames)
            group.permissions.add(*Permission.objects.filter(wanted))
        self.stdout.write(f"The groups of staff: {', '.join(GROUPS)}.")
