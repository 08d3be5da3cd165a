"""What this site knows of money: one row for every fact, checked by the database.

Written by `ledger` alone. Amounts are integer minor units. No personal data is kept here: an order or a gift
knows whose it is.
"""

import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


def random_reference() -> str:
    """A public reference of 132 random bits, safe in an address."""
    return secrets.token_urlsafe(17)[:22]


class PaymentQuerySet(models.QuerySet["Payment"]):
    def unfinished(self) -> Self:
        """Payments of which we do not know yet how they end."""
        return self.filter(status__in=(Payment.Status.OPEN, Payment.Status.PROCESSING))


class Payment(models.Model):
    """Money asked for once, through one hosted Checkout Session at a time."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        PROCESSING = "processing", _("Processing")  # a bank debit on its way: neither paid nor failed
        PAID = "paid", _("Paid")
        PARTLY_REFUNDED = "partly_refunded", _("Partly refunded")
        REFUNDED = "refunded", _("Refunded")
        DISPUTED = "disputed", _("Disputed")
        EXPIRED = "expired", _("Expired")
        FAILED = "failed", _("Failed")

    reference = models.CharField(max_length=22, unique=True, default=random_reference, editable=False)
    status = models.CharField(max_length=16, choices=Status, default=Status.OPEN)
    currency = models.CharField(max_length=3)
    amount_minor = models.PositiveBigIntegerField()
    refunded_minor = models.PositiveBigIntegerField(default=0)
    fee_minor = models.BigIntegerField(null=True, help_text=_("Stripe's fee, read from the balance transaction."))
    is_live = models.BooleanField()
    attempt = models.PositiveSmallIntegerField(
        default=1,
        help_text=_("Part of the idempotency key: raised only when Stripe keeps a failure under the old one."),
    )
    checkout_session_id = models.CharField(max_length=255, unique=True, null=True)  # noqa: DJ001 -- unique, so absent is NULL
    checkout_url = models.TextField(blank=True)
    payment_intent_id = models.CharField(max_length=255, unique=True, null=True)  # noqa: DJ001 -- unique, so absent is NULL
    charge_id = models.CharField(max_length=255, unique=True, null=True)  # noqa: DJ001 -- unique, so absent is NULL
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(help_text=_("When the reservation and the hosted page end."))
    paid_at = models.DateTimeField(null=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=("expires_at",), name="payment_unfinished", condition=Q(status__in=("open", "processing"))
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(
                condition=Q(refunded_minor__lte=F("amount_minor")), name="payment_refunded_not_above_paid"
            ),
            models.CheckConstraint(
                condition=Q(paid_at__isnull=False)
                | Q(status__in=("open", "processing", "expired", "failed"), refunded_minor=0),
                name="payment_paid_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.status}"

    @property
    def idempotency_key(self) -> str:
        """For the request that creates the Checkout Session: the same for every try of one attempt."""
        return f"payment-{self.reference}-{self.attempt}"

    @property
    def is_unfinished(self) -> bool:
        return self.status in (self.Status.OPEN, self.Status.PROCESSING)

    @property
    def is_paid(self) -> bool:
        """Money came in, whatever happened to it later."""
        return self.paid_at is not None


class PaymentLine(models.Model):
    """What a part of a payment is for: an order, or a gift."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="lines")
    purpose = models.CharField(max_length=16, choices=[(name, name) for name in settings.PAYMENT_PURPOSES])
    reference = models.CharField(max_length=64, help_text=_("The order's number or the gift's reference."))
    amount_minor = models.PositiveBigIntegerField()
    refunded_minor = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=("purpose", "reference"))]
        constraints = [
            models.UniqueConstraint(fields=("payment", "purpose", "reference"), name="payment_line_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_line_amount_positive"),
            models.CheckConstraint(
                condition=Q(refunded_minor__lte=F("amount_minor")), name="payment_line_refunded_not_above_paid"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.reference}"


class PaymentChange(models.Model):
    """One step in a payment's history. Never changed, never deleted."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="changes")
    from_status = models.CharField(max_length=16, blank=True)
    to_status = models.CharField(max_length=16)
    cause = models.CharField(max_length=100, help_text=_("The Stripe object or the person that caused it."))
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.from_status} -> {self.to_status}"


class Refund(models.Model):
    """Money given back for one line of a payment."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Requested")  # recorded here, not yet known to Stripe
        PENDING = "pending", _("Pending")
        SUCCEEDED = "succeeded", _("Succeeded")
        FAILED = "failed", _("Failed")

    reference = models.CharField(max_length=22, unique=True, default=random_reference, editable=False)
    line = models.ForeignKey(PaymentLine, on_delete=models.PROTECT, related_name="refunds")
    amount_minor = models.PositiveBigIntegerField()
    status = models.CharField(max_length=16, choices=Status, default=Status.REQUESTED)
    reason = models.CharField(max_length=200)
    stripe_refund_id = models.CharField(max_length=255, unique=True, null=True)  # noqa: DJ001 -- unique, so absent is NULL
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_amount_positive")]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.status}"


class StripeEvent(models.Model):
    """That Stripe told us something, once. Its content is not kept: the job asks Stripe for the truth again."""

    event_id = models.CharField(max_length=255, unique=True)
    type = models.CharField(max_length=100)
    object_id = models.CharField(max_length=255)
    api_version = models.CharField(max_length=40, blank=True)
    is_live = models.BooleanField()
    received_at = models.DateTimeField(auto_now_add=True)
    handled_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"
