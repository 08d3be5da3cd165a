"""What changes a basket. Each change holds the basket's row, so a double click cannot lose a piece."""

from typing import Any

from django.db import transaction
from oscar.core.loading import get_model

from shop.catalogue.goods import Variant


@transaction.atomic
def put_in(*, basket: Any, variant: Variant, quantity: int) -> Any:
    """Add pieces to a basket, which is saved now if it is new. Returns the line."""
    if basket.pk is None:
        basket.save()
    _hold(basket)
    line, _is_new = basket.add_product(variant.product, quantity)
    return line


@transaction.atomic
def set_quantities(*, basket: Any, quantities: dict[int, int]) -> None:
    """Line id to how many; none at all takes the line out. A line that is gone already is no error."""
    _hold(basket)
    for line in basket.lines.filter(pk__in=quantities):
        if quantities[line.pk] <= 0:
            line.delete()
        else:
            line.quantity = quantities[line.pk]
            line.save(update_fields=["quantity", "date_updated"])
    basket.reset_offer_applications()


def _hold(basket: Any) -> None:
    get_model("basket", "Basket").objects.select_for_update().get(pk=basket.pk)
