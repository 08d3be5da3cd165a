from typing import Any

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


class VisitorRequest(HttpRequest):
    """Django's request with what the basket middleware adds. For annotations only."""

    basket: Any
    strategy: Any


def wanted_path(request: HttpRequest) -> str:
    """Where `next` asks to go on to, if that is a path of this site; else empty."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else ""
