"""Gifts, the people who give them, what they are for, and the receipts. Money is integer minor units."""

import re
import secrets
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# Crockford's Base32: no letter that is taken for another one when a number is read aloud.
_REFERENCE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def random_gift_reference() -> str:
    """Such as `G-7K3M-9QXW`. It names a gift and opens nothing: details need the session that gave, or staff."""
    letters = "".join(secrets.choice(_REFERENCE_ALPHABET) for _place in range(8))
    return f"G-{letters[:4]}-{letters[4:]}"


class ProgramQuerySet(models.QuerySet["Program"]):
    def offered(self) -> Self:
        """What a donor can choose, the default first."""
        return self.filter(is_offered=True).order_by("position", "id")


class Program(models.Model):
    """What a gift can be designated to. The first offered one is where a gift goes that names none."""

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=80)
    summary = models.CharField(max_length=200, blank=True, help_text=_("One line: what a gift does here."))
    position = models.PositiveSmallIntegerField(default=0)
    is_offered = models.BooleanField(_("offered"), default=True)

    objects = ProgramQuerySet.as_manager()

    class Meta:
        verbose_name = _("program")
        verbose_name_plural = _("programs")

    def __str__(self) -> str:
        return self.title


class Wording(models.Model):
    """A text of the giving pages and receipts that staff can change."""

    class Key(models.TextChoices):
        WHERE_THE_MONEY_GOES = "where_the_money_goes", _("Where the money goes")
        SOLICITATION_DISCLOSURE = "solicitation_disclosure", _("Disclosure for charitable solicitation")
        RECEIPT_STATEMENT = "receipt_statement", _("Statement on receipts")

    key = models.CharField(max_length=40, choices=Key, unique=True)
    text = models.TextField(help_text=_("Paragraphs are parted by an empty line."))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(key__in=("where_the_money_goes", "solicitation_disclosure", "receipt_statement")),
                name="wording_key_known",
            )
        ]

    def __str__(self) -> str:
        return self.get_key_display()

    @property
    def paragraphs(self) -> list[str]:
        return [" ".join(part.split()) for part in re.split(r"\n\s*\n", self.text.strip()) if part.strip()]


class Donor(models.Model):
    """Somebody who gave or began to. Has no login: the mail address is who they are."""

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=200, help_text=_("As typed with the newest gift that was received."))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="donor_email_once"),
            models.CheckConstraint(condition=~Q(email=""), name="donor_has_email"),
        ]

    def __str__(self) -> str:
        return self.email


class Gift(models.Model):
    """Money given once, from the moment somebody asks to give it."""

    class Frequency(models.TextChoices):
        ONCE = "once", _("Once")
        MONTHLY = "monthly", _("Monthly")

    class Status(models.TextChoices):
        STARTED = "started", _("Started")
        PROCESSING = "processing", _("Processing")  # a bank debit on its way
        RECEIVED = "received", _("Received")
        REFUNDED = "refunded", _("Refunded")
        CHARGED_BACK = "charged_back", _("Charged back")
        ABANDONED = "abandoned", _("Abandoned")

    NOT_RECEIVED = (Status.STARTED, Status.PROCESSING, Status.ABANDONED)

    reference = models.CharField(max_length=12, unique=True, default=random_gift_reference, editable=False)
    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="gifts")
    donor_name = models.CharField(max_length=200, help_text=_("As typed with this gift; it stands on the receipt."))
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="gifts")
    frequency = models.CharField(max_length=10, choices=Frequency, default=Frequency.ONCE)
    currency = models.CharField(max_length=3)
    amount_minor = models.PositiveBigIntegerField()
    refunded_minor = models.PositiveBigIntegerField(default=0)
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
            models.CheckConstraint(condition=Q(frequency__in=("once", "monthly")), name="gift_frequency_known"),
            models.CheckConstraint(condition=Q(refunded_minor__lte=F("amount_minor")), name="gift_refund_not_above"),
            models.CheckConstraint(
                condition=(
                    Q(status__in=("started", "processing", "abandoned"), received_at=None, gift_date=None)
                    & Q(refunded_minor=0)
                )
                | Q(
                    status__in=("received", "refunded", "charged_back"),
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
        return 0 if self.status == self.Status.CHARGED_BACK else self.amount_minor - self.refunded_minor

    @property
    def is_received(self) -> bool:
        """Money came in, whatever happened to it later."""
        return self.received_at is not None

    @property
    def is_abandoned(self) -> bool:
        return self.status == self.Status.ABANDONED


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
