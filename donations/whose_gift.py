"""Which gifts a browser began.

Note [Whose gift]
What is personal is shown to the browser session that began the gift, and to nobody else who has the link. The
session learns the reference when the form is sent, which is also the first time that a cookie is set.
"""

from django.conf import settings
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


def typed_before(request: HttpRequest) -> dict[str, str]:
    """The name and the mail address of the gift that this browser began last, unless it is paid.

    A browser without a session is not looked up: its page is the same for everybody.
    """
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return {}
    unpaid = Gift.objects.filter(status__in=(Gift.Status.STARTED, Gift.Status.ABANDONED))
    gift = unpaid.filter(reference__in=begun_here(request)[-1:]).select_related("donor").first()
    return {"name": gift.donor_name, "email": gift.donor.email} if gift else {}


def is_from_here(request: HttpRequest, gift: Gift) -> bool:
    """See Note [Whose gift]."""
    return gift.reference in begun_here(request)
