"""What gifts are for, and the texts that staff can change."""

import re
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


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
        MONTHLY_CONSENT = "monthly_consent", _("Consent to a monthly gift")

    key = models.CharField(max_length=40, choices=Key, unique=True)
    text = models.TextField(help_text=_("Paragraphs are parted by an empty line."))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    key__in=(
                        "where_the_money_goes",
                        "solicitation_disclosure",
                        "receipt_statement",
                        "monthly_consent",
                    )
                ),
                name="wording_key_known",
            )
        ]

    def __str__(self) -> str:
        return self.get_key_display()

    @property
    def paragraphs(self) -> list[str]:
        return [" ".join(part.split()) for part in re.split(r"\n\s*\n", self.text.strip()) if part.strip()]
