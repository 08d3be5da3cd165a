"""A promise's first month is a payment like any other; its own steps are written down for good."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

APPEND_ONLY = """
CREATE TRIGGER subscription_change_is_append_only BEFORE UPDATE OR DELETE ON stripe_payments_subscriptionchange
    FOR EACH ROW EXECUTE FUNCTION stripe_payments_refuse_rewriting();
"""
NO_LONGER_APPEND_ONLY = "DROP TRIGGER subscription_change_is_append_only ON stripe_payments_subscriptionchange;"


class Migration(migrations.Migration):
    dependencies = [
        ("stripe_payments", "0004_live_and_test_apart"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SubscriptionChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("started", "Started"),
                            ("amount_changed", "Amount changed"),
                            ("paused", "Paused"),
                            ("resumed", "Resumed"),
                            ("payment_failed", "Payment failed"),
                            ("action_required", "The bank wants a confirmation"),
                            ("invoice_stuck", "Stripe could not make the invoice"),
                            ("mended", "Paid after all"),
                            ("card_changed", "Card changed"),
                            ("canceled", "Canceled by the donor"),
                            ("ended", "Ended"),
                        ],
                        max_length=16,
                    ),
                ),
                ("from_status", models.CharField(blank=True, max_length=10)),
                (
                    "to_status",
                    models.CharField(
                        choices=[
                            ("started", "Started"),
                            ("active", "Active"),
                            ("past_due", "Payment failed"),
                            ("paused", "Paused"),
                            ("canceled", "Canceled"),
                            ("expired", "Given up"),
                        ],
                        max_length=10,
                    ),
                ),
                ("amount_minor", models.BigIntegerField(null=True)),
                ("invoice_id", models.CharField(blank=True, max_length=255)),
                ("key", models.CharField(help_text="Names the step, so that it is written down once.", max_length=300)),
                (
                    "cause",
                    models.CharField(help_text="The Stripe event, the page or the job that caused it.", max_length=100),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.RemoveIndex(
            model_name="subscription",
            name="subscription_unfinished",
        ),
        migrations.RemoveField(
            model_name="subscription",
            name="attempt",
        ),
        migrations.RemoveField(
            model_name="subscription",
            name="checkout_session_id",
        ),
        migrations.RemoveField(
            model_name="subscription",
            name="checkout_url",
        ),
        migrations.RemoveField(
            model_name="subscription",
            name="expires_at",
        ),
        migrations.RemoveField(
            model_name="subscription",
            name="stripe_item_id",
        ),
        migrations.AddField(
            model_name="subscription",
            name="asked_to_cancel_at",
            field=models.DateTimeField(help_text="When the donor asked us to end it.", null=True),
        ),
        migrations.AddField(
            model_name="subscription",
            name="stripe_method_id",
            field=models.CharField(blank=True, help_text="Stripe’s id of the card that pays.", max_length=255),
        ),
        migrations.AddField(
            model_name="subscription",
            name="version",
            field=models.PositiveIntegerField(
                default=0,
                help_text="Raised with every change, so that an older answer of Stripe’s is not taken for a newer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ("started", "expired")),
                    models.Q(("started_at__isnull", False), ("stripe_subscription_id__isnull", False)),
                    _connector="OR",
                ),
                name="subscription_running_has_begun",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "canceled"), _negated=True), ("ended_at__isnull", False), _connector="OR"
                ),
                name="subscription_canceled_has_date",
            ),
        ),
        migrations.AddField(
            model_name="subscriptionchange",
            name="made_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="subscriptionchange",
            name="subscription",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="stripe_payments.subscription"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptionchange",
            constraint=models.UniqueConstraint(fields=("subscription", "key"), name="subscription_change_once"),
        ),
        migrations.RunSQL(APPEND_ONLY, NO_LONGER_APPEND_ONLY),
    ]
