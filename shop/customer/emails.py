"""The mails about an account, one function each. Links are built from the site's own address, never from a request."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from shop import mail
from shop.accounts.models import EmailChange

EMAIL_LINK_SALT = "shop.customer.email-change"


def send_welcome(user: User) -> None:
    """The account waits for its password."""
    _send("account_welcome", user, link=_password_link(user))


def send_already_registered(user: User) -> None:
    """There is an account with this address already; here is the way in."""
    _send(
        "account_already_registered",
        user,
        login_url=_absolute(reverse("customer:login")),
        reset_url=_absolute(reverse("password-reset")),
    )


def send_password_reset(user: User) -> None:
    """A link that works once."""
    _send("account_password_reset", user, link=_password_link(user))


def send_password_changed(user: User) -> None:
    """The password is another one now."""
    _send("account_password_changed", user, reset_url=_absolute(reverse("password-reset")))


def send_confirm_email(change: EmailChange) -> None:
    """To the new address."""
    token = signing.dumps(change.pk, salt=EMAIL_LINK_SALT)
    link = _absolute(reverse("customer:confirm-email", args=[token]))
    _send("account_confirm_email", change.user, to=change.new_email, link=link, key=str(change.pk))


def send_email_changed(change: EmailChange) -> None:
    """To the old address."""
    _send("account_email_changed", change.user, to=change.old_email, key=str(change.pk))


def _send(name: str, user: User, *, to: str | None = None, key: str | None = None, **context: Any) -> None:
    mail.send(
        name=name, to=to or user.email, key=f"{name}-{user.pk}-{key or _state(user)}", context={"user": user, **context}
    )


def _state(user: User) -> str:
    """A job that runs twice sends the same mail; asked for again later, or after the password changed, it is another."""
    hour = timezone.now().strftime("%Y%m%d%H")
    return salted_hmac("shop.customer.emails", f"{user.password}{user.last_login}{hour}").hexdigest()


def _password_link(user: User) -> str:
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return _absolute(reverse("password-reset-confirm", args=[uid, default_token_generator.make_token(user)]))


def _absolute(path: str) -> str:
    return settings.SITE_URL + path
