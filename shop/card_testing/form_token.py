"""Does a form come from a page of ours, made lately, and filled in by a person?

Note [One token for everybody]
A page is the same for everybody and kept for some seconds, so its token cannot know a visitor. It says when the page
was made, and we signed it: what is sent without it, too soon after it or long after it was not read by a person
just now. Solutions and mailed links are what is good once; see `challenge` and `mailed_link`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core import signing

FIELD = "form_token"
# A field that people do not see; programs fill in what they find.
TRAP = "message"
LONGEST = 100

_signer = signing.Signer(salt="shop.card_testing.form_token")


def issue(*, now: datetime) -> str:
    """A token that says that its page was made now."""
    return _signer.sign(str(int(now.timestamp())))


def is_current(token: str, *, now: datetime) -> bool:
    """Whether we issued it and it is not too old."""
    age = _age(token, now)
    return age is not None and timedelta() <= age <= timedelta(minutes=settings.CARD_TESTING_TOKEN_MINUTES)


def is_from_a_person(form: Mapping[str, str], *, now: datetime) -> bool:
    """Whether the form was sent as a person with a browser sends it: current, not at once, nothing in the trap."""
    token = form.get(FIELD, "")
    age = _age(token, now)
    is_slow_enough = age is not None and age >= timedelta(seconds=settings.CARD_TESTING_LEAST_SECONDS)
    return is_current(token, now=now) and is_slow_enough and not form.get(TRAP, "").strip()


def _age(token: str, now: datetime) -> timedelta | None:
    try:
        made_at = datetime.fromtimestamp(int(_signer.unsign(token[:LONGEST])), UTC)
    except (signing.BadSignature, ValueError):
        return None
    return now - made_at
