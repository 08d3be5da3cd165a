"""Payments that a cardholder's bank questions, and the card networks' warnings before that."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shop.stripe_payments.models.payments import Payment


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def open(self) -> Self:
        """Those that wait for somebody: for our answer, or for the bank's."""
        return self.filter(closed_at=None)

    def that_hold_money(self) -> Self:
        return self.filter(status__in=Dispute.HOLDING)


class Dispute(models.Model):
    """What Stripe says of a dispute. While it runs, and when it is lost, its money is not counted."""

    class Status(models.TextChoices):
        WARNING_NEEDS_RESPONSE = "warning_needs_response", _("Inquiry: answer needed")
        WARNING_UNDER_REVIEW = "warning_under_review", _("Inquiry: under review")
        WARNING_CLOSED = "warning_closed", _("Inquiry closed")
        NEEDS_RESPONSE = "needs_response", _("Answer needed")
        UNDER_REVIEW = "under_review", _("Under review")
        APPEAL_NEEDS_RESPONSE = "appeal_needs_response", _("Appeal: answer needed")
        APPEAL_UNDER_REVIEW = "appeal_under_review", _("Appeal: under review")
        PREVENTED = "prevented", _("Prevented")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    HOLDING = ("needs_response", "under_review", "appeal_needs_response", "appeal_under_review", "lost")
    ENDED = ("warning_closed", "prevented", "won", "lost")
    WAITING_FOR_US = ("warning_needs_response", "needs_response", "appeal_needs_response")

    stripe_dispute_id = models.CharField(max_length=255, unique=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes")
    status = models.CharField(max_length=24, choices=Status)
    reason = models.CharField(max_length=60, help_text=_("In Stripe's words."))
    amount_minor = models.PositiveBigIntegerField()
    respond_by = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_minor__gt=0), name="dispute_amount_positive")]

    def __str__(self) -> str:
        return f"{self.stripe_dispute_id} {self.status}"

    @property
    def holds_money(self) -> bool:
        return self.status in self.HOLDING

    @property
    def is_waiting_for_us(self) -> bool:
        return self.status in self.WAITING_FOR_US

    def days_left(self, now: datetime) -> int | None:
        """Whole days until the answer must be in; None when nobody waits for one."""
        if not self.is_waiting_for_us or self.respond_by is None:
            return None
        return max(0, (self.respond_by - now).days)


class FraudWarning(models.Model):
    """A card network calls a payment probable fraud: refunded in time, it becomes no dispute."""

    class Resolution(models.TextChoices):
        REFUNDED = "refunded", _("Refunded")
        KEPT = "kept", _("Kept: the payment is genuine")
        DISPUTED = "disputed", _("Disputed meanwhile")

    stripe_warning_id = models.CharField(max_length=255, unique=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="fraud_warnings")
    fraud_type = models.CharField(max_length=60)
    warned_at = models.DateTimeField()
    resolution = models.CharField(max_length=10, choices=Resolution, blank=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(resolution="", resolved_at=None) | (~Q(resolution="") & Q(resolved_at__isnull=False)),
                name="fraud_warning_resolved_has_date",
            )
        ]

    def __str__(self) -> str:
        return f"{self.stripe_warning_id} {self.resolution or 'open'}"
