from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from oscar.apps.customer import apps


class CustomerConfig(apps.CustomerConfig):
    """Oscar's models with pages of our own, and no others: no wish lists, alerts, inboxes or eternal order links."""

    name = "shop.customer"

    def ready(self) -> None:
        """Nothing of Oscar's: its views and receivers serve pages that this site does not have."""

    def get_urls(self) -> list[URLPattern]:
        from shop.customer import views

        return [
            path("login/", never_cache(views.SignInView.as_view()), name="login"),
            path("logout/", never_cache(views.sign_out), name="logout"),
            path("register/", never_cache(views.RegisterView.as_view()), name="register"),
            path("email/<str:token>/", never_cache(views.ConfirmEmailView.as_view()), name="confirm-email"),
            path("", _private(views.summary), name="summary"),
            path("profile/", _private(views.ProfileView.as_view()), name="profile-update"),
            path("profile/delete/", _private(views.CloseAccountView.as_view()), name="profile-delete"),
            path("change-password/", _private(views.ChangePasswordView.as_view()), name="change-password"),
            path("orders/", _private(views.order_list), name="order-list"),
            path("orders/<slug:order_number>/", _private(views.order_detail), name="order"),
        ]


def _private(view: Callable[..., Any]) -> Callable[..., Any]:
    return never_cache(login_required(view))
