from typing import Any

from django.http import HttpRequest


class VisitorRequest(HttpRequest):
    """Django's request with what the basket middleware adds. For annotations only."""

    basket: Any
    strategy: Any
