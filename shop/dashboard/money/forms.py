"""The form of a refund: everything that is left, or a part of each line."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.dashboard.money.refunding import RefundableLine, left_minor
from shop.money import UnreadableAmount, format_minor, parse_amount


class RefundForm(forms.Form):
    """`parts_minor` after `is_valid()`: line id -> amount."""

    WHOLE, PART = "whole", "part"

    how = forms.ChoiceField(
        label=gettext_lazy("How much?"), choices=[(WHOLE, ""), (PART, "")], widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("For our books and this history. It is not sent to the payer."),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, data: Any, *, lines: Sequence[RefundableLine]) -> None:
        super().__init__(data)
        self.lines = lines
        self.parts_minor: dict[int, int] = {}
        for line in lines:
            self.fields[_name(line)] = forms.CharField(
                label=line.purpose.label,
                help_text=_("At most %(amount)s") % {"amount": format_minor(line.left_minor)},
                required=False,
                max_length=20,
                widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
            )

    @property
    def amount_fields(self) -> list[forms.BoundField]:
        return [self[_name(line)] for line in self.lines]

    @property
    def left_minor(self) -> int:
        return left_minor(self.lines)

    @property
    def total_minor(self) -> int:
        return sum(self.parts_minor.values())

    @property
    def parts(self) -> list[tuple[RefundableLine, int]]:
        """For the page that confirms."""
        return [(line, self.parts_minor[line.pk]) for line in self.lines if line.pk in self.parts_minor]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        if not self.lines:
            raise forms.ValidationError(_("Nothing of this payment can be refunded now."))
        if data.get("how") == self.WHOLE:
            self._refuse_typed_amounts(data)
            self.parts_minor = {line.pk: line.left_minor for line in self.lines}
        elif data.get("how") == self.PART:
            self.parts_minor = self._typed_amounts(data)
            if not self.parts_minor and not self.errors:
                self.add_error(_name(self.lines[0]), _("Type how much goes back."))
        return data

    def _typed_amounts(self, data: dict[str, Any]) -> dict[int, int]:
        parts = {}
        for line in self.lines:
            if typed := data.get(_name(line), ""):
                amount_minor = self._read(line, typed)
                if amount_minor:
                    parts[line.pk] = amount_minor
        return parts

    def _read(self, line: RefundableLine, typed: str) -> int:
        """0 after an error."""
        try:
            amount_minor = parse_amount(typed)
        except UnreadableAmount:
            self.add_error(_name(line), _("This is not an amount. Type it like 12.50."))
            return 0
        if amount_minor == 0:
            self.add_error(_name(line), _("Nothing would go back. Leave it empty, or type more."))
        elif amount_minor > line.left_minor:
            most = format_minor(line.left_minor)
            self.add_error(_name(line), _("Only %(most)s of it is left.") % {"most": most})
        else:
            return amount_minor
        return 0

    def _refuse_typed_amounts(self, data: dict[str, Any]) -> None:
        for line in self.lines:
            if data.get(_name(line)):
                self.add_error(_name(line), _("Choose “a part of it”, or clear this amount."))


def _name(line: RefundableLine) -> str:
    return f"amount_{line.pk}"
