"""The link that opens "My giving": mailed only to an address that gave, good for a day and for one use."""

from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.db.models.functions import Lower

from donations import emails
from donations.models import Donor, MyGivingLink
from donations.queries import gifts_of, monthly_gifts_of

LIFETIME = timedelta(hours=24)
_LONGEST = 200


def mail(link_id: int, *, now: datetime) -> None:
    """Mail the link, or forget who asked when the address never gave. Safe to repeat."""
    link = MyGivingLink.objects.filter(pk=link_id, expires_at__gt=now, used_at=None).first()
    if link is None:
        return
    donor = _donor_with(link.email)
    if donor is None:
        link.delete()
        return
    link.donor = donor
    link.save(update_fields=["donor"])
    emails.send_my_giving_link(link, to=donor.email)


def find(token: str, *, now: datetime) -> MyGivingLink | None:
    """A link that still opens. Nothing is used up."""
    link_id = _id_in(token)
    return MyGivingLink.objects.filter(pk=link_id, expires_at__gt=now, used_at=None, donor__isnull=False).first()


@transaction.atomic
def use(token: str, *, now: datetime) -> Donor | None:
    """Whose link it is, once; None for one that is used, over, or none of ours."""
    link = MyGivingLink.objects.select_for_update().filter(pk=_id_in(token)).first()
    if link is None or link.used_at is not None or link.expires_at <= now:
        return None
    link.used_at = now
    link.save(update_fields=["used_at"])
    return link.donor


def forget_old(*, now: datetime) -> None:
    """What somebody typed is kept no longer than its link works."""
    MyGivingLink.objects.filter(expires_at__lt=now).delete()


def _donor_with(email: str) -> Donor | None:
    """Somebody of whom there is something to see."""
    donor = Donor.objects.alias(lowered=Lower("email")).filter(lowered=email.lower()).first()
    if donor is None or not (gifts_of(donor).exists() or monthly_gifts_of(donor).exists()):
        return None
    return donor


def _id_in(token: str) -> int:
    """0, which no row has, for a token that we did not make."""
    try:
        link_id: int = signing.loads(token[:_LONGEST], salt=MyGivingLink.SALT)
    except signing.BadSignature:
        return 0
    return link_id
