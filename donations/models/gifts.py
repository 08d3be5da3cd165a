"""Gifts. Money is integer minor units."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from donations.models.donors import Donor
from donations.models.monthly import MonthlyGift
from donations.models.programs import Program
from donations.models.references import random_gift_reference


class Gift(models.Model):
    """Money given once, or in one month of a monthly gift, from the moment somebody asks to give it."""

    class Frequency(models.TextChoices):
        ONCE = "once", _("Once")
        MONTHLY = "monthly", _("Monthly")

    class Status(models.TextChoices):
        STARTED = "started", _("Started")
        PROCESSING = "processing", _("Processing")  # a bank debit on its way
        RECEIVED = "received", _("Received")
        DISPUTED = "disputed", _("Disputed")  # the bank holds the money and has not decided
        REFUNDED = "refunded", _("Refunded")
        CHARGED_BACK = "charged_back", _("Charged back")
        ABANDONED = "abandoned", _("Abandoned")

    NOT_RECEIVED = (Status.STARTED, Status.PROCESSING, Status.ABANDONED)

    reference = models.CharField(max_length=12, unique=True, default=random_gift_reference, editable=False)
    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="gifts")
    donor_name = models.CharField(max_length=200, help_text=_("As typed with this gift; it stands on the receipt."))
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="gifts")
    frequency = models.CharField(max_length=10, choices=Frequency, default=Frequency.ONCE)
    monthly_gift = models.ForeignKey(MonthlyGift, null=True, on_delete=models.PROTECT, related_name="gifts")
    currency = models.CharField(max_length=3)
    amount_minor = models.PositiveBigIntegerField()
    refunded_minor = models.PositiveBigIntegerField(default=0)
    disputed_minor = models.PositiveBigIntegerField(default=0, help_text=_("What a dispute holds back or has taken."))
    status = models.CharField(max_length=12, choices=Status, default=Status.STARTED)
    started_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    gift_date = models.DateField(
        null=True, help_text=_("The day that counts for taxes: decided once, in the organization's time zone.")
    )

    class Meta:
        indexes = [
            models.Index(fields=("-started_at",), name="gift_newest"),
            models.Index(fields=("gift_date",), name="gift_by_date"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="gift_amount_positive"),
            models.CheckConstraint(
                condition=Q(frequency="once", monthly_gift=None) | Q(frequency="monthly", monthly_gift__isnull=False),
                name="gift_monthly_has_promise",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=F("refunded_minor") + F("disputed_minor")), name="gift_lost_not_above"
            ),
            models.CheckConstraint(
                condition=(
                    Q(status__in=("started", "processing", "abandoned"), received_at=None, gift_date=None)
                    & Q(refunded_minor=0, disputed_minor=0)
                )
                | Q(
                    status__in=("received", "disputed", "refunded", "charged_back"),
                    received_at__isnull=False,
                    gift_date__isnull=False,
                ),
                name="gift_received_has_dates",
            ),
            models.CheckConstraint(
                condition=~Q(status="refunded") | Q(refunded_minor=F("amount_minor")), name="gift_refunded_in_full"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """Where the donor is told what became of the gift."""
        return reverse("donations:return", args=[self.reference])

    @property
    def net_minor(self) -> int:
        """What stays given."""
        return self.amount_minor - self.refunded_minor - self.disputed_minor

    @property
    def returned_minor(self) -> int:
        """What went back for good. The receipt stands while the bank decides, so what is disputed is not in it then."""
        return self.refunded_minor + (0 if self.status == self.Status.DISPUTED else self.disputed_minor)

    @property
    def is_received(self) -> bool:
        """Money came in, whatever happened to it later."""
        return self.received_at is not None

    @property
    def is_abandoned(self) -> bool:
        return self.status == self.Status.ABANDONED

    @property
    def is_monthly(self) -> bool:
        return self.monthly_gift_id is not None
