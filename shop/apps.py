from django.apps import AppConfig
from oscar.apps.analytics import apps as analytics


class ShopConfig(AppConfig):
    """The site itself: carries the management commands that start and check it."""

    name = "shop"


class AnalyticsConfig(analytics.AnalyticsConfig):
    """Oscar's tables of what was looked at and bought, for its staff pages, without Oscar's counting.

    It counts inside the transaction that writes an order: two buyers of one product then wait for each other, and
    the first two of all break each other's order.
    """

    name = "oscar.apps.analytics"

    def ready(self) -> None:
        """Connects no receiver."""
