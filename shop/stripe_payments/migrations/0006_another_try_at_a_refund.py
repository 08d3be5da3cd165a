"""A refund can leave an idempotency key behind under which Stripe keeps a failure."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stripe_payments", "0005_promises_and_their_history")]

    operations = [
        migrations.AddField(
            model_name="refund",
            name="attempt",
            field=models.PositiveSmallIntegerField(
                default=1,
                help_text="Part of the idempotency key: raised only when Stripe keeps a failure under the old one.",
            ),
        ),
    ]
