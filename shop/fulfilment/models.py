from urllib.parse import quote

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# Carrier, in lower case -> its page for a tracking number. Others are linked when staff paste the address.
TRACKING_PAGES = {
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels={number}",
    "ups": "https://www.ups.com/track?tracknum={number}",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr={number}",
    "dhl": "https://www.dhl.com/us-en/home/tracking.html?tracking-id={number}",
}

is_tracking_number = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9 -]*\Z", _("Letters, digits, spaces and hyphens."))
is_secure_link = RegexValidator(r"^https://", _("Start with https://."))


class Shipment(models.Model):
    """How an order's parcel can be followed. An order without one was sent without, or is not sent yet."""

    order = models.OneToOneField("order.Order", on_delete=models.CASCADE, related_name="shipment")
    carrier = models.CharField(_("Carrier"), max_length=40, blank=True)
    tracking_number = models.CharField(_("Tracking number"), max_length=60, blank=True, validators=[is_tracking_number])
    tracking_link = models.URLField(
        _("Link to follow the parcel"), max_length=400, blank=True, validators=[is_secure_link]
    )
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    noted_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(carrier="", tracking_number="", tracking_link=""), name="shipment_can_be_followed"
            ),
            models.CheckConstraint(
                condition=Q(tracking_link="") | Q(tracking_link__startswith="https://"), name="shipment_link_is_secure"
            ),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.carrier, self.tracking_number) if part) or self.tracking_link

    @property
    def url(self) -> str:
        """The link that was typed, else the carrier's own page, else empty."""
        page = TRACKING_PAGES.get(self.carrier.strip().lower(), "") if self.tracking_number else ""
        return self.tracking_link or page.format(number=quote(self.tracking_number.replace(" ", ""), safe=""))
