"""The first page, and the way out of the site."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from shop.awareness.models import Topic
from shop.catalogue.goods import goods_with_ids
from shop.requests import VisitorRequest
from shop.search.listings import FEATURED, browse

PRODUCTS_SHOWN = 4
# By number: what it is, signs worth reporting, travel kindly.
TOPICS_SHOWN = (2, 10, 12)


def home(request: VisitorRequest) -> HttpResponse:
    """Mission, where the money goes, the goods, and what there is to learn.

    Context: `cards`, the featured goods (shop.catalogue.goods.Goods), and `topics`.
    """
    featured = browse(category=None, order=FEATURED, page=1, per_page=PRODUCTS_SHOWN)
    cards = goods_with_ids(featured.ids, strategy=request.strategy)
    topics = Topic.objects.published().filter(number__in=TOPICS_SHOWN).in_order()
    return render(request, "home.html", {"cards": cards, "topics": topics})


def leave(request: HttpRequest) -> HttpResponse:
    """The way out for a browser without JavaScript: at once to a neutral page, with nothing kept of this one."""
    response = HttpResponseRedirect(settings.LEAVE_SITE_URL)
    response.headers["Cache-Control"] = "no-store"
    return response
