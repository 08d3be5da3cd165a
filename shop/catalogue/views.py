"""The page of one product."""

from decimal import Decimal
from typing import Any

from django.db.models import Min, Q
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views import View
from oscar.core.loading import get_class, get_model

from shop.catalogue.descriptions import as_html
from shop.catalogue.goods import Goods, Variant, goods_with_ids
from shop.requests import VisitorRequest

LARGEST_ID = 2**31 - 1


class ProductDetailView(View):
    """One page for a product and all of its colors; `?color=poppy` chooses one, without JavaScript.

    Template: oscar/catalogue/detail.html. Context:
    `goods` (Goods: `is_available`, `facts`, ...), `product` (its Oscar product), `variants` (where there is a choice) and
    `selected` (Variants; `selected` is None when every color was withdrawn), `pictures` (ProductImages of the selection),
    `description` (safe HTML), `category` (or None), `shipping_from` (Decimal or None), and `form`, an AddToBasketForm (`child_id` where there is a choice, `quantity`),
    which posts to `basket:add` with the product's id.
    """

    def get(self, request: VisitorRequest, product_slug: str, pk: str) -> HttpResponse:
        product = get_object_or_404(get_model("catalogue", "Product").objects.select_related("parent"), pk=_id(pk))
        if not (is_shown(product) or request.user.is_staff):
            raise Http404
        if product.is_child:
            return HttpResponsePermanentRedirect(_variant_of(product, request).url)
        if request.path != product.get_absolute_url():
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(product.get_absolute_url() + (f"?{query}" if query else ""))
        goods = goods_of(request, product.pk)
        chosen = goods.variant_of_color(request.GET.get("color", "")) or goods.first_choice
        return product_page(request, goods, chosen)


def product_page(
    request: VisitorRequest, goods: Goods, selected: Variant | None, *, form: Any = None, status: int = 200
) -> HttpResponse:
    """The page, also for the basket, which shows it again with what could not be added and why."""
    if form is None:
        form = get_class("basket.forms", "AddToBasketForm")(goods=goods, selected=selected)
    context = {
        "goods": goods,
        "product": goods.product,
        "variants": goods.variants if goods.has_choice else [],
        "selected": selected,
        "pictures": selected.pictures if selected else goods.pictures,
        "description": as_html(goods.product.description),
        "shipping_from": _lowest_shipping_charge(),
        "category": goods.product.categories.browsable().order_by("path").first(),
        "form": form,
        "add_url": reverse("basket:add", args=[goods.product.pk]),
    }
    return render(request, "oscar/catalogue/detail.html", context, status=status)


def goods_of(request: VisitorRequest, product_id: int) -> Goods:
    """Raises Http404 when the product was deleted meanwhile."""
    found = goods_with_ids([product_id], strategy=request.strategy)
    if not found:
        raise Http404
    return found[0]


def is_shown(product: Any) -> bool:
    """Whether the public may see the product."""
    return product.is_public and (not product.is_child or product.parent.is_public)


def _id(text: str) -> int:
    """Digits of an address as an id; 404 for one that no row can have."""
    number = int(text) if len(text) <= 10 else LARGEST_ID + 1
    if number > LARGEST_ID:
        raise Http404
    return number


def _variant_of(child: Any, request: VisitorRequest) -> Any:
    goods = goods_of(request, child.parent_id)
    variant = goods.variant_with_id(child.pk)
    return variant if variant is not None else goods


def _lowest_shipping_charge() -> Decimal | None:
    """Within the United States."""
    reaches = Q(method__countries=None) | Q(method__countries="US")
    bands = get_model("shipping", "WeightBand").objects.filter(reaches)
    return bands.aggregate(lowest=Min("charge"))["lowest"]
