"""The first page, and the way out of the site."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from oscar.core.loading import get_model

PRODUCTS_SHOWN = 4


def home(request: HttpRequest) -> HttpResponse:
    """Mission, where the money goes, the goods, and what there is to learn."""
    Product = get_model("catalogue", "Product")
    products = Product.objects.browsable().base_queryset().order_by("-is_discountable", "id")[:PRODUCTS_SHOWN]
    return render(request, "home.html", {"products": products})


def leave(request: HttpRequest) -> HttpResponse:
    """The way out for a browser without JavaScript: at once to a neutral page, with nothing kept of this one."""
    response = HttpResponseRedirect(settings.LEAVE_SITE_URL)
    response.headers["Cache-Control"] = "no-store"
    return response
