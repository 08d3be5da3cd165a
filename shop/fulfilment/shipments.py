"""Writing down and finding how a parcel can be followed."""

from typing import Any

from django.contrib.auth.models import User

from shop.fulfilment.models import Shipment


def note_shipment(
    *,
    order_id: int,
    carrier: str = "",
    tracking_number: str = "",
    tracking_link: str = "",
    made_by: User | None = None,
) -> Shipment | None:
    """Keep what was typed in place of what was known before; all empty means that nothing is known."""
    if not (carrier or tracking_number or tracking_link):
        Shipment.objects.filter(order_id=order_id).delete()
        return None
    typed = {"carrier": carrier, "tracking_number": tracking_number, "tracking_link": tracking_link}
    shipment, _is_new = Shipment.objects.update_or_create(order_id=order_id, defaults={**typed, "noted_by": made_by})
    return shipment


def shipment_of(order: Any) -> Shipment | None:
    """One query."""
    return Shipment.objects.filter(order_id=order.pk).first()
