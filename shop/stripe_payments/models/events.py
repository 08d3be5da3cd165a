"""What Stripe told us."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StripeEventQuerySet(models.QuerySet["StripeEvent"]):
    def waiting(self) -> Self:
        """Neither handled nor set aside."""
        return self.filter(handled_at=None, set_aside_at=None)

    def set_aside(self) -> Self:
        """Failed too often: a person must look at them."""
        return self.filter(handled_at=None, set_aside_at__isnull=False)


class StripeEvent(models.Model):
    """That Stripe told us something, once. Its content is not kept: the job asks Stripe for the truth again."""

    event_id = models.CharField(max_length=255, unique=True)
    type = models.CharField(max_length=100)
    object_id = models.CharField(max_length=255)
    api_version = models.CharField(max_length=40, blank=True)
    is_live = models.BooleanField()
    is_collected = models.BooleanField(default=False, help_text=_("Its webhook did not arrive: it was asked for."))
    received_at = models.DateTimeField(auto_now_add=True)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    handled_at = models.DateTimeField(null=True)
    set_aside_at = models.DateTimeField(null=True)

    objects = StripeEventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=("received_at",), name="stripe_event_waiting", condition=Q(handled_at=None)),
            models.Index(fields=("-received_at",), name="stripe_event_newest"),
            models.Index(fields=("object_id",), name="stripe_event_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"
