"""Jobs about accounts: one mail each, and forgetting what is no longer needed."""

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.utils import timezone
from procrastinate.contrib.django import app

from shop.accounts import attempts
from shop.accounts.models import EmailChange
from shop.customer import emails
from shop.tasks import PATIENT

EMAIL_CHANGES_KEPT = timedelta(days=90)


@app.task(queue="mail", retry=PATIENT)
def send_welcome_mail(user_id: int) -> None:
    """A link to choose a password with, to an account that has none yet."""
    for user in get_user_model().objects.filter(pk=user_id):  # it may be gone meanwhile
        emails.send_welcome(user)


@app.task(queue="mail", retry=PATIENT)
def send_already_registered_mail(user_id: int) -> None:
    """Somebody asked for an account with an address that has one."""
    for user in get_user_model().objects.filter(pk=user_id):
        emails.send_already_registered(user)


@app.task(queue="mail", retry=PATIENT)
def send_password_reset_mail(user_id: int) -> None:
    """A link to choose a new password with."""
    for user in get_user_model().objects.filter(pk=user_id):
        emails.send_password_reset(user)


@app.task(queue="mail", retry=PATIENT)
def send_password_changed_mail(user_id: int) -> None:
    """So that the owner hears of it, whoever did it."""
    for user in get_user_model().objects.filter(pk=user_id):
        emails.send_password_changed(user)


@app.task(queue="mail", retry=PATIENT)
def send_confirm_email_mail(change_id: int) -> None:
    """To the new address: is it yours?"""
    for change in EmailChange.objects.select_related("user").filter(pk=change_id, confirmed_at=None):
        emails.send_confirm_email(change)


@app.task(queue="mail", retry=PATIENT)
def send_email_changed_mail(change_id: int) -> None:
    """To the old address: mail goes elsewhere from now on."""
    for change in EmailChange.objects.select_related("user").filter(pk=change_id):
        emails.send_email_changed(change)


@app.periodic(cron="17 4 * * *")
@app.task(queue="housekeeping")
def forget_old_attempts(timestamp: int) -> None:
    """Counted attempts and finished changes of address are kept no longer than they are of use."""
    now = timezone.now()
    attempts.delete_old(now=now)
    EmailChange.objects.filter(requested_at__lt=now - EMAIL_CHANGES_KEPT).delete()
