"""Which gifts a browser began.

Note [Whose gift]
What is personal is shown to the browser session that began the gift, and to nobody else who has the link. The
session learns the reference when the form is sent, which is also the first time that a cookie is set.
"""

from django.http import HttpRequest

from donations.models import Gift

_KEY = "gifts"
_MOST_REMEMBERED = 20


def begun_here(request: HttpRequest) -> list[str]:
    """References of the gifts that this browser began."""
    return list(request.session.get(_KEY, []))


def remember(request: HttpRequest, gift: Gift) -> None:
    """This browser began the gift."""
    gifts = [reference for reference in begun_here(request) if reference != gift.reference]
    request.session[_KEY] = [*gifts, gift.reference][-_MOST_REMEMBERED:]


def is_from_here(request: HttpRequest, gift: Gift) -> bool:
    """See Note [Whose gift]."""
    return gift.reference in begun_here(request)
