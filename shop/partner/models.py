from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from oscar.apps.partner import abstract_models

COUNTS = frozenset({"num_in_stock", "num_allocated"})


class StockRecord(abstract_models.AbstractStockRecord):
    """Oscar's stock record, whose counts only `shop.stock.movements` changes.

    Oscar's own `allocate`, `consume_allocation` and `cancel_allocation` never ask whether stock is free, and
    its forms write whole rows over concurrent changes; here the former are refused and the latter leave the
    counts alone. The database refuses to allocate what is not there, whoever writes.
    """

    class Meta(abstract_models.AbstractStockRecord.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(condition=Q(num_allocated__gte=0), name="stock_allocated_not_negative"),
            models.CheckConstraint(
                condition=Q(num_allocated__lte=F("num_in_stock")), name="stock_allocated_not_above_stock"
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            self.num_in_stock, self.num_allocated = 0, 0
        else:
            fields = kwargs.get("update_fields") or [field.name for field in self._meta.concrete_fields]
            kwargs["update_fields"] = [
                name for name in fields if name not in COUNTS and not self._meta.get_field(name).primary_key
            ]
        super().save(*args, **kwargs)

    def allocate(self, quantity: int) -> None:
        raise NotImplementedError("Use shop.stock.movements.reserve")

    def consume_allocation(self, quantity: int) -> None:
        raise NotImplementedError("Use shop.stock.movements.consume")

    def cancel_allocation(self, quantity: int) -> None:
        raise NotImplementedError("Use shop.stock.movements.release")


class SalesTaxRate(models.Model):
    """The sales tax on goods sent to one state of the United States. Staff switch it on and off.

    Gifts are never taxed. Whether shipping is taxed differs by state too.
    """

    state = models.CharField(_("State"), max_length=2, unique=True, help_text=_("Two letters, as in NY."))
    percent = models.DecimalField(
        _("Percent"),
        max_digits=6,
        decimal_places=3,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(20))],
    )
    taxes_shipping = models.BooleanField(_("Shipping is taxed too"), default=False)
    is_active = models.BooleanField(_("Collect this tax"), default=False)

    class Meta:
        ordering = ("state",)
        constraints = [
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=20), name="sales_tax_in_range"),
            models.CheckConstraint(condition=Q(state__regex=r"^[A-Z]{2}$"), name="sales_tax_state_two_letters"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.percent}%"


from oscar.apps.partner.models import *  # noqa: E402, F403 -- ours stand before Oscar's
