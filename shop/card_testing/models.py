"""What is counted and remembered against card testing.

Addresses and mail addresses are kept as keyed hashes. A mailed link alone keeps what somebody typed, for as long as
the link works.
"""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Proof(models.IntegerChoices):
    """What a visitor has shown before a payment page was opened. A higher one includes the lower ones."""

    NONE = 0, _("A form as browsers send it")
    WORK = 1, _("A calculation in the browser")
    MAILBOX = 2, _("A link that was mailed")


class StartQuerySet(models.QuerySet["Start"]):
    def open_pages(self, *, now: datetime) -> Self:
        """Starts whose payment page can still take a card, and those that are just being made."""
        being_made = Q(payment=None, started_at__gt=now - Start.TIME_TO_MAKE)
        return self.filter(being_made | Q(payment__status="open", payment__expires_at__gt=now))

    def by_proof(self) -> dict[Proof, int]:
        """How many there are of each. One query."""
        counts = self.aggregate(**{proof.name: Count("id", filter=Q(proof=proof)) for proof in Proof})
        return {proof: counts[proof.name] for proof in Proof}

    def not_paid(self) -> Self:
        return self.filter(Q(payment=None) | Q(payment__paid_at=None))


class Start(models.Model):
    """Leave to open one payment page. Bound to its payment as soon as that is recorded."""

    # From leave to the recorded payment it is one breath; what takes longer has failed on the way.
    TIME_TO_MAKE = timedelta(minutes=1)

    payment = models.OneToOneField("stripe_payments.Payment", null=True, on_delete=models.CASCADE, related_name="start")
    address = models.CharField(max_length=64, help_text=_("Keyed hash of where the request came from."))
    email = models.CharField(max_length=64, help_text=_("Keyed hash of the mail address that was typed."))
    proof = models.PositiveSmallIntegerField(choices=Proof, default=Proof.NONE)
    proof_key = models.CharField(  # noqa: DJ001 -- unique, so absent is NULL
        max_length=64, unique=True, null=True, help_text=_("Names the solution or the link: each is good for one page.")
    )
    started_at = models.DateTimeField()

    objects = StartQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=("address", "started_at"), name="start_by_address"),
            models.Index(fields=("email", "started_at"), name="start_by_email"),
            models.Index(fields=("started_at",), name="start_newest"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(proof__in=Proof.values), name="start_proof_known"),
            models.CheckConstraint(
                condition=Q(proof=Proof.NONE, proof_key=None) | Q(proof__gt=Proof.NONE, proof_key__isnull=False),
                name="start_proof_has_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {self.get_proof_display()}"


class Decline(models.Model):
    """A card that was tried on a payment page and declined. Forgiven when the payment is paid after all."""

    attempt = models.CharField(max_length=255, unique=True, help_text=_("Stripe's id of the event that told of it."))
    payment = models.ForeignKey("stripe_payments.Payment", on_delete=models.CASCADE, related_name="declined_cards")
    proof = models.PositiveSmallIntegerField(choices=Proof, help_text=_("What had been shown for its page."))
    declined_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=("declined_at",), name="decline_newest")]
        constraints = [models.CheckConstraint(condition=Q(proof__in=Proof.values), name="decline_proof_known")]

    def __str__(self) -> str:
        return f"{self.declined_at:%Y-%m-%d %H:%M}"


class MailedLink(models.Model):
    """A form that waits behind a link in somebody's mailbox. Deleted when its time is over."""

    # Where a form of each purpose goes on.
    PAGES = {"gift": "donations:continue", "order": "checkout:continue"}
    SALT = "shop.card_testing.mailed_link"

    purpose = models.CharField(max_length=16, help_text=_("A key of settings.PAYMENT_PURPOSES."))
    email = models.EmailField(max_length=254)
    fields = models.JSONField(help_text=_("What was typed, as the form shows it again."))
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=("expires_at",), name="mailed_link_over")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.made_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        """What is mailed. It says nothing of the form; only we can make it."""
        return reverse(self.PAGES[self.purpose], args=[self.token])

    @property
    def token(self) -> str:
        return signing.dumps(self.pk, salt=self.SALT)


class ChallengedMinute(models.Model):
    """How many forms were answered with a challenge in one minute."""

    minute = models.DateTimeField(primary_key=True)
    forms = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.minute:%Y-%m-%d %H:%M}: {self.forms}"


class Switch(models.Model):
    """What staff decided, one row for each time. The newest one counts."""

    class Challenge(models.TextChoices):
        AUTO = "auto", _("When it is needed")
        ALWAYS = "always", _("For everybody")
        NEVER = "never", _("For nobody, whatever happens")

    challenge = models.CharField(_("challenge"), max_length=6, choices=Challenge, default=Challenge.AUTO)
    takes_gifts = models.BooleanField(_("gifts can be given"), default=True)
    takes_orders = models.BooleanField(_("orders can be paid"), default=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(challenge__in=("auto", "always", "never")), name="switch_challenge_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.changed_at:%Y-%m-%d %H:%M} {self.challenge}"
