"""Every address of the site; the rooms meet here and nowhere else."""

from django.apps import apps
from django.conf import settings
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import SetPasswordForm
from django.urls import include, path, reverse_lazy
from oscar.core.loading import get_class
from oscar.views.decorators import login_forbidden

from shop import health, home, media
from shop.stripe_payments.webhook import stripe_webhook

PasswordResetForm = get_class("customer.forms", "PasswordResetForm")

password_reset = [
    path(
        "",
        login_forbidden(
            auth_views.PasswordResetView.as_view(
                form_class=PasswordResetForm,
                success_url=reverse_lazy("password-reset-done"),
                template_name="oscar/registration/password_reset_form.html",
            )
        ),
        name="password-reset",
    ),
    path(
        "done/",
        auth_views.PasswordResetDoneView.as_view(template_name="oscar/registration/password_reset_done.html"),
        name="password-reset-done",
    ),
    path(
        "confirm/<str:uidb64>/<str:token>/",
        auth_views.PasswordResetConfirmView.as_view(
            form_class=SetPasswordForm,
            success_url=reverse_lazy("password-reset-complete"),
            template_name="oscar/registration/password_reset_confirm.html",
        ),
        name="password-reset-confirm",
    ),
    path(
        "complete/",
        auth_views.PasswordResetCompleteView.as_view(template_name="oscar/registration/password_reset_complete.html"),
        name="password-reset-complete",
    ),
]

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
    path("password-reset/", include(password_reset)),
    path("stripe/webhook/", stripe_webhook, name="stripe-webhook"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path(f"{settings.MEDIA_URL.strip('/')}/<path:path>", media.serve_upload, name="media"),
]
