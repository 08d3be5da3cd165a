"""Addresses of the four steps to a new password."""

from django.urls import path
from django.views.decorators.cache import never_cache

from shop.customer import views

urlpatterns = [
    path("", never_cache(views.PasswordResetView.as_view()), name="password-reset"),
    path("done/", never_cache(views.password_reset_done), name="password-reset-done"),
    path("confirm/<str:uidb64>/<str:token>/", views.PasswordResetConfirmView.as_view(), name="password-reset-confirm"),
    path("complete/", never_cache(views.password_reset_complete), name="password-reset-complete"),
]
