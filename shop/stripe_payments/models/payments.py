"""Money asked for, what it is for, and every step it took."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shop.stripe_payments.models.references import random_reference


class PaymentQuerySet(models.QuerySet["Payment"]):
    def unfinished(self) -> Self:
        """Payments of which we do not know yet how they end."""
        return self.filter(status__in=(Payment.Status.OPEN, Payment.Status.PROCESSING))

    def that_a_key_may_close(self, *, is_live: bool) -> Self:
        """Those of the key's own mode, and test payments, which hold no money. See Note [Two modes]."""
        return self.filter(Q(is_live=is_live) | Q(is_live=False))


class Payment(models.Model):
    """Money asked for once: through one hosted Checkout Session at a time, or by one invoice of a subscription."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        PROCESSING = "processing", _("Processing")  # a bank debit on its way: neither paid nor failed
        PAID = "paid", _("Paid")
        PARTLY_REFUNDED = "partly_refunded", _("Partly refunded")
        REFUNDED = "refunded", _("Refunded")
        DISPUTED = "disputed", _("Disputed")  # the bank holds money back, or has taken it
        EXPIRED = "expired", _("Expired")
        FAILED = "failed", _("Failed")

    reference = models.CharField(max_length=22, unique=True, default=random_reference, editable=False)
    status = models.CharField(max_length=16, choices=Status, default=Status.OPEN)
    currency = models.CharField(max_length=3)
    amount_minor = models.PositiveBigIntegerField()
    refunded_minor = models.PositiveBigIntegerField(default=0)
    disputed_minor = models.PositiveBigIntegerField(default=0, help_text=_("What disputes hold back or have taken."))
    fee_minor = models.BigIntegerField(null=True, help_text=_("Stripe's fee, read from the balance transaction."))
    is_live = models.BooleanField()
    attempt = models.PositiveSmallIntegerField(
        default=1,
        help_text=_("Part of the idempotency key: raised only when Stripe keeps a failure under the old one."),
    )
    declines = models.PositiveSmallIntegerField(default=0, help_text=_("Cards that were declined for it."))
    checkout_session_id = models.CharField(max_length=255, unique=True, null=True)  # noqa: DJ001 -- unique, so absent is NULL
    checkout_url = models.TextField(blank=True)
    payment_intent_id = models.CharField(max_length=255, unique=True, null=True)  # noqa: DJ001 -- unique, so absent is NULL
    charge_id = models.CharField(max_length=255, unique=True, null=True)  # noqa: DJ001 -- unique, so absent is NULL
    subscription = models.ForeignKey("Subscription", null=True, on_delete=models.PROTECT, related_name="payments")
    invoice_id = models.CharField(max_length=255, unique=True, null=True)  # noqa: DJ001 -- unique, so absent is NULL
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(help_text=_("When the reservation and the hosted page end."))
    paid_at = models.DateTimeField(null=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=("expires_at",), name="payment_unfinished", condition=Q(status__in=("open", "processing"))
            ),
            models.Index(fields=("-created_at",), name="payment_newest"),
            models.Index(fields=("paid_at",), name="payment_by_day"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=F("refunded_minor") + F("disputed_minor")),
                name="payment_lost_not_above_paid",
            ),
            models.CheckConstraint(
                condition=Q(paid_at__isnull=False)
                | Q(status__in=("open", "processing", "expired", "failed"), refunded_minor=0, disputed_minor=0),
                name="payment_paid_has_date",
            ),
            models.CheckConstraint(
                condition=Q(invoice_id__isnull=True) | Q(subscription__isnull=False), name="payment_invoice_of_one"
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

    @property
    def counted_minor(self) -> int:
        """What stays of it: paid, less what was refunded, less what disputes hold or took."""
        return self.amount_minor - self.refunded_minor - self.disputed_minor if self.is_paid else 0


class PaymentLine(models.Model):
    """What a part of a payment is for: an order, or a gift."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="lines")
    purpose = models.CharField(max_length=16, choices=[(name, name) for name in settings.PAYMENT_PURPOSES])
    reference = models.CharField(max_length=64, help_text=_("The order's number or the gift's reference."))
    amount_minor = models.PositiveBigIntegerField()
    refunded_minor = models.PositiveBigIntegerField(default=0)
    disputed_minor = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=("purpose", "reference"))]
        constraints = [
            models.UniqueConstraint(fields=("payment", "purpose", "reference"), name="payment_line_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_line_amount_positive"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=F("refunded_minor") + F("disputed_minor")),
                name="payment_line_lost_not_above_paid",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.reference}"

    @property
    def kept_minor(self) -> int:
        """What of the line was neither refunded nor taken by a dispute."""
        return self.amount_minor - self.refunded_minor - self.disputed_minor


class PaymentChange(models.Model):
    """One step in a payment's history. The database refuses to change or delete it."""

    class What(models.TextChoices):
        ASKED_FOR = "asked_for", _("Asked for")
        NEW_ATTEMPT = "new_attempt", _("Asked for again")
        PROCESSING = "processing", _("On its way from the bank")
        PAID = "paid", _("Paid")
        EXPIRED = "expired", _("Given up")
        FAILED = "failed", _("Failed")
        CARD_DECLINED = "card_declined", _("Card declined")
        REFUND_REQUESTED = "refund_requested", _("Refund requested")
        REFUND_SUCCEEDED = "refund_succeeded", _("Refunded")
        REFUND_FAILED = "refund_failed", _("Refund failed")
        DISPUTE_OPENED = "dispute_opened", _("Dispute opened")
        DISPUTE_CHANGED = "dispute_changed", _("Dispute went on")
        DISPUTE_WON = "dispute_won", _("Dispute won")
        DISPUTE_LOST = "dispute_lost", _("Dispute lost")
        FRAUD_WARNING = "fraud_warning", _("Warning of fraud")

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="changes")
    what = models.CharField(max_length=20, choices=What)
    from_status = models.CharField(max_length=16, blank=True)
    to_status = models.CharField(max_length=16, choices=Payment.Status)
    amount_minor = models.BigIntegerField(null=True, help_text=_("Of a refund or a dispute."))
    cause = models.CharField(max_length=100, help_text=_("The Stripe event, the page or the job that caused it."))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.what} {self.from_status} -> {self.to_status}"
