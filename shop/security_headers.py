"""Headers that Django and django-csp do not set."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()" for feature in ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")
)
# Oscar's staff pages carry inline scripts and styles; they are served to signed-in staff only.
STAFF_PAGE_POLICY = {
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
}


class SecurityHeadersMiddleware:
    """Adds the isolation headers to every answer, and lets staff pages run Oscar's inline scripts.

    Runs inside `CSPMiddleware`, which reads what is noted on the response.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path.startswith("/dashboard/"):
            setattr(response, "_csp_replace", STAFF_PAGE_POLICY)  # noqa: B010 -- as django-csp's decorators do it
        if not response.has_header("Cache-Control") and request.COOKIES:
            response.headers["Cache-Control"] = "private, no-store"
        return response
