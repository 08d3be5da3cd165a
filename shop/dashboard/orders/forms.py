"""Forms of the staff's order pages, and those of Oscar's that its own views still ask for."""

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from shop.fulfilment.models import is_secure_link, is_tracking_number

Order = get_model("order", "Order")


class DayField(forms.DateField):
    """A day of this or the next century, as browsers send it."""

    widget = forms.DateInput({"type": "date"}, "%Y-%m-%d")
    default_validators = [MinValueValidator(date(1970, 1, 1)), MaxValueValidator(date(2199, 12, 31))]


class OrderSearchForm(forms.Form):
    """What to look for. Every field may be empty, and a wrong one is told and left out."""

    q = forms.CharField(label=_("Number, name or email"), required=False, max_length=200)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("Any")), *[(status, status) for status in settings.OSCAR_ORDER_STATUS_PIPELINE]],
    )
    date_from = DayField(label=_("From"), required=False)
    date_to = DayField(label=_("To"), required=False)

    @property
    def orders(self) -> Any:
        """The orders that fit, newest first."""
        self.full_clean()
        found = self.cleaned_data
        orders = Order.objects.order_by("-date_placed", "-id")
        for word in found.get("q", "").replace("\x00", "").split():
            orders = orders.filter(
                Q(number__icontains=word)
                | Q(guest_email__icontains=word)
                | Q(user__email__icontains=word)
                | Q(user__first_name__icontains=word)
                | Q(user__last_name__icontains=word)
                | Q(shipping_address__first_name__icontains=word)
                | Q(shipping_address__last_name__icontains=word)
            )
        if found.get("status"):
            orders = orders.filter(status=found["status"])
        if found.get("date_from"):
            orders = orders.filter(date_placed__gte=_midnight(found["date_from"]))
        if found.get("date_to"):
            orders = orders.filter(date_placed__lt=_midnight(found["date_to"] + timedelta(days=1)))
        return orders


class NoteForm(forms.Form):
    message = forms.CharField(label=_("A note for staff"), max_length=2000, widget=forms.Textarea({"rows": 3}))


class ShipmentForm(forms.Form):
    """How the buyer can follow the parcel. Every field may stay empty."""

    CARRIERS = ("USPS", "UPS", "FedEx", "DHL")
    PLAIN: ClassVar = {"autocomplete": "off", "spellcheck": "false"}

    carrier = forms.CharField(
        label=_("Carrier"), required=False, max_length=40, widget=forms.TextInput({**PLAIN, "list": "carriers"})
    )
    tracking_number = forms.CharField(
        label=_("Tracking number"),
        required=False,
        max_length=60,
        validators=[is_tracking_number],
        widget=forms.TextInput(PLAIN),
    )
    tracking_link = forms.URLField(
        label=_("Link to follow the parcel"),
        required=False,
        max_length=400,
        assume_scheme="https",
        validators=[is_secure_link],
        widget=forms.URLInput({**PLAIN, "placeholder": "https://"}),
        help_text=_("Not needed for USPS, UPS, FedEx and DHL."),
    )

    def clean_carrier(self) -> str:
        return " ".join(self.cleaned_data["carrier"].split())


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
