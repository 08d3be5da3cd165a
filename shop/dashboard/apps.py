from typing import Any

from django.apps import apps as installed
from django.urls import include, path
from oscar.apps.dashboard import apps
from oscar.core.loading import get_class


class DashboardConfig(apps.DashboardConfig):
    """The staff pages that work here: goods, orders, people, shipping charges. The rest of Oscar's is not served."""

    name = "shop.dashboard"

    def configure_permissions(self) -> None:
        self.permissions_map = {"index": get_class("dashboard.permissions", "DashboardPermission").staff}

    def get_urls(self) -> list:
        from django.contrib.auth import views as auth_views

        urls = [
            path("", self.index_view.as_view(), name="index"),
            path("catalogue/", include(self.catalogue_app.urls[0])),
            path("orders/", include(self.orders_app.urls[0])),
            path("users/", include(self._people())),
            path("shipping/", include(self.shipping_app.urls[0])),
            path("login/", self.login_view.as_view(), name="login"),
            path("logout/", auth_views.LogoutView.as_view(next_page="/"), name="logout"),
        ]
        return self.post_process_urls(urls)

    def _people(self) -> list:
        """Without the alerts about goods that are back in stock, which are not offered."""
        config: Any = installed.get_app_config("users_dashboard")
        users = config.urls[0]
        return [url for url in users if "alert" not in (url.name or "")]
