"""Money that is promised for every month, and every step such a promise took."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shop.stripe_payments.models.references import random_reference


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def running(self) -> Self:
        """Those that Stripe still asks money for, or will again."""
        return self.filter(status__in=Subscription.RUNNING)

    def that_should_end(self, *, is_live: bool, since: datetime) -> Self:
        """Those of this mode that still run though their donor asked us so long ago to end them."""
        return self.running().filter(is_live=is_live, asked_to_cancel_at__lt=since)


class Subscription(models.Model):
    """A standing promise to pay, as Stripe has it. Each of its paid invoices is a `Payment`, the first one included."""

    class Status(models.TextChoices):
        STARTED = "started", _("Started")  # its first payment is not here yet
        ACTIVE = "active", _("Active")
        PAST_DUE = "past_due", _("Payment failed")
        PAUSED = "paused", _("Paused")
        CANCELED = "canceled", _("Canceled")
        EXPIRED = "expired", _("Given up")

    RUNNING = (Status.ACTIVE, Status.PAST_DUE, Status.PAUSED)

    reference = models.CharField(max_length=22, unique=True, default=random_reference, editable=False)
    purpose = models.CharField(max_length=16, choices=[(name, name) for name in settings.SUBSCRIPTION_PURPOSES])
    purpose_reference = models.CharField(max_length=64, help_text=_("The monthly gift's reference."))
    status = models.CharField(max_length=10, choices=Status, default=Status.STARTED)
    currency = models.CharField(max_length=3)
    amount_minor = models.PositiveBigIntegerField(help_text=_("Of each month, from the next invoice on."))
    is_live = models.BooleanField()
    version = models.PositiveIntegerField(
        default=0,
        help_text=_("Raised with every change, so that an older answer of Stripe’s is not taken for a newer."),
    )
    stripe_subscription_id = models.CharField(max_length=255, unique=True, null=True)  # noqa: DJ001 -- unique, so absent is NULL
    stripe_customer_id = models.CharField(max_length=255, blank=True, db_index=True)
    stripe_method_id = models.CharField(max_length=255, blank=True, help_text=_("Stripe’s id of the card that pays."))
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    next_payment_at = models.DateTimeField(null=True)
    resumes_at = models.DateTimeField(null=True, help_text=_("When a pause ends by itself."))
    asked_to_cancel_at = models.DateTimeField(null=True, help_text=_("When the donor asked us to end it."))
    ended_at = models.DateTimeField(null=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=("purpose", "purpose_reference"), name="subscription_purpose"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="subscription_amount_positive"),
            models.CheckConstraint(
                condition=Q(status__in=("started", "expired"))
                | Q(started_at__isnull=False, stripe_subscription_id__isnull=False),
                name="subscription_running_has_begun",
            ),
            models.CheckConstraint(
                condition=~Q(status="canceled") | Q(ended_at__isnull=False), name="subscription_canceled_has_date"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.status}"

    @property
    def is_active(self) -> bool:
        return self.status == self.Status.ACTIVE

    @property
    def is_paused(self) -> bool:
        return self.status == self.Status.PAUSED

    @property
    def is_past_due(self) -> bool:
        return self.status == self.Status.PAST_DUE

    @property
    def is_over(self) -> bool:
        """Nothing will be asked for any more."""
        return self.status in (self.Status.CANCELED, self.Status.EXPIRED)

    @property
    def can_change(self) -> bool:
        """Whether its donor can change anything: it has begun and is not over, nor about to be."""
        return self.status in self.RUNNING and self.asked_to_cancel_at is None


class SubscriptionChange(models.Model):
    """One step in a promise's history. The database refuses to change or delete it."""

    class What(models.TextChoices):
        STARTED = "started", _("Started")
        AMOUNT_CHANGED = "amount_changed", _("Amount changed")
        PAUSED = "paused", _("Paused")
        RESUMED = "resumed", _("Resumed")
        PAYMENT_FAILED = "payment_failed", _("Payment failed")
        ACTION_REQUIRED = "action_required", _("The bank wants a confirmation")
        INVOICE_STUCK = "invoice_stuck", _("Stripe could not make the invoice")
        MENDED = "mended", _("Paid after all")
        CARD_CHANGED = "card_changed", _("Card changed")
        CANCELED = "canceled", _("Canceled by the donor")
        ENDED = "ended", _("Ended")

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="changes")
    what = models.CharField(max_length=16, choices=What)
    from_status = models.CharField(max_length=10, blank=True)
    to_status = models.CharField(max_length=10, choices=Subscription.Status)
    amount_minor = models.BigIntegerField(null=True)
    invoice_id = models.CharField(max_length=255, blank=True)
    key = models.CharField(max_length=300, help_text=_("Names the step, so that it is written down once."))
    cause = models.CharField(max_length=100, help_text=_("The Stripe event, the page or the job that caused it."))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("subscription", "key"), name="subscription_change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.from_status} -> {self.to_status}"
