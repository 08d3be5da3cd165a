"""Pages for what went wrong: kind, and never with the raw error."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def cross_site_request(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form arrived from another site, or from a browser that does not say where it comes from."""
    return render(request, "403.html", {"is_cross_site_request": True}, status=403)
