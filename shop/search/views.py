"""The lists of goods: the whole catalogue, a category, and what a search found, of goods and of topics.

All three have this context: `cards` (shop.catalogue.goods.Goods: `product`, `image`, `amount`, `is_from`, `colors`,
`is_available`), `page_obj` (number, has_next, next_page_number, ...; nobody counts the pages), `query` (the rest of the
query string for page links, ending in "&" or empty), `sorts` (SortLinks), `categories` (those of the top level), `category` (or None).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.views import View
from oscar.core.loading import get_model

from shop.awareness.finding import topics_with
from shop.catalogue.goods import goods_with_ids
from shop.requests import VisitorRequest
from shop.search import listings
from shop.search.listings import Order, Page

LARGEST_ID = 2**31 - 1
LONGEST_QUERY = 200


@dataclass(frozen=True)
class SortLink:
    label: str | Promise
    url: str
    is_chosen: bool


class CatalogueView(View):
    """Everything. Template: oscar/catalogue/browse.html."""

    def get(self, request: VisitorRequest) -> HttpResponse:
        order = _order(request, listings.BROWSING)
        page = listings.browse(category=None, order=order, page=_page(request), per_page=_per_page())
        return _list(request, "oscar/catalogue/browse.html", page, order, listings.BROWSING)


class ProductCategoryView(View):
    """One category and all below it. Template: oscar/catalogue/category.html."""

    def get(self, request: VisitorRequest, category_slug: str, pk: str) -> HttpResponse:
        if len(pk) > 10 or int(pk) > LARGEST_ID:
            raise Http404
        category = get_object_or_404(get_model("catalogue", "Category").objects.browsable(), pk=int(pk))
        if request.path != category.get_absolute_url():
            return HttpResponsePermanentRedirect(category.get_absolute_url())
        order = _order(request, listings.BROWSING)
        page = listings.browse(category=category, order=order, page=_page(request), per_page=_per_page())
        return _list(request, "oscar/catalogue/category.html", page, order, listings.BROWSING, category=category)


class FacetedSearchView(View):
    """What was looked for. Template: oscar/search/results.html; also has `search_text`, as typed, and `topics`.

    Topics stand on the first page alone. Without a word to look for it shows the catalogue.
    """

    def get(self, request: VisitorRequest) -> HttpResponse:
        text = request.GET.get("q", "")[:LONGEST_QUERY].replace("\x00", "").strip()
        words = listings.words_of(text)
        orders = listings.SEARCHING if words else listings.BROWSING
        order = _order(request, orders)
        if words:
            page = listings.search(words=words, order=order, page=_page(request), per_page=_per_page())
        else:
            page = listings.browse(category=None, order=order, page=_page(request), per_page=_per_page())
        topics = topics_with(words) if words and page.number == 1 else []
        return _list(request, "oscar/search/results.html", page, order, orders, q=text, topics=topics)


def _list(
    request: VisitorRequest,
    template: str,
    page: Page,
    order: Order,
    orders: tuple[Order, ...],
    *,
    category: Any = None,
    q: str = "",
    topics: Sequence[Any] = (),
) -> HttpResponse:
    if page.number > 1 and not page.ids:
        raise Http404
    chosen = {"q": q} if q else {}
    sorted_by = chosen if order == orders[0] else {**chosen, "sort": order.key}
    context = {
        "cards": goods_with_ids(page.ids, strategy=request.strategy),
        "page_obj": page,
        "search_text": q,
        "topics": topics,
        "query": f"{urlencode(sorted_by)}&" if sorted_by else "",
        "sorts": [SortLink(one.label, f"?{urlencode({**chosen, 'sort': one.key})}", one == order) for one in orders],
        "categories": top_categories(),
        "category": category,
    }
    return render(request, template, context)


def top_categories() -> list[Any]:
    """The categories of the first level, in the order that staff gave them."""
    categories = get_model("catalogue", "Category").objects.browsable()
    return list(categories.filter(depth=1, exclude_from_menu=False).order_by("path"))


def _order(request: VisitorRequest, orders: tuple[Order, ...]) -> Order:
    asked = request.GET.get("sort", "")
    return next((order for order in orders if order.key == asked), orders[0])


def _page(request: VisitorRequest) -> int:
    return listings.page_number(request.GET.get("page", ""))


def _per_page() -> int:
    return settings.OSCAR_PRODUCTS_PER_PAGE
