"""Whole pages, kept in memory for visitors who have done nothing yet.

Note [A page is the same for everybody]
A visitor without a cookie gets a page that depends on its address alone. It is rendered once and then served
as bytes until `PAGE_CACHE_SECONDS` are over. The first cookie (a basket, a login) leads past this cache, so
staff see their changes at once and a visitor's basket is never shown to anybody else.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

MOST_PAGES = 400
LONGEST_QUERY = 200
NEVER = (
    "/dashboard/",
    "/accounts/",
    "/checkout/",
    "/password-reset/",
    "/stripe/",
    "/static/",
    "/media/",
    "/healthz",
    "/readyz",
)
BROWSERS_ASK_AGAIN = "public, max-age=0, must-revalidate"

PageKey = tuple[str, str, str, bool]


@dataclass(frozen=True)
class _Page:
    body: bytes
    headers: tuple[tuple[str, str], ...]
    fresh_until: float


class PageCacheMiddleware:
    """Stands first, so that a kept page costs no other middleware; what it keeps has passed them all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._pages: OrderedDict[PageKey, _Page] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _may_be_kept(request):
            return self.get_response(request)
        key = _key(request)
        page = self._find(key)
        if page is None:
            response = self.get_response(request)
            if not isinstance(response, HttpResponse) or not _is_same_for_everybody(response):
                return response
            page = self._keep(key, response)
        return HttpResponse(page.body, headers=dict(page.headers))

    def _find(self, key: PageKey) -> _Page | None:
        with self._lock:
            page = self._pages.get(key)
            if page is None or page.fresh_until < time.monotonic():
                return None
            self._pages.move_to_end(key)
            return page

    def _keep(self, key: PageKey, response: HttpResponse) -> _Page:
        response.headers.setdefault("Cache-Control", BROWSERS_ASK_AGAIN)
        patch_vary_headers(response, ["Cookie", "Accept-Encoding"])
        page = _Page(response.content, tuple(response.items()), time.monotonic() + settings.PAGE_CACHE_SECONDS)
        with self._lock:
            self._pages[key] = page
            self._pages.move_to_end(key)
            if len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)
        return page


def _may_be_kept(request: HttpRequest) -> bool:
    return (
        settings.PAGE_CACHE_SECONDS > 0
        and request.method == "GET"
        and not request.headers.get("Cookie")
        and "Authorization" not in request.headers
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
        and not request.path.startswith(NEVER)
    )


def _key(request: HttpRequest) -> PageKey:
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    return (request.scheme or "", request.get_host(), request.get_full_path(), takes_gzip)


def _is_same_for_everybody(response: HttpResponse) -> bool:
    return response.status_code == 200 and not response.cookies and "no-store" not in response.get("Cache-Control", "")
