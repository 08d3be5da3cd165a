"""Money given back."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shop.stripe_payments.models.payments import PaymentLine
from shop.stripe_payments.models.references import random_reference


class RefundQuerySet(models.QuerySet["Refund"]):
    def that_count(self) -> Self:
        """Refunds that went through, or still may."""
        return self.exclude(status=Refund.Status.FAILED)

    def that_wait(self, *, is_live: bool, since: datetime) -> Self:
        """Asked for here so long ago, in this mode, and not yet known to Stripe."""
        return self.filter(status=Refund.Status.REQUESTED, line__payment__is_live=is_live, created_at__lt=since)


class Refund(models.Model):
    """Money given back for one line of a payment.

    One that was made in Stripe's dashboard names no line: it is spread over the lines, one row for each.
    """

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Requested")  # recorded here, not yet known to Stripe
        PENDING = "pending", _("Pending")
        SUCCEEDED = "succeeded", _("Succeeded")
        FAILED = "failed", _("Failed")

    reference = models.CharField(max_length=22, unique=True, default=random_reference, editable=False)
    line = models.ForeignKey(PaymentLine, on_delete=models.PROTECT, related_name="refunds")
    amount_minor = models.PositiveBigIntegerField()
    status = models.CharField(max_length=16, choices=Status, default=Status.REQUESTED)
    attempt = models.PositiveSmallIntegerField(
        default=1,
        help_text=_("Part of the idempotency key: raised only when Stripe keeps a failure under the old one."),
    )
    reason = models.CharField(max_length=200)
    stripe_refund_id = models.CharField(max_length=255, null=True)  # noqa: DJ001 -- unique for a line, so absent is NULL
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_amount_positive"),
            models.UniqueConstraint(fields=("stripe_refund_id", "line"), name="refund_once_a_line"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.status}"

    @property
    def idempotency_key(self) -> str:
        return f"refund-{self.reference}-{self.attempt}"

    @property
    def is_from_dashboard(self) -> bool:
        """Made in Stripe's dashboard, not here."""
        return self.requested_by_id is None and self.reason == ""
