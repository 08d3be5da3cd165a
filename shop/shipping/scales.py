"""What a basket weighs."""

from decimal import Decimal
from typing import Any

from oscar.apps.shipping import scales
from oscar.core.loading import get_model


class Scale(scales.Scale):
    """Oscar's, asking once for the whole basket instead of twice a line."""

    def weigh_basket(self, basket: Any) -> Decimal:
        """In kilograms. A variant without a weight of its own weighs what its product weighs."""
        lines = list(basket.all_lines())
        weights = self._weights({line.product_id for line in lines} | {line.product.parent_id for line in lines})
        return sum(
            (
                self._weight(line.product, weights) * line.quantity
                for line in lines
                if line.product.is_shipping_required
            ),
            Decimal(0),
        )

    def _weight(self, product: Any, weights: dict[int, Decimal]) -> Decimal:
        weight = weights.get(product.pk, weights.get(product.parent_id))
        return weight if weight is not None else Decimal(self.default_weight or 0)

    def _weights(self, product_ids: set[int | None]) -> dict[int, Decimal]:
        values = get_model("catalogue", "ProductAttributeValue").objects.filter(
            attribute__code=self.attribute, product_id__in=product_ids - {None}, value_float__isnull=False
        )
        # A float such as 0.045 is exact only as text.
        return {product: Decimal(str(weight)) for product, weight in values.values_list("product_id", "value_float")}
