"""The account pages. See Notes in `shop.customer.accounts` on what they must not tell."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST
from oscar.core.loading import get_model

from shop.accounts.attempts import TooManyAttempts, address_of
from shop.customer import accounts
from shop.customer.forms import (
    ChangePasswordForm,
    CurrentPasswordForm,
    NewPasswordForm,
    PasswordResetForm,
    ProfileForm,
    RegistrationForm,
    SignInForm,
)
from shop.customer.order_steps import steps_of
from shop.fulfilment.shipments import shipment_of
from shop.requests import wanted_path
from shop.stripe_payments.models import PaymentLine

Order = get_model("order", "Order")

ORDERS_A_PAGE = 10


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class SignInView(View):
    """The one door, for supporters and staff alike."""

    default_destination: Any = reverse_lazy("customer:summary")

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return HttpResponseRedirect(self._destination(request))
        return self._page(request, SignInForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SignInForm(request.POST)
        if not form.is_valid():
            return self._page(request, form)
        try:
            user = accounts.sign_in(**form.cleaned_data, address=address_of(request), now=timezone.now())
        except TooManyAttempts:
            return _too_often(form, lambda: self._page(request, form, status=429))
        if user is None:
            form.add_error(None, _("This email and password do not belong together. Please try again."))
            return self._page(request, form)
        destination = self._destination(request)
        login(request, user, backend=accounts.BACKEND)
        return HttpResponseRedirect(destination)

    def _destination(self, request: HttpRequest) -> str:
        return wanted_path(request) or resolve_url(self.default_destination)

    def _page(self, request: HttpRequest, form: Form, status: int = 200) -> HttpResponse:
        context = {"form": form, "next": wanted_path(request)}
        return render(request, "oscar/customer/login.html", context, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The session ends, here and in the database."""
    logout(request)
    return redirect("home")


class RegisterView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("customer:summary")
        return self._page(request, RegistrationForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = RegistrationForm(request.POST)
        if not form.is_valid():
            return self._page(request, form)
        try:
            accounts.register(**form.cleaned_data, address=address_of(request), now=timezone.now())
        except TooManyAttempts:
            return _too_often(form, lambda: self._page(request, form, status=429))
        return render(request, "oscar/customer/registered.html", {"email": form.cleaned_data["email"]})

    def _page(self, request: HttpRequest, form: Form, status: int = 200) -> HttpResponse:
        return render(request, "oscar/customer/registration.html", {"form": form}, status=status)


class PasswordResetView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, PasswordResetForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PasswordResetForm(request.POST)
        if not form.is_valid():
            return self._page(request, form)
        email = form.cleaned_data["email"]
        try:
            accounts.request_password_reset(email=email, address=address_of(request), now=timezone.now())
        except TooManyAttempts:
            return _too_often(form, lambda: self._page(request, form, status=429))
        return redirect("password-reset-done")

    def _page(self, request: HttpRequest, form: Form, status: int = 200) -> HttpResponse:
        return render(request, "oscar/registration/password_reset_form.html", {"form": form}, status=status)


@require_GET
def password_reset_done(request: HttpRequest) -> HttpResponse:
    return render(request, "oscar/registration/password_reset_done.html")


class PasswordResetConfirmView(auth_views.PasswordResetConfirmView):
    """Django's, which takes the secret out of the address at once, and keeps it in the session."""

    form_class = NewPasswordForm  # type: ignore[assignment] # takes and saves the user as Django's does
    success_url = reverse_lazy("password-reset-complete")
    template_name = "oscar/registration/password_reset_confirm.html"


@require_GET
def password_reset_complete(request: HttpRequest) -> HttpResponse:
    return render(request, "oscar/registration/password_reset_complete.html")


@require_GET
def summary(request: HttpRequest) -> HttpResponse:
    """The account at a glance: who, and the latest orders."""
    return render(request, "oscar/customer/summary.html", {"here": "summary", "orders": _orders_of(request)[:3]})


@require_GET
def order_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(_orders_of(request), ORDERS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "oscar/customer/order_list.html", {"here": "orders", "page_obj": page})


@require_GET
def order_detail(request: HttpRequest, order_number: str) -> HttpResponse:
    """One's own order. Anybody else's is as if it did not exist."""
    order = get_object_or_404(_orders_of(request), number=order_number)
    line = PaymentLine.objects.select_related("payment").filter(purpose="order", reference=order.number).last()
    context = {
        "here": "orders",
        "order": order,
        "lines": order.lines.order_by("id"),
        "steps": steps_of(order),
        "payment_line": line,
        "shipment": shipment_of(order),
    }
    return render(request, "oscar/customer/order_detail.html", context)


@method_decorator(sensitive_post_parameters("current_password"), name="dispatch")
class ProfileView(View):
    """The name changes at once; another mail address after its owner has opened a link, and only with the password."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, ProfileForm(_user(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        user = _user(request)
        form = ProfileForm(user, request.POST)
        if not form.is_valid():
            return self._page(request, form)
        try:
            if form.is_email_new and not self._ask_for_new_email(request, form):
                return self._page(request, form)
        except TooManyAttempts:
            return _too_often(form, lambda: self._page(request, form, status=429))
        accounts.change_name(user=user, name=form.cleaned_data["name"])
        if form.is_email_new:
            text = _("We sent a link to %(email)s. Your email changes once you open it.") % form.cleaned_data
            messages.warning(request, text)
        else:
            messages.success(request, _("Saved."))
        return redirect("customer:summary")

    def _ask_for_new_email(self, request: HttpRequest, form: ProfileForm) -> bool:
        if not _is_password_confirmed(request, form):
            return False
        accounts.request_email_change(
            user=_user(request),
            new_email=form.cleaned_data["email"],
            address=address_of(request),
            now=timezone.now(),
        )
        return True

    def _page(self, request: HttpRequest, form: Form, status: int = 200) -> HttpResponse:
        return render(request, "oscar/customer/profile.html", {"here": "profile", "form": form}, status=status)


class ConfirmEmailView(View):
    """The link that was mailed to a new address. Opening it changes nothing yet: mail scanners open links too."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            change = accounts.email_change_of(token, now=timezone.now())
        except accounts.UnusableLink:
            return self._unusable(request)
        return render(request, "oscar/customer/confirm_email.html", {"change": change})

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            accounts.apply_email_change(token, now=timezone.now())
        except accounts.UnusableLink:
            return self._unusable(request)
        return render(request, "oscar/customer/email_confirmed.html")

    def _unusable(self, request: HttpRequest) -> HttpResponse:
        return render(request, "oscar/customer/unusable_link.html", status=404)


@method_decorator(sensitive_post_parameters("current_password", "password"), name="dispatch")
class ChangePasswordView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, ChangePasswordForm(_user(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        user = _user(request)
        form = ChangePasswordForm(user, request.POST)
        if not form.is_valid():
            return self._page(request, form)
        try:
            if not _is_password_confirmed(request, form):
                return self._page(request, form)
        except TooManyAttempts:
            return _too_often(form, lambda: self._page(request, form, status=429))
        accounts.change_password(user=user, password=form.cleaned_data["password"])
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password is changed. You are signed out everywhere else."))
        return redirect("customer:summary")

    def _page(self, request: HttpRequest, form: Form, status: int = 200) -> HttpResponse:
        return render(request, "oscar/customer/change_password.html", {"here": "password", "form": form}, status=status)


@method_decorator(sensitive_post_parameters("current_password"), name="dispatch")
class CloseAccountView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, CurrentPasswordForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CurrentPasswordForm(request.POST)
        if not form.is_valid():
            return self._page(request, form)
        try:
            if not _is_password_confirmed(request, form):
                return self._page(request, form)
            accounts.close_account(user=_user(request))
        except TooManyAttempts:
            return _too_often(form, lambda: self._page(request, form, status=429))
        except accounts.StaffAccount:
            form.add_error(None, _("This is a staff account: please ask another member of staff to close it."))
            return self._page(request, form)
        logout(request)
        return render(request, "oscar/customer/closed.html")

    def _page(self, request: HttpRequest, form: Form, status: int = 200) -> HttpResponse:
        context = {"here": "profile", "form": form, "order_count": _orders_of(request).count()}
        return render(request, "oscar/customer/close_account.html", context, status=status)


def _orders_of(request: HttpRequest) -> Any:
    """The account's own. Orders placed as a guest with the same address are not among them: an address is no proof."""
    orders = Order.objects.filter(user_id=request.user.pk).select_related("shipping_address__country")
    return orders.order_by("-date_placed", "-id")


def _user(request: HttpRequest) -> User:
    """The signed-in user as a plain object, on pages that ask for one."""
    return User.objects.get(username=request.user.get_username())


def _is_password_confirmed(request: HttpRequest, form: Form) -> bool:
    """Whether the typed password is right; if not, the form says so. Raises `TooManyAttempts`."""
    is_right = accounts.confirm_password(
        user=_user(request),
        password=form.cleaned_data["current_password"],
        address=address_of(request),
        now=timezone.now(),
    )
    if not is_right:
        form.add_error("current_password", _("This is not your current password."))
    return is_right


def _too_often(form: Form, page: Any) -> HttpResponse:
    form.add_error(
        None,
        _(
            "That was tried many times in a short while. Please wait a quarter of an hour and try again; nothing is lost."
        ),
    )
    return page()
