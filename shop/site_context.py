"""What every template may ask of the site itself. No query for a visitor who has done nothing yet."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """`organization`, `site_url`, and `basket_count`: None until the visitor has put something in a basket."""
    has_basket = settings.OSCAR_BASKET_COOKIE_OPEN in request.COOKIES or settings.SESSION_COOKIE_NAME in request.COOKIES
    basket = getattr(request, "basket", None) if has_basket else None
    return {
        "organization": settings.ORGANIZATION,
        "site_url": settings.SITE_URL,
        "basket_count": basket.num_items if basket is not None else None,
        "leave_site_url": settings.LEAVE_SITE_URL,
        "is_demo": not settings.PRODUCTION,
    }
