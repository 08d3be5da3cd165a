"""How often something was tried lately, counted in the database: every web process and every machine sees it.

Note [Counting one after the other]
Rows that another transaction has written and not committed yet are not counted. Many requests at the same moment
would each see too few and all slip through, above all inside a longer transaction. So whoever counts first takes
a lock that PostgreSQL keeps for the name of what is counted, until the end of the transaction: the next one waits
and then sees every row.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from shop.accounts.models import Attempt

KEPT = timedelta(days=60)


@dataclass(frozen=True)
class Limit:
    """At most `most` attempts of one kind within `within`."""

    what: str
    most: int
    within: timedelta


class TooManyAttempts(Exception):
    """Tried too often. Nothing was checked, and waiting is not made longer by this attempt."""


@transaction.atomic
def spend(*subjects: tuple[Limit, str], now: datetime) -> list[int]:
    """Count one attempt against every (limit, subject). Raises `TooManyAttempts` when one limit is reached.

    Many at the same moment are counted one after the other: see Note [Counting one after the other]. Returns what
    to give to `give_back` if the attempt turns out to have been honest.
    """
    take_turns(*(keyed(limit.what, subject) for limit, subject in subjects))
    if any(count(limit, subject, now=now) >= limit.most for limit, subject in subjects):
        raise TooManyAttempts
    return [Attempt.objects.create(key=keyed(limit.what, subject), made_at=now).pk for limit, subject in subjects]


def take_turns(*keys: str) -> None:
    """Wait until no other transaction has taken one of the keys; others then wait for this one to end.

    Each key starts with 16 hexadecimal digits or more, as those of `keyed` do. Taken in a fixed order, so that two
    who want the same keys never wait for each other.
    """
    with connection.cursor() as cursor:
        for number in sorted({int(key[:16], 16) - 2**63 for key in keys}):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def count(limit: Limit, subject: str, *, now: datetime) -> int:
    """Attempts within the limit's time."""
    since = now - limit.within
    return Attempt.objects.filter(key=keyed(limit.what, subject), made_at__gt=since).count()


def give_back(written: list[int]) -> None:
    """These attempts do not count after all."""
    Attempt.objects.filter(pk__in=written).delete()


def forget(what: str, subject: str) -> None:
    """Start counting from nothing."""
    Attempt.objects.filter(key=keyed(what, subject)).delete()


def remember(what: str, subject: str, *, now: datetime) -> None:
    """Write down that something happened, once."""
    key = keyed(what, subject)
    if not Attempt.objects.filter(key=key).update(made_at=now):
        Attempt.objects.create(key=key, made_at=now)


def has_happened(what: str, subject: str) -> bool:
    """Whether `remember` was called for it in the last 60 days."""
    return Attempt.objects.filter(key=keyed(what, subject)).exists()


def delete_old(*, now: datetime) -> int:
    """Drop what no limit asks for any more. Safe to repeat."""
    return Attempt.objects.filter(made_at__lt=now - KEPT).delete()[0]


def keyed(what: str, subject: str) -> str:
    """What stands for a subject in the database: always the same, and nobody without our secret learns whose it is."""
    return salted_hmac("shop.accounts.attempts", f"{what}\0{subject}", algorithm="sha256").hexdigest()


def address_of(request: HttpRequest) -> str:
    """Where the request comes from; a whole /64 of IPv6 counts as one.

    `X-Forwarded-For` is believed only behind the proxy that the settings name, and of it only the last entry,
    which that proxy wrote itself.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
