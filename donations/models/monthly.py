"""Promises to give every month, and the way that donors come back to them."""

from django.core import signing
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from donations.models.donors import Donor
from donations.models.programs import Program
from donations.models.references import random_monthly_reference
from shop.stripe_payments.models import Subscription


class MonthlyGift(models.Model):
    """A promise to give every month, with what the donor agreed to. How it stands at Stripe: `subscription`.

    The consent is evidence: it is kept with the row, which is never deleted (California, Business and Professions
    Code 17602(b)(5): three years, or one year after the promise ended).
    """

    class Reason(models.TextChoices):
        """Stripe's own list for `cancellation_details.feedback`, in words that fit a gift."""

        TOO_EXPENSIVE = "too_expensive", _("It is too much for me right now")
        SWITCHED_SERVICE = "switched_service", _("I give to something else now")
        LOW_QUALITY = "low_quality", _("I am not happy with what is done with it")
        CUSTOMER_SERVICE = "customer_service", _("I was not helped well")
        TOO_COMPLEX = "too_complex", _("It was too complicated")
        OTHER = "other", _("Another reason")

    reference = models.CharField(max_length=12, unique=True, default=random_monthly_reference, editable=False)
    subscription = models.OneToOneField(Subscription, on_delete=models.PROTECT, related_name="monthly_gift")
    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="monthly_gifts")
    donor_name = models.CharField(max_length=200, help_text=_("As typed; it stands on each receipt."))
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="monthly_gifts")
    consent_text = models.TextField(help_text=_("Word for word what stood beside the box that the donor ticked."))
    consented_at = models.DateTimeField()
    remind_on = models.DateField(null=True, help_text=_("The day of the next yearly reminder."))
    cancel_reason = models.CharField(max_length=20, choices=Reason, blank=True)
    cancel_comment = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=("remind_on",), name="monthly_gift_reminder")]
        constraints = [
            models.CheckConstraint(condition=~Q(consent_text=""), name="monthly_gift_has_consent"),
        ]

    def __str__(self) -> str:
        return self.reference


class MyGivingLink(models.Model):
    """Somebody asked for the link to "My giving". Of an address that never gave, no row is left after the mail job."""

    SALT = "donations.my_giving"

    email = models.EmailField(max_length=254, help_text=_("As typed."))
    donor = models.ForeignKey(Donor, null=True, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=("expires_at",), name="my_giving_link_over")]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}"

    @property
    def token(self) -> str:
        """What is mailed; only we can make it."""
        return signing.dumps(self.pk, salt=self.SALT)
