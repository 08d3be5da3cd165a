"""How often something was tried lately, counted in the database: every web process and every machine sees it."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
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


def spend(*subjects: tuple[Limit, str], now: datetime) -> list[int]:
    """Count one attempt against every (limit, subject). Raises `TooManyAttempts` when one limit is reached.

    The attempt is written before anything is counted, so that many at the same moment cannot all slip through.
    Returns what to give to `give_back` if the attempt turns out to have been honest.
    """
    written = [Attempt.objects.create(key=_key(limit.what, subject), made_at=now).pk for limit, subject in subjects]
    if any(count(limit, subject, now=now) > limit.most for limit, subject in subjects):
        give_back(written)
        raise TooManyAttempts
    return written


def count(limit: Limit, subject: str, *, now: datetime) -> int:
    """Attempts within the limit's time."""
    since = now - limit.within
    return Attempt.objects.filter(key=_key(limit.what, subject), made_at__gt=since).count()


def give_back(written: list[int]) -> None:
    """These attempts do not count after all."""
    Attempt.objects.filter(pk__in=written).delete()


def forget(what: str, subject: str) -> None:
    """Start counting from nothing."""
    Attempt.objects.filter(key=_key(what, subject)).delete()


def remember(what: str, subject: str, *, now: datetime) -> None:
    """Write down that something happened, once."""
    key = _key(what, subject)
    if not Attempt.objects.filter(key=key).update(made_at=now):
        Attempt.objects.create(key=key, made_at=now)


def has_happened(what: str, subject: str) -> bool:
    """Whether `remember` was called for it in the last 60 days."""
    return Attempt.objects.filter(key=_key(what, subject)).exists()


def delete_old(*, now: datetime) -> int:
    """Drop what no limit asks for any more. Safe to repeat."""
    return Attempt.objects.filter(made_at__lt=now - KEPT).delete()[0]


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


def _key(what: str, subject: str) -> str:
    return salted_hmac("shop.accounts.attempts", f"{what}\0{subject}", algorithm="sha256").hexdigest()
