"""Receipts and their numbers."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from donations.models.gifts import Gift


class ReceiptYear(models.Model):
    """The last receipt number of a year. Its row is the lock under which the next number is taken."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last_number = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last_number}"


class Receipt(models.Model):
    """The acknowledgment of one gift, frozen as it was issued. Voided, never deleted."""

    gift = models.OneToOneField(Gift, on_delete=models.PROTECT, related_name="receipt")
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField(help_text=_("1, 2, 3, ... in each year, without gaps."))
    content = models.JSONField(help_text=_("Everything that is printed, as it was when the receipt was issued."))
    issued_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("year", "sequence"), name="receipt_number_once"),
            models.CheckConstraint(condition=Q(sequence__gt=0), name="receipt_number_positive"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Such as `2026-00012`."""
        return f"{self.year}-{self.sequence:05d}"

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None
