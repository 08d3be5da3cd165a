"""What can happen to an account. Pages and jobs call these and nothing else.

Note [Nobody learns who has an account]
Signing in, registering, resetting a password and changing an address answer the same for every address, known or
not. What differs is told by mail, to the owner of the address alone. So an account is born without a password:
its owner chooses one behind the link that was mailed, which also proves that the address is theirs.

Note [Guessing is slowed, nobody is locked out]
Wrong passwords are counted for an account and an address together, for an address, and for an account. The last
limit spares the addresses from which the account signed in before: a stranger who guesses from many
places keeps other strangers out, never the owner at home.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model, password_validation
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from oscar.core.loading import get_model

from shop.accounts import attempts
from shop.accounts.attempts import Limit
from shop.accounts.models import EmailChange
from shop.customer import tasks
from shop.customer.emails import EMAIL_LINK_SALT

BACKEND = "django.contrib.auth.backends.ModelBackend"

WRONG_FROM_HERE = Limit("wrong password from one place", most=8, within=timedelta(minutes=15))
WRONG_BY_ADDRESS = Limit("wrong password by address", most=40, within=timedelta(minutes=15))
WRONG_FOR_ACCOUNT = Limit("wrong password for account", most=60, within=timedelta(hours=1))
MAILS_TO_ONE = Limit("mail asked for", most=3, within=timedelta(hours=1))
MAILS_BY_ADDRESS = Limit("mails asked for by address", most=15, within=timedelta(hours=1))
SIGNED_IN_FROM = "signed in from"

EMAIL_LINK_LIFETIME = timedelta(days=1)


class StaffAccount(Exception):
    """Accounts of staff are closed by other staff, not by a form."""


class UnusableLink(Exception):
    """The link is too old, was used, or never was ours."""


def sign_in(*, email: str, password: str, address: str, now: datetime) -> User | None:
    """The user, or None for anything that is wrong. Raises `TooManyAttempts`. Takes as long for unknown addresses."""
    name = _folded(email)
    limits = [(WRONG_FROM_HERE, f"{name} {address}"), (WRONG_BY_ADDRESS, address)]
    if not attempts.has_happened(SIGNED_IN_FROM, f"{name} {address}"):
        limits.append((WRONG_FOR_ACCOUNT, name))
    written = attempts.spend(*limits, now=now)
    user = user_with_email(email)
    if not _is_password_right(user, password) or user is None or not user.is_active:
        return None
    attempts.give_back(written)
    attempts.forget(WRONG_FROM_HERE.what, f"{name} {address}")
    attempts.remember(SIGNED_IN_FROM, f"{name} {address}", now=now)
    return user


def confirm_password(*, user: User, password: str, address: str, now: datetime) -> bool:
    """Whether it is the signed-in user's own password. Raises `TooManyAttempts`."""
    written = attempts.spend((WRONG_FROM_HERE, f"{_folded(user.email)} {address}"), now=now)
    if not user.check_password(password):
        return False
    attempts.give_back(written)
    return True


@transaction.atomic
def register(*, email: str, name: str, address: str, now: datetime) -> None:
    """Open an account, or remind its owner that there is one; both by mail. Raises `TooManyAttempts`."""
    if not _may_write_to(email, address=address, now=now):
        return
    user = user_with_email(email) or _new_user(email, name)
    if user is None or _was_closed_by_staff(user):
        return
    if user.is_active:
        tasks.send_already_registered_mail.defer(user_id=user.pk)
    else:
        tasks.send_welcome_mail.defer(user_id=user.pk)


@transaction.atomic
def request_password_reset(*, email: str, address: str, now: datetime) -> None:
    """Mail a link if the address has an account; nothing else tells. Raises `TooManyAttempts`."""
    if _may_write_to(email, address=address, now=now):
        mail_password_link(email=email)


def mail_password_link(*, email: str) -> None:
    """The same, asked for by staff: counted against nobody."""
    user = user_with_email(email)
    if user is None or _was_closed_by_staff(user):
        return
    if user.is_active:
        tasks.send_password_reset_mail.defer(user_id=user.pk)
    else:
        tasks.send_welcome_mail.defer(user_id=user.pk)


@transaction.atomic
def set_password(*, user: User, password: str) -> None:
    """From a mailed link: the address is proven, so an account that waited for it opens."""
    if not _was_closed_by_staff(user):
        user.is_active = True
    user.set_password(password)
    user.save(update_fields=["password", "is_active"])
    tasks.send_password_changed_mail.defer(user_id=user.pk)


@transaction.atomic
def change_password(*, user: User, password: str) -> None:
    """Every other session of the account ends; the owner is told by mail."""
    user.set_password(password)
    user.save(update_fields=["password"])
    tasks.send_password_changed_mail.defer(user_id=user.pk)


def change_name(*, user: User, name: str) -> None:
    """One field for the whole name: not everybody has a first and a last one."""
    user.first_name, user.last_name = name, ""
    user.save(update_fields=["first_name", "last_name"])


@transaction.atomic
def request_email_change(*, user: User, new_email: str, address: str, now: datetime) -> None:
    """Mail a link to the new address; its owner is told instead if it has an account. Raises `TooManyAttempts`."""
    if not _may_write_to(new_email, address=address, now=now):
        return
    owner = user_with_email(new_email)
    if owner is not None and owner.pk != user.pk:
        if owner.is_active:
            tasks.send_already_registered_mail.defer(user_id=owner.pk)
        return
    change = EmailChange.objects.create(user=user, old_email=user.email, new_email=new_email, requested_at=now)
    tasks.send_confirm_email_mail.defer(change_id=change.pk)


def email_change_of(token: str, *, now: datetime) -> EmailChange:
    """The change that a mailed link is for. Raises `UnusableLink`."""
    try:
        change_id = signing.loads(token, salt=EMAIL_LINK_SALT)
    except signing.BadSignature:
        raise UnusableLink from None
    change = EmailChange.objects.select_related("user").filter(pk=change_id, confirmed_at=None).first()
    if change is None or change.user.email != change.old_email or change.requested_at < now - EMAIL_LINK_LIFETIME:
        raise UnusableLink
    return change


def apply_email_change(token: str, *, now: datetime) -> EmailChange:
    """The new address is in force; the old one is told. Raises `UnusableLink`, also when somebody was faster."""
    try:
        with transaction.atomic():
            change = email_change_of(token, now=now)
            user = get_user_model().objects.select_for_update().get(pk=change.user_id)
            owner = user_with_email(change.new_email)
            if user.email != change.old_email or (owner is not None and owner.pk != user.pk):
                raise UnusableLink
            user.email, user.username = change.new_email, _username(change.new_email)
            user.save(update_fields=["email", "username"])
            change.confirmed_at = now
            change.save(update_fields=["confirmed_at"])
            tasks.send_email_changed_mail.defer(change_id=change.pk)
    except IntegrityError:  # somebody registered the address at this very moment
        raise UnusableLink from None
    return change


@transaction.atomic
def close_account(*, user: User) -> None:
    """Delete the account. Its orders stay in the books with the address they were mailed to. Raises `StaffAccount`."""
    if user.is_staff:
        raise StaffAccount
    orders = get_model("order", "Order").objects.filter(user=user)
    orders.filter(guest_email="").update(guest_email=user.email)
    orders.update(user=None)
    user.delete()


def user_with_email(email: str) -> User | None:
    """The account of a mail address, whatever its capitals."""
    found = get_user_model().objects.filter(email__iexact=email.strip()).order_by("-is_active", "pk")
    return found.first() if email.strip() else None


def password_faults(password: str, user: User | None) -> list[str]:
    """Why a password will not do, in sentences; empty when it will."""
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        return list(error.messages)
    return []


def _may_write_to(email: str, *, address: str, now: datetime) -> bool:
    """False when this address was written to often enough: the page says what it always says, and no mail goes."""
    attempts.spend((MAILS_BY_ADDRESS, address), now=now)
    try:
        attempts.spend((MAILS_TO_ONE, _folded(email)), now=now)
    except attempts.TooManyAttempts:
        return False
    return True


def _new_user(email: str, name: str) -> User | None:
    """Without a password and closed, until the mailed link is used. None when the same form came twice at once."""
    try:
        with transaction.atomic():
            user: Any = get_user_model()(username=_username(email), email=email, first_name=name, is_active=False)
            user.set_unusable_password()
            user.save()
    except IntegrityError:
        return None
    return user


def _was_closed_by_staff(user: User) -> bool:
    return not user.is_active and user.has_usable_password()


def _is_password_right(user: User | None, password: str) -> bool:
    if user is None or not user.has_usable_password():
        make_password(password)  # as slow as checking one
        return False
    return user.check_password(password)


def _username(email: str) -> str:
    """One account an address, held by the database: the user name is unique."""
    return hashlib.sha256(_folded(email).encode()).hexdigest()[:40]


def _folded(email: str) -> str:
    return email.strip().casefold()
