"""Which products a list shows, in which order, by PostgreSQL alone.

A list is read along an index and stops after one page: nothing counts the catalogue, so a page costs the same with ten
products and with ten thousand.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db.models import F, Min, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

MOST_PAGES = 500
MOST_WORDS = 8
LONGEST_WORD = 40
# A word that is everywhere is not ranked over the whole catalogue; the best of this many matches come first.
MOST_MATCHES = 200

# PostgreSQL looks into the index of migration 0001 only while this expression equals the one there.
DOCUMENT = SearchVector("title", weight="A", config="english") + SearchVector(
    "description", weight="B", config="english"
)


@dataclass(frozen=True)
class Order:
    """One way to sort: `key` stands in addresses (`?sort=newest`), `label` is for people."""

    key: str
    label: str | Promise


FEATURED = Order("featured", _("Featured"))
RELEVANCE = Order("relevance", _("Best match"))
NEWEST = Order("newest", _("Newest"))
PRICE_LOW = Order("price", _("Price: low to high"))
PRICE_HIGH = Order("price-high", _("Price: high to low"))
BROWSING = (FEATURED, NEWEST, PRICE_LOW, PRICE_HIGH)
SEARCHING = (RELEVANCE, NEWEST, PRICE_LOW, PRICE_HIGH)


@dataclass(frozen=True)
class Page:
    """One page of ids, shaped as Django's Page where templates look at it; how many there are is never asked."""

    number: int
    ids: list[int] = field(default_factory=list)
    has_next: bool = False

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_other_pages(self) -> bool:
        return self.has_next or self.has_previous

    @property
    def next_page_number(self) -> int:
        return self.number + 1

    @property
    def previous_page_number(self) -> int:
        return self.number - 1


def page_number(text: str) -> int:
    """What stands in `?page=`; 1 for anything that is not a page."""
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,3}", text) and int(text) <= MOST_PAGES else 1


def browse(*, category: Any | None, order: Order, page: int, per_page: int) -> Page:
    """The products of the catalogue, or of a category and all below it."""
    within = _everything if category is None else _within(category)
    return _page(_ordered(within, order), page, per_page)


def search(*, words: list[str], order: Order, page: int, per_page: int) -> Page:
    """The products whose title or description, or a color's, hold every word; the last word may be a beginning."""
    matches = _matches(words)
    if order == RELEVANCE:
        return _ranked(matches, words, page, per_page)
    ids = matches.annotate(shown=Coalesce("parent_id", "pk")).values("shown")
    return _page(_ordered(lambda path: Q(**{f"{path}__in": ids}), order), page, per_page)


def words_of(text: str) -> list[str]:
    """Letters and digits only, so that nothing of the query language remains."""
    return [word[:LONGEST_WORD] for word in re.findall(r"[^\W_]+", text)[:MOST_WORDS]]


def query_of(words: list[str]) -> SearchQuery:
    """Every word, in any form of it; the last one may be a beginning. `words` come from `words_of`."""
    *whole, last = (f"'{word}'" for word in words)
    return SearchQuery(" & ".join([*whole, f"{last}:*"]), config="english", search_type="raw")


def _everything(path: str) -> Q:
    return Q()


def _within(category: Any) -> Callable[[str], Q]:
    # The ids are asked first: PostgreSQL knows how many products each category has, and reads accordingly.
    below = type(category).objects.browsable().filter(path__startswith=category.path)
    links = get_model("catalogue", "ProductCategory").objects.filter(
        category_id__in=list(below.values_list("pk", flat=True))
    )
    return lambda path: Q(**{f"{path}__in": links.values("product_id")})


def _ordered(within: Callable[[str], Q], order: Order) -> QuerySet:
    """Ids of public stand-alone and parent products. `within` makes the condition for a path to a product's id."""
    if order in (PRICE_LOW, PRICE_HIGH):
        return _by_price(within, is_descending=order == PRICE_HIGH)
    products = get_model("catalogue", "Product").objects.filter(within("pk"), parent=None, is_public=True)
    if order == NEWEST:
        return products.order_by("-date_created", "-pk").values_list("pk", flat=True)
    return products.order_by("-priority", "pk").values_list("pk", flat=True)


def _by_price(within: Callable[[str], Q], *, is_descending: bool) -> QuerySet:
    """By the lowest price of each product. The one order that reads all prices: they lie with the variants."""
    records = get_model("partner", "StockRecord").objects.filter(price__isnull=False, product__is_public=True)
    cheapest = (
        records.filter(Q(product__parent=None) | Q(product__parent__is_public=True))
        .annotate(shown=Coalesce("product__parent_id", "product_id"))
        .filter(within("shown"))
        .values("shown")
        .annotate(amount=Min("price"))
    )
    order = ("-amount", "-shown") if is_descending else ("amount", "shown")
    return cheapest.order_by(*order).values_list("shown", flat=True)


def _matches(words: list[str]) -> QuerySet:
    """Public products of every structure: a color is found by its own title."""
    Product = get_model("catalogue", "Product")
    return Product.objects.annotate(document=DOCUMENT).filter(is_public=True, document=query_of(words)).order_by()


def _ranked(matches: QuerySet, words: list[str], page: int, per_page: int) -> Page:
    best: dict[int, tuple[float, int]] = {}
    found = list(matches.values_list("pk", flat=True)[:MOST_MATCHES])
    ranks = matches.filter(pk__in=found).annotate(rank=SearchRank(F("document"), query_of(words), normalization=1))
    for pk, parent_id, is_parent_public, *rank in ranks.values_list(
        "pk", "parent_id", "parent__is_public", "rank", "priority"
    ):
        if is_parent_public is not False:
            shown = parent_id or pk
            best[shown] = max(best.get(shown, (0.0, 0)), tuple(rank))
    ids = sorted(best, key=lambda shown: (-best[shown][0], -best[shown][1], shown))
    start = (page - 1) * per_page
    return Page(page, ids[start : start + per_page], len(ids) > start + per_page)


def _page(ids: QuerySet, page: int, per_page: int) -> Page:
    start = (page - 1) * per_page
    found = list(ids[start : start + per_page + 1])
    return Page(page, found[:per_page], len(found) > per_page)
