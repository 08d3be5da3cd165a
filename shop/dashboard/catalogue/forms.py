"""The forms for goods: Oscar's, where stock is changed by movements and pictures are checked."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from oscar.apps.dashboard.catalogue import forms as oscar_forms
from oscar.apps.dashboard.catalogue.forms import *  # noqa: F403 -- an Oscar fork carries the rest of its module
from oscar.core.loading import get_model
from oscar.forms.widgets import ImageInput

from shop.dashboard.catalogue.picture_field import PictureField, keep_new_picture
from shop.stock import movements

PLAIN = {"class": "no-widget-init"}
# A file of these kinds would be stored as it came; pictures have their own place, where they are checked.
TYPES_NOT_OFFERED = frozenset({"file", "image", "entity", "richtext"})


class CategoryForm(oscar_forms.CategoryForm):
    image = PictureField(label=_("Image"), required=False, widget=forms.ClearableFileInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["description"].widget = forms.Textarea({**PLAIN, "rows": 4})

    def save(self, commit: bool = True) -> Any:
        keep_new_picture(self, "image", is_first=True)
        return super().save(commit)


class ProductForm(oscar_forms.ProductForm):
    FIELD_FACTORIES = oscar_forms.ProductForm.FIELD_FACTORIES | dict.fromkeys(
        TYPES_NOT_OFFERED, oscar_forms.ProductForm.FIELD_FACTORIES["entity"]
    )

    class Meta(oscar_forms.ProductForm.Meta):
        fields = (
            "title",
            "description",
            "priority",
            "is_public",
            "structure",
            "slug",
            "meta_title",
            "meta_description",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "description" in self.fields:
            self.fields["description"].widget = forms.Textarea({**PLAIN, "rows": 12})
            self.fields["description"].help_text = _("Plain text; **bold** and lists as in Markdown.")


class ProductImageForm(oscar_forms.ProductImageForm):
    original = PictureField(label=_("Picture"), widget=ImageInput())

    def save(self, commit: bool = True) -> Any:
        keep_new_picture(self, "original", is_first=self.cleaned_data.get("display_order") == 0)
        return super().save(commit)


class ProductClassForm(forms.ModelForm):
    class Meta:
        model = get_model("catalogue", "ProductClass")
        fields = ("name", "requires_shipping", "track_stock")


class ProductAttributesForm(oscar_forms.ProductAttributesForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = self.fields["type"]
        kinds.choices = [(kind, label) for kind, label in kinds.choices if kind not in TYPES_NOT_OFFERED]


class StockRecordForm(oscar_forms.StockRecordForm):
    """Price in dollars and SKU, and a change of the count with its reason. The count itself cannot be typed.

    The record is locked while the form is checked, so it must be used inside a transaction.
    """

    price = forms.DecimalField(label=_("Price"), min_value=Decimal("0.01"), max_digits=8, decimal_places=2)
    change = forms.IntegerField(
        label=_("Change by"),
        required=False,
        min_value=-100_000,
        max_value=100_000,
        help_text=_("12 for pieces that arrived, -3 for pieces that are gone."),
    )
    note = forms.CharField(label=_("Reason"), required=False, max_length=200)

    class Meta(oscar_forms.StockRecordForm.Meta):
        fields = ("partner", "partner_sku", "price", "low_stock_threshold")

    def __init__(self, product_class: Any, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(product_class, user, *args, **kwargs)
        if not (product_class.track_stock and user.has_perm("partner.change_stockrecord")):
            del self.fields["change"], self.fields["note"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        change = data.get("change")
        if change and not data.get("note", "").strip():
            self.add_error("note", _("Please say why the count changes."))
        if change and change < 0:
            self._check_removal(-change)
        return data

    def save(self, commit: bool = True) -> Any:
        record = super().save(commit)
        if commit:
            self._move(record)
        return record

    def _check_removal(self, quantity: int) -> None:
        record = type(self.instance).objects.select_for_update().filter(pk=self.instance.pk).first()
        free = record.net_stock_level if record else 0
        held = record.num_allocated if record else 0
        if quantity > free:
            self.add_error(
                "change",
                _("At most %(free)d can be taken away: %(held)d are held for orders.") % {"free": free, "held": held},
            )

    def _move(self, record: Any) -> None:
        change, note = self.cleaned_data.get("change"), self.cleaned_data.get("note", "")
        if not change:
            return
        if change > 0:
            movements.receive(stockrecord_id=record.pk, quantity=change, note=note, made_by=self.user)
        else:
            movements.correct(stockrecord_id=record.pk, change=change, note=note, made_by=self.user)
