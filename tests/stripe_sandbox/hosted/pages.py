"""Fills the HTML files in `templates/`, escaping every value, and sets the headers that each page carries."""

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup
from werkzeug.wrappers import Response

_HERE = Path(__file__).parent


def fill(template: str, **values: Any) -> Markup:
    """The template with its `{names}` filled in. Text is escaped, Markup is not."""
    return _template(template).format(**values)


def page(
    title: str, content: Markup, *, status: int = 200, form_targets: Sequence[str] = (), is_wide: bool = False
) -> Response:
    """A whole page. `form_targets` are the addresses that a form's answer may redirect to."""
    html = fill("page.html", title=title, content=content, width="wide" if is_wide else "narrow")
    response = Response(html, status=status, content_type="text/html; charset=utf-8")
    origins = " ".join(sorted({"'self'", *(origin_of(target) for target in form_targets if target)}))
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'self'; img-src 'self'; form-action {origins}; base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def stylesheet() -> Response:
    response = Response((_HERE / "sandbox.css").read_bytes(), content_type="text/css; charset=utf-8")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "max-age=300"
    return response


def icon() -> Response:
    return Response((_HERE / "icon.svg").read_bytes(), content_type="image/svg+xml")


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@functools.cache
def _template(name: str) -> Markup:
    return Markup((_HERE / "templates" / name).read_text(encoding="utf-8"))  # noqa: S704 - our own file
