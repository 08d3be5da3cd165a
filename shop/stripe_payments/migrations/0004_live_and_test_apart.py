"""Says of Stripe's books which mode they are of, as payments and events say it already."""

from typing import Any

from django.db import migrations, models
from django.db.models import Exists, OuterRef


def take_over_from_payments(apps: Any, schema_editor: Any) -> None:
    entry = apps.get_model("stripe_payments", "BalanceEntry")
    payout = apps.get_model("stripe_payments", "Payout")
    entry.objects.filter(payment__is_live=True).update(is_live=True)
    of_live = entry.objects.filter(payout_id=OuterRef("pk"), is_live=True)
    payout.objects.filter(Exists(of_live)).update(is_live=True)
    entry.objects.filter(payout__is_live=True).update(is_live=True)


class Migration(migrations.Migration):
    dependencies = [("stripe_payments", "0003_history_cannot_be_rewritten")]

    operations = [
        migrations.AddField("balanceentry", "is_live", models.BooleanField(default=False)),
        migrations.AddField("payout", "is_live", models.BooleanField(default=False)),
        migrations.AddField("reconciliation", "is_live", models.BooleanField(default=False)),
        migrations.RunPython(take_over_from_payments, migrations.RunPython.noop),
    ]
