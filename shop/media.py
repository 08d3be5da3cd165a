"""Uploaded pictures. Their names change with their content, so browsers may keep them for ever."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.static import serve


def serve_upload(request: HttpRequest, path: str) -> HttpResponseBase:
    """One file of `MEDIA_ROOT`. A web server in front may serve that folder instead."""
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
