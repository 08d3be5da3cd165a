from typing import Any

from django.urls import path
from oscar.apps.dashboard.catalogue import apps

NOT_SERVED = ("stock-alert-list", "catalogue-product-lookup", "catalogue-option")


class CatalogueDashboardConfig(apps.CatalogueDashboardConfig):
    """Oscar's pages for goods, with stock by movements, checked pictures, and the sales tax rates."""

    name = "shop.dashboard.catalogue"

    permissions_map: dict[str, Any]

    def configure_permissions(self) -> None:
        super().configure_permissions()
        self.permissions_map = {name: _of_staff(needed) for name, needed in self.permissions_map.items()} | {
            "stock-list": ["is_staff", "partner.view_stockrecord"],
            "stock-record": ["is_staff", "partner.view_stockrecord"],
            "sales-tax-list": ["is_staff", "partner.view_salestaxrate"],
            "sales-tax-create": ["is_staff", "partner.add_salestaxrate", "partner.change_salestaxrate"],
            "sales-tax-update": ["is_staff", "partner.change_salestaxrate"],
        }

    def get_urls(self) -> list:
        from shop.dashboard.catalogue import stock_views, tax_views

        urls = [url for url in super().get_urls() if not (url.name or "").startswith(NOT_SERVED)]
        ours = [
            path("stock/", stock_views.stock_list, name="stock-list"),
            path("stock/<int:pk>/", stock_views.stock_record, name="stock-record"),
            path("sales-tax/", tax_views.SalesTaxListView.as_view(), name="sales-tax-list"),
            path("sales-tax/create/", tax_views.SalesTaxCreateView.as_view(), name="sales-tax-create"),
            path("sales-tax/<int:pk>/", tax_views.SalesTaxUpdateView.as_view(), name="sales-tax-update"),
        ]
        return urls + self.post_process_urls(ours)


def _of_staff(needed: Any) -> list[str]:
    """Oscar also lets partners in, who are not staff; the maker of these goods has no account here."""
    first = needed[0] if isinstance(needed, tuple) else needed
    return ["is_staff", *first]
