from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet
from oscar.apps.basket import abstract_models
from oscar.core.loading import get_model

from shop.catalogue.goods import prefetch_of_values
from shop.money import to_decimal, to_minor


class Basket(abstract_models.AbstractBasket):
    """Oscar's basket, whose lines come with all that prices and pages ask of them."""

    _lines: QuerySet | None

    def all_lines(self) -> QuerySet:
        """Five queries for any number of lines, kept for the request."""
        if self.pk is None:
            return get_model("basket", "Line").objects.none()
        if self._lines is None:
            images = get_model("catalogue", "ProductImage").objects.order_by("display_order")
            self._lines = (
                self.lines.select_related("stockrecord", "product__product_class", "product__parent__product_class")
                .prefetch_related(
                    "attributes",
                    prefetch_of_values("product__attribute_values"),
                    Prefetch("product__images", images),
                    Prefetch("product__parent__images", images),
                )
                .order_by("pk")
            )
        return self._lines

    def merge_line(self, line: Any, add_quantities: bool = True) -> None:
        """Take over a line of another basket. Quantities are summed, but never above what is free.

        A line whose goods are gone stays as it was, so that the basket page can tell it.
        """
        mine = self.lines.select_related("stockrecord").filter(line_reference=line.line_reference).first()
        if mine is None:
            line.basket = self
            line.save(update_fields=["basket", "date_updated"])
        else:
            free = mine.stockrecord.net_stock_level
            mine.quantity = max(mine.quantity if free <= 0 else 1, min(mine.quantity + line.quantity, free))
            mine.save(update_fields=["quantity", "date_updated"])
            line.delete()
        self._lines = None


class Line(abstract_models.AbstractLine):
    """Oscar's, with the sales tax of all its pieces together: Oscar takes the rounded tax of one piece, times so many.

    `sales_tax` is set by `shop.checkout.quotes`, and lives as long as the line in memory.
    """

    sales_tax: Decimal | None = None

    @property
    def line_price_incl_tax(self) -> Decimal | None:
        if self.sales_tax is None:
            return super().line_price_incl_tax
        return self.line_price_excl_tax + self.sales_tax

    def get_price_breakdown(self) -> list[tuple[Decimal, Decimal, int]]:
        """(each with tax, each without, how many), in whole cents and adding up to the line: some pieces bear a cent more."""
        if self.sales_tax is None:
            return super().get_price_breakdown()
        tax, rest = divmod(to_minor(self.sales_tax), self.quantity)
        each = self.unit_price_excl_tax
        parts = ((tax, self.quantity - rest), (tax + 1, rest))
        return [(each + to_decimal(tax_of_one), each, pieces) for tax_of_one, pieces in parts if pieces]


from oscar.apps.basket.models import *  # noqa: E402, F403 -- ours stand before Oscar's
