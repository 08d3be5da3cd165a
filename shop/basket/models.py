from typing import Any

from django.db.models import Prefetch, QuerySet
from oscar.apps.basket import abstract_models
from oscar.core.loading import get_model

from shop.catalogue.goods import prefetch_of_values


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


from oscar.apps.basket.models import *  # noqa: E402, F403 -- ours stand before Oscar's
