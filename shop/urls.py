"""Every address of the site; the rooms meet here and nowhere else."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.urls import include, path

from shop import health, home, media
from shop.stripe_payments.webhook import stripe_webhook


def _oscar(label: str) -> Any:
    """The addresses of an Oscar app, as its configuration gives them."""
    config: Any = apps.get_app_config(label)
    return config.urls


urlpatterns = [
    path("", home.home, name="home"),
    path("leave/", home.leave, name="leave"),
    path("catalogue/", _oscar("catalogue")),
    path("basket/", _oscar("basket")),
    path("checkout/", _oscar("checkout")),
    path("accounts/", _oscar("customer")),
    path("search/", _oscar("search")),
    path("donate/", include("donations.urls")),
    path("learn/", include("shop.awareness.urls")),
    path("dashboard/", _oscar("dashboard")),
    path("dashboard/money/", include("shop.dashboard.money.urls")),
    path("dashboard/gifts/", include("donations.dashboard.urls")),
    path("dashboard/awareness/", include("shop.awareness.dashboard.urls")),
    path("dashboard/protection/", include("shop.card_testing.dashboard.urls")),
    path("password-reset/", include("shop.customer.password_reset_urls")),
    path("stripe/webhook/", stripe_webhook, name="stripe-webhook"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path(f"{settings.MEDIA_URL.strip('/')}/<path:path>", media.serve_upload, name="media"),
]
