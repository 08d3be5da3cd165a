"""The lines of a basket as its page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shop.basket.forms import MOST, quantity_field, too_few_left
from shop.catalogue.goods import color_of


@dataclass(frozen=True)
class Row:
    """`note` is the color. `problem` tells why the line cannot be bought as it stands, `error` what was wrong with the
    quantity as it was typed.
    """

    line: Any
    title: str
    url: str
    image: Any | None
    unit_price: Decimal | None
    total: Decimal | None
    quantity: str
    most: int
    note: str = ""
    problem: str = ""
    error: str = ""
    is_just_added: bool = False

    @property
    def id(self) -> int:
        return self.line.pk

    @property
    def field_name(self) -> str:
        return f"quantity-{self.line.pk}"


@dataclass(frozen=True)
class TypingError:
    """What was typed as a quantity, and what is wrong with it."""

    typed: str
    message: str


def rows_of(basket: Any, *, just_added: str = "", errors: Mapping[int, TypingError] | None = None) -> list[Row]:
    """One row a line; `errors` by line id. Costs the queries of `basket.all_lines()` and no more."""
    rows = [_row(line, is_just_added=str(line.pk) == just_added) for line in basket.all_lines()]
    for place, row in enumerate(rows):
        if errors and (error := errors.get(row.id)):
            rows[place] = replace(row, quantity=error.typed, error=error.message)
    return rows


def typed_quantities(
    basket: Any, typed: Mapping[str, str], *, removed: str = ""
) -> tuple[dict[int, int], dict[int, TypingError]]:
    """The quantities that change, and those that cannot be, both by line id."""
    quantities, errors = {}, {}
    for row in rows_of(basket):
        text = "0" if str(row.id) == removed else typed.get(row.field_name, row.quantity)
        try:
            quantity = _quantity(text, row)
        except ValidationError as error:
            errors[row.id] = TypingError(text, " ".join(error.messages))
            continue
        if quantity != row.line.quantity:
            quantities[row.id] = quantity
    return quantities, errors


def _quantity(text: str, row: Row) -> int:
    if text == row.quantity:
        return row.line.quantity
    if text.strip() == "0":
        return 0
    quantity = quantity_field().clean(text)
    if quantity > row.most and quantity > row.line.quantity:
        raise ValidationError(too_few_left(left=row.most) if row.most else row.problem)
    return quantity


def _row(line: Any, *, is_just_added: bool) -> Row:
    product, info = line.product, line.purchase_info
    shown = product.parent if product.is_child else product
    images = list(product.images.all()) or list(shown.images.all())
    is_permitted, reason = info.availability.is_purchase_permitted(line.quantity)
    return Row(
        line=line,
        title=shown.title,
        url=product.get_absolute_url(),
        image=images[0] if images else None,
        unit_price=info.price.excl_tax,
        total=line.line_price_excl_tax,
        quantity=str(line.quantity),
        most=max(0, min(MOST, getattr(info.availability, "num_available", MOST))),
        note=_note(product, shown),
        problem="" if is_permitted else _problem(info.availability, str(reason)),
        is_just_added=is_just_added,
    )


def _problem(availability: Any, reason: str) -> str:
    left = getattr(availability, "num_available", 0)
    if left > 0:
        return too_few_left(left=left)
    return _("%(reason)s Please take it out of your basket.") % {"reason": reason}


def _note(product: Any, shown: Any) -> str:
    if product is shown:
        return ""
    color = color_of(product)
    return color.name if color else product.get_title()
