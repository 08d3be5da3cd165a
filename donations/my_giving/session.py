"""The right to see and change one donor's gifts, for two hours, in the session of one browser.

Note [The donor of the session]
Whoever opened a mailed link has it; nothing else gives it. Every query of these pages starts from this donor: what
is another donor's is not found.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache

from donations.models import Donor

LASTS = timedelta(hours=2)
_KEY = "my_giving"

P = ParamSpec("P")
DonorView = Callable[Concatenate[HttpRequest, Donor, P], HttpResponse]


def open_for(request: HttpRequest, donor: Donor, *, now: datetime) -> None:
    """Under a new session id: one that somebody planted before is worth nothing."""
    request.session.cycle_key()
    request.session[_KEY] = {"donor": donor.pk, "until": (now + LASTS).timestamp()}


def close(request: HttpRequest) -> None:
    """The right ends; what else the session holds, such as a basket, stays under a new id."""
    if request.session.pop(_KEY, None) is not None:
        request.session.cycle_key()


def donor_of(request: HttpRequest, *, now: datetime) -> Donor | None:
    """Whose gifts this browser may see now."""
    right = request.session.get(_KEY)
    if right is None or right["until"] <= now.timestamp():
        return None
    return Donor.objects.filter(pk=right["donor"]).first()


def for_donor(view: DonorView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """The view gets the donor of the session; without one the visitor is asked for the mail address. Never cached."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        donor = donor_of(request, now=timezone.now())
        if donor is None:
            return redirect("donations:my-giving")
        return view(request, donor, *args, **kwargs)

    return guarded
