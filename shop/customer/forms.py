"""The forms of the account pages. They check what was typed; `shop.customer.accounts` does what was asked."""

import re
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from shop.customer import accounts
from shop.customer.accounts import password_faults
from shop.mail_addresses import MailAddressField

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class OneLineField(forms.CharField):
    """Text without line breaks and control characters."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if _CONTROL.search(text):
            raise forms.ValidationError(_("Please write this on one line, without special characters."))
        return text


class EmailField(MailAddressField):
    """One plain mail address."""

    def __init__(self, **kwargs: Any) -> None:
        autocomplete = kwargs.pop("autocomplete", "email")
        widget = forms.EmailInput({"autocomplete": autocomplete, "autocapitalize": "none", "spellcheck": "false"})
        super().__init__(label=kwargs.pop("label", _("Email")), widget=widget, **kwargs)


class PasswordField(forms.CharField):
    """A password, never sent back to the page."""

    def __init__(self, *, autocomplete: str, **kwargs: Any) -> None:
        widget = forms.PasswordInput({"autocomplete": autocomplete})
        super().__init__(label=kwargs.pop("label", _("Password")), strip=False, max_length=256, widget=widget, **kwargs)


class SignInForm(forms.Form):
    email = EmailField(autocomplete="username")
    password = PasswordField(autocomplete="current-password")


class RegistrationForm(forms.Form):
    email = EmailField()
    name = OneLineField(
        label=_("Name"), max_length=150, required=False, widget=forms.TextInput({"autocomplete": "name"})
    )


class PasswordResetForm(forms.Form):
    """Also used by Oscar's dashboard, which saves it for a customer: hence `save`."""

    email = EmailField(autocomplete="username")

    def save(self, **options: Any) -> None:
        """Mail the link by a job, if the address has an account."""
        accounts.mail_password_link(email=self.cleaned_data["email"])


class NewPasswordForm(forms.Form):
    """Twice is not asked: what was mistyped is reset by mail."""

    password = PasswordField(
        label=_("New password"),
        autocomplete="new-password",
        help_text=_("At least 10 characters. A few words that only you would put together are good."),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if faults := password_faults(password, self.user):
            raise forms.ValidationError(faults)
        return password

    def save(self) -> User:
        """From a mailed link."""
        accounts.set_password(user=self.user, password=self.cleaned_data["password"])
        return self.user


class CurrentPasswordForm(forms.Form):
    current_password = PasswordField(label=_("Current password"), autocomplete="current-password")


class ChangePasswordForm(NewPasswordForm):
    current_password = PasswordField(label=_("Current password"), autocomplete="current-password")

    field_order = ("current_password", "password")


class ProfileForm(forms.Form):
    name = OneLineField(
        label=_("Name"), max_length=150, required=False, widget=forms.TextInput({"autocomplete": "name"})
    )
    email = EmailField()
    current_password = PasswordField(
        label=_("Current password"),
        autocomplete="current-password",
        required=False,
        help_text=_("Only needed to change the email."),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"name": user.get_full_name(), "email": user.email})
        super().__init__(*args, **kwargs)
        self.user = user

    @property
    def is_email_new(self) -> bool:
        """Whether a valid form asks for another address."""
        return self.cleaned_data["email"] != self.user.email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "email" in cleaned and self.is_email_new and not cleaned.get("current_password"):
            self.add_error("current_password", _("To change the email, please type your current password."))
        return cleaned
