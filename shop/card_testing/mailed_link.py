"""The way on for everybody: a link to the mailbox that was typed. It needs no script, and of a thief a mailbox a try."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction

from shop.accounts import attempts
from shop.accounts.attempts import Limit
from shop.card_testing import tasks
from shop.card_testing.models import MailedLink

FIELD = "mailed"
WISH = "mail_link"
LIFETIME = timedelta(hours=1)
LONGEST = 200


@transaction.atomic
def send(*, purpose: str, email: str, fields: dict[str, str], address: str, now: datetime) -> None:
    """Keep the form and mail the link to it. Raises `TooManyAttempts`."""
    hour = timedelta(hours=1)
    attempts.spend(
        (Limit("link to one mailbox", most=settings.CARD_TESTING_LINKS_TO_ONE, within=hour), folded(email)),
        (Limit("link by address", most=settings.CARD_TESTING_LINKS_BY_ADDRESS, within=hour), address),
        (Limit("link in all", most=settings.CARD_TESTING_LINKS_IN_ALL, within=hour), ""),
        now=now,
    )
    link = MailedLink.objects.create(
        purpose=purpose, email=email, fields=fields, made_at=now, expires_at=now + LIFETIME
    )
    tasks.send_link_mail.defer(link_id=link.pk)


def find(token: str, *, purpose: str, now: datetime) -> MailedLink | None:
    """The form behind a link that still works. Whether it opened a page already is seen when it is sent."""
    try:
        link_id = signing.loads(token[:LONGEST], salt=MailedLink.SALT)
    except signing.BadSignature:
        return None
    return MailedLink.objects.filter(pk=link_id, purpose=purpose, expires_at__gt=now).first()


def is_to(link: MailedLink, email: str) -> bool:
    """Whether the form that is sent now names the mailbox to which the link went."""
    return folded(link.email) == folded(email)


def folded(email: str) -> str:
    """One mailbox, however it is written."""
    return email.strip().casefold()
