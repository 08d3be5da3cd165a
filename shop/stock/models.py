from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StockMovement(models.Model):
    """One change of a stock record's counts: who, why, and for what. Never changed, never deleted.

    A stock record's `num_in_stock` and `num_allocated` are the sums of its movements.
    """

    class Kind(models.TextChoices):
        RECEIVED = "received", _("Received")
        CORRECTED = "corrected", _("Corrected")
        RESERVED = "reserved", _("Reserved for an order")
        RELEASED = "released", _("Released from an order")
        SHIPPED = "shipped", _("Shipped")
        RETURNED = "returned", _("Returned")

    stockrecord = models.ForeignKey("partner.StockRecord", on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=16, choices=Kind)
    in_stock_change = models.IntegerField(default=0)
    allocated_change = models.IntegerField(default=0)
    reference = models.CharField(max_length=64, blank=True, help_text=_("The order's number, if it was for an order."))
    note = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=("reference",))]
        constraints = [
            models.CheckConstraint(
                condition=~Q(in_stock_change=0, allocated_change=0), name="stock_movement_changes_something"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.in_stock_change:+d}/{self.allocated_change:+d}"
