"""The one form of the checkout: where the goods go, and where the mail goes."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from shop.checkout.us_states import STATES, state_code
from shop.mail_addresses import MailAddressField

US_ZIP = re.compile(r"\d{5}(?:-?\d{4})?")


@dataclass(frozen=True)
class DeliveryDetails:
    """Whom the order is for, and where it goes. `state` is two letters in the United States, else as typed."""

    full_name: str
    line1: str
    line2: str
    city: str
    state: str
    postcode: str
    country_code: str
    email: str


class CheckoutForm(forms.Form):
    """Eight fields at most, each with the name that browsers fill in by themselves."""

    full_name = forms.CharField(
        error_messages={"required": _("Please add the name of whoever gets the parcel.")},
        label=_("Full name"),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "shipping name"}),
    )
    line1 = forms.CharField(
        error_messages={"required": _("Please add the street and the number.")},
        label=_("Address"),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "shipping address-line1"}),
    )
    line2 = forms.CharField(
        label=_("Apartment, suite or unit"),
        max_length=100,
        required=False,
        widget=forms.TextInput({"autocomplete": "shipping address-line2"}),
    )
    city = forms.CharField(
        error_messages={"required": _("Please add the city.")},
        label=_("City"),
        max_length=80,
        widget=forms.TextInput({"autocomplete": "shipping address-level2"}),
    )
    state = forms.CharField(
        label=_("State"),
        max_length=60,
        required=False,
        widget=forms.TextInput({"autocomplete": "shipping address-level1", "list": "us-states"}),
    )
    postcode = forms.CharField(
        label=_("ZIP code"),
        max_length=16,
        required=False,
        widget=forms.TextInput({"autocomplete": "shipping postal-code"}),
    )
    country: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Country"),
        queryset=None,
        to_field_name="iso_3166_1_a2",
        empty_label=None,
        widget=forms.Select({"autocomplete": "shipping country"}),
    )
    email = MailAddressField(
        error_messages={
            "required": _("Please add your mail address."),
            "invalid": _("Please write one mail address, such as bob@example.org."),
        },
        label=_("Email"),
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=_("For your order confirmation. Nothing else."),
    )
    # The total that the visitor was shown: a different one is shown first, and asked for only then.
    shown_total = forms.IntegerField(required=False, widget=forms.HiddenInput)

    us_states = STATES

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        countries = get_model("address", "Country").objects.filter(is_shipping_country=True)
        field: Any = self.fields["country"]
        field.queryset = countries.order_by("-display_order", "printable_name")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ("full_name", "line1", "line2", "city", "state", "postcode"):
            if re.search(r"[\x00-\x1f\x7f]", cleaned.get(name, "")):
                self.add_error(name, _("Please write this on one line, without special characters."))
        country = cleaned.get("country")
        if country is not None and country.pk == "US":
            self._clean_us_address(cleaned)
        return cleaned

    def _clean_us_address(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("state"):
            self.add_error("state", _("Please add the state, for example NY or New York."))
        elif state_code(cleaned["state"]) is None:
            self.add_error("state", _("We do not know this state. Try its two letters, for example NY."))
        else:
            cleaned["state"] = state_code(cleaned["state"])
        if not cleaned.get("postcode"):
            self.add_error("postcode", _("Please add the ZIP code."))
        elif not US_ZIP.fullmatch(cleaned["postcode"].strip()):
            self.add_error("postcode", _("A ZIP code has five digits, or nine as in 10001-1234."))

    @property
    def as_typed(self) -> dict[str, str]:
        """What a valid form holds, to show it again later; the total is shown anew."""
        typed = {name: self.cleaned_data[name] for name in self.fields if name != "shown_total"}
        return {**typed, "country": self.cleaned_data["country"].pk}

    @property
    def details(self) -> DeliveryDetails:
        """What a valid form says."""
        cleaned = self.cleaned_data
        return DeliveryDetails(
            full_name=cleaned["full_name"],
            line1=cleaned["line1"],
            line2=cleaned["line2"],
            city=cleaned["city"],
            state=cleaned["state"],
            postcode=cleaned["postcode"],
            country_code=cleaned["country"].pk,
            email=cleaned["email"],
        )

    @property
    def destination(self) -> tuple[str, str]:
        """(country code, state) as far as typed, valid or not: enough to say what shipping and tax will be."""
        country = self.data.get("country") or self.initial.get("country") or "US"
        typed_state = self.data.get("state") or self.initial.get("state") or ""
        return country, (state_code(typed_state) or "") if country == "US" else ""
