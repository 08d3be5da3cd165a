"""What the lists of the money pages have in common."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

TEMPLATES = "oscar/dashboard/money"
ROWS_A_PAGE = 25


def page_context(request: HttpRequest, items: Any, *, rows: int = ROWS_A_PAGE) -> dict[str, Any]:
    """`page_obj`, and `query`: the rest of the search, for links to other pages of it."""
    rest = request.GET.copy()
    rest.pop("page", None)
    return {"page_obj": Paginator(items, rows).get_page(request.GET.get("page")), "query": rest.urlencode()}
