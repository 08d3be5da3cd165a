"""Every address of the site; the rooms meet here and nowhere else."""

from django.apps import apps
from django.conf import settings
from django.urls import include, path

from shop import health, home, media
from shop.stripe_payments.webhook import stripe_webhook

urlpatterns = [
    path("", home.home, name="home"),
    path("leave/", home.leave, name="leave"),
    path("catalogue/", apps.get_app_config("catalogue").urls),
    path("basket/", apps.get_app_config("basket").urls),
    path("checkout/", apps.get_app_config("checkout").urls),
    path("accounts/", apps.get_app_config("customer").urls),
    path("search/", apps.get_app_config("search").urls),
    path("donate/", include("donations.urls")),
    path("learn/", include("shop.awareness.urls")),
    path("dashboard/", apps.get_app_config("dashboard").urls),
    path("dashboard/gifts/", include("donations.dashboard.urls")),
    path("dashboard/awareness/", include("shop.awareness.dashboard.urls")),
    path("password-reset/", include("shop.customer.password_reset_urls")),
    path("stripe/webhook/", stripe_webhook, name="stripe-webhook"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path(f"{settings.MEDIA_URL.strip('/')}/<path:path>", media.serve_upload, name="media"),
]
