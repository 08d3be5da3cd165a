"""Putting goods into the basket, and changing how many."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shop.catalogue.goods import Goods, Variant

MOST = settings.OSCAR_MAX_BASKET_QUANTITY_THRESHOLD


def quantity_field(**kwargs: Any) -> forms.IntegerField:
    """How many, from one to as many as one order may hold."""
    return forms.IntegerField(
        label=_("Quantity"),
        min_value=1,
        max_value=MOST,
        widget=forms.NumberInput({"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("Please say how many you would like."),
            "invalid": _("Please give a whole number, such as 1."),
            "min_value": _("Please choose at least 1."),
            "max_value": _("We can send at most %(limit_value)s pieces in one order. For more, please write to us."),
        },
        **kwargs,
    )


class AddToBasketForm(forms.Form):
    """`child_id` (radios, one a color) where there is a choice, and `quantity`.

    Made without a basket to be shown, and with one to be checked: what the basket holds already counts.
    """

    quantity = quantity_field(initial=1)

    def __init__(self, data: Any = None, *, goods: Goods, selected: Variant | None = None, basket: Any = None) -> None:
        super().__init__(data, auto_id="id_%s")
        self.goods = goods
        self.basket = basket
        if goods.has_choice:
            self.fields["child_id"] = self._color_field(selected)
            self.order_fields(["child_id", "quantity"])

    @property
    def variant(self) -> Variant | None:
        """What was chosen; None if it is not for sale any more, or never was."""
        if not self.goods.has_choice:
            return self.goods.first_choice
        chosen = self.data.get("child_id", "")
        return self.goods.variant_with_id(int(chosen)) if re.fullmatch("[0-9]{1,12}", chosen) else None

    def clean(self) -> dict[str, Any]:
        beside = "child_id" if self.goods.has_choice else "quantity"
        variant = self.variant
        if beside in self.errors:
            return self.cleaned_data
        if variant is None:
            self.add_error(beside, _("This is not for sale at the moment."))
        elif not variant.is_available:
            self.add_error(beside, variant.availability.is_purchase_permitted(1)[1])
        elif "quantity" in self.cleaned_data:
            self._check_quantity(variant, self.cleaned_data["quantity"])
        return self.cleaned_data

    def _color_field(self, selected: Variant | None) -> forms.ChoiceField:
        choices = [(str(v.id), v.color.name if v.color else v.product.get_title()) for v in self.goods.variants]
        return forms.ChoiceField(
            label=_("Color"),
            choices=choices,
            initial=str(selected.id) if selected else None,
            widget=forms.RadioSelect,
            error_messages={
                "required": _("Please choose a color."),
                "invalid_choice": _("This color is gone. Please choose another one."),
            },
        )

    def _check_quantity(self, variant: Variant, quantity: int) -> None:
        has = self.basket.product_quantity(variant.product) if self.basket.pk else 0
        if self.basket.pk and self.basket.num_items + quantity > MOST:
            self.add_error("quantity", too_many_in_one_order(self.basket.num_items))
        elif variant.most is not None and has + quantity > variant.most:
            self.add_error("quantity", too_few_left(left=variant.most, has=has))


def too_few_left(*, left: int, has: int = 0) -> str:
    """Why so many cannot be had, and how many can."""
    if not has:
        return ngettext(
            "Only %(left)d is left. Please choose fewer.", "Only %(left)d are left. Please choose fewer.", left
        ) % {"left": left}
    if has >= left:
        return ngettext(
            "Only %(left)d is left, and it is in your basket already.",
            "Only %(left)d are left, and all of them are in your basket already.",
            left,
        ) % {"left": left}
    return _("Only %(left)d are left, and %(has)d are in your basket already. You can add %(more)d more.") % {
        "left": left,
        "has": has,
        "more": left - has,
    }


def too_many_in_one_order(has: int) -> str:
    """For an order of more pieces than one parcel run can hold."""
    return _(
        "We can send at most %(most)d pieces in one order, and your basket holds %(has)d. For more, please write to us."
    ) % {"most": MOST, "has": has}
