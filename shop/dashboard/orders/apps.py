from typing import Any

from django.urls import URLPattern, path
from oscar.apps.dashboard.orders import apps
from oscar.core.loading import get_class

LOOK = ["is_staff", "order.view_order"]
CHANGE = ["is_staff", "order.view_order", "order.change_order"]


class OrdersDashboardConfig(apps.OrdersDashboardConfig):
    """Oscar's place for orders, with pages of our own: what would pass by stock and money is not there."""

    name = "shop.dashboard.orders"
    permissions_map: dict[str, Any] = {
        "order-list": LOOK,
        "order-export": LOOK,
        "order-packing-slips": LOOK,
        "order-detail": LOOK,
        "order-move": CHANGE,
        "order-ship": CHANGE,
        "order-shipment": CHANGE,
        "order-note": CHANGE,
        "order-shipping-address": CHANGE,
    }

    def ready(self) -> None:
        """Nothing of Oscar's: its views are imported when the addresses are."""

    def get_urls(self) -> list[URLPattern]:
        from shop.dashboard.orders import views

        address_view = get_class("dashboard.orders.views", "ShippingAddressUpdateView")
        urls = [
            path("", views.order_list, name="order-list"),
            path("export/", views.export, name="order-export"),
            path("packing-slips/", views.packing_slips, name="order-packing-slips"),
            path("move/", views.move_orders, name="order-move"),
            path("<slug:number>/", views.order_detail, name="order-detail"),
            path("<slug:number>/ship/", views.ship_order, name="order-ship"),
            path("<slug:number>/shipment/", views.change_shipment, name="order-shipment"),
            path("<slug:number>/notes/", views.add_note, name="order-note"),
            path("<slug:number>/shipping-address/", address_view.as_view(), name="order-shipping-address"),
        ]
        return self.post_process_urls(urls)
