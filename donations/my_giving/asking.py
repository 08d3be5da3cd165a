"""Asking for the link to "My giving": the same answer, as fast, whether the address ever gave or not."""

from datetime import datetime, timedelta

from django.db import transaction

from donations import tasks
from donations.models import MyGivingLink
from donations.my_giving.link import LIFETIME
from shop.accounts import attempts
from shop.accounts.attempts import Limit, TooManyAttempts

__all__ = ["TooManyAttempts", "ask"]

BY_PLACE = Limit("my giving by address", most=10, within=timedelta(hours=1))
TO_ONE_MAILBOX = Limit("my giving to one mailbox", most=3, within=timedelta(hours=1))


@transaction.atomic
def ask(*, email: str, place: str, now: datetime) -> None:
    """Have the link mailed. Raises `TooManyAttempts` when this place asked for too many.

    A mailbox that was written to often enough gets no more for a while, and the page does not say so: it would tell
    a stranger that somebody asks.
    """
    attempts.spend((BY_PLACE, place), now=now)
    try:
        attempts.spend((TO_ONE_MAILBOX, email.casefold()), now=now)
    except TooManyAttempts:
        return
    link = MyGivingLink.objects.create(email=email, made_at=now, expires_at=now + LIFETIME)
    tasks.send_my_giving_link.defer(link_id=link.pk)
