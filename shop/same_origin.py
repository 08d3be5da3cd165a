"""Refuse requests that another site makes in a visitor's name, without a token and without a cookie."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseForbidden
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware


class SameOriginMiddleware(CsrfViewMiddleware):
    """Django's cross-site request protection, satisfied by what the browser itself says of the origin.

    Every browser since 2020 sends `Origin` with a POST, and since 2023 also `Sec-Fetch-Site`; a page cannot
    forge either. A request that says neither falls back to Django's token, so an unknown client is refused.
    Source: OWASP Cross-Site Request Forgery Prevention Cheat Sheet, "Fetch Metadata headers".

    Note [No token on public pages]
    Because of this a form needs no token, a page needs no cookie, and is the same for every visitor who has
    done nothing yet.
    """

    def process_view(
        self,
        request: HttpRequest,
        callback: Callable[..., HttpResponseBase],
        callback_args: tuple[Any, ...],
        callback_kwargs: dict[str, Any],
    ) -> HttpResponseForbidden | None:
        if request.method not in ("GET", "HEAD", "OPTIONS", "TRACE") and _is_from_this_site(request):
            # Django's csrf_protect on single views asks for this.
            request.csrf_processing_done = True  # type: ignore[attr-defined]
            return None
        return super().process_view(request, callback, callback_args, callback_kwargs)


def _is_from_this_site(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
