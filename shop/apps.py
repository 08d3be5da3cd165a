from django.apps import AppConfig


class ShopConfig(AppConfig):
    """The site itself: carries the management commands that start and check it."""

    name = "shop"
