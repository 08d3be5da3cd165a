"""The balance at Stripe as its own books have it, and how it was compared with ours."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shop.stripe_payments.models.payments import Payment


class Payout(models.Model):
    """Money on its way from Stripe to the bank."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        IN_TRANSIT = "in_transit", _("On its way")
        PAID = "paid", _("Paid")
        FAILED = "failed", _("Failed")
        CANCELED = "canceled", _("Canceled")

    stripe_payout_id = models.CharField(max_length=255, unique=True)
    status = models.CharField(max_length=10, choices=Status)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    is_live = models.BooleanField(default=False)
    is_automatic = models.BooleanField(help_text=_("Only of automatic payouts does Stripe say what is inside."))
    is_complete = models.BooleanField(default=False, help_text=_("Everything inside is known here."))
    failure_code = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    arrival_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=("-arrival_at",), name="payout_newest")]

    def __str__(self) -> str:
        return f"{self.stripe_payout_id} {self.status}"


class BalanceEntry(models.Model):
    """One movement of the balance at Stripe, exactly as Stripe has it. Money that leaves is negative."""

    stripe_id = models.CharField(max_length=255, unique=True)
    kind = models.CharField(max_length=60, help_text=_("Stripe's reporting category."))
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    is_live = models.BooleanField(default=False)
    source_id = models.CharField(max_length=255, blank=True, help_text=_("The charge, refund, dispute or payout."))
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="balance_entries")
    payout = models.ForeignKey(Payout, null=True, on_delete=models.PROTECT, related_name="entries")
    created_at = models.DateTimeField()
    available_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=("created_at",), name="balance_entry_by_day"),
            models.Index(fields=("source_id",), name="balance_entry_by_source"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(net_minor=F("amount_minor") - F("fee_minor")), name="balance_entry_adds_up"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.net_minor}"

    @property
    def is_payout(self) -> bool:
        """The movement of a payout itself, or of one that came back."""
        return self.kind.startswith("payout")


class Reconciliation(models.Model):
    """One comparison of Stripe's books with ours, and what it found."""

    is_live = models.BooleanField(default=False)
    since = models.DateTimeField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    movements = models.PositiveIntegerField(default=0, help_text=_("Movements of the balance that were looked at."))
    found_minor = models.BigIntegerField(default=0, help_text=_("How far the two were apart before healing."))
    difference_minor = models.BigIntegerField(default=0, help_text=_("How far they are apart after it."))
    findings = models.JSONField(default=list, help_text=_("Each with `what`, `reference` and whether it `is_healed`."))

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {self.difference_minor}"

    @property
    def is_clean(self) -> bool:
        return self.finished_at is not None and self.difference_minor == 0 and not self.unhealed

    @property
    def unhealed(self) -> list[dict[str, object]]:
        return [finding for finding in self.findings if not finding["is_healed"]]


class Watermark(models.Model):
    """Up to which moment something of Stripe's was read. The name begins with the mode: `live` or `test`."""

    name = models.CharField(max_length=30, primary_key=True)
    moment = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.moment:%Y-%m-%d %H:%M}"
