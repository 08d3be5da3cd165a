"""Putting goods into the basket, and the basket page."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from oscar.core.loading import get_model

from shop.basket import changes
from shop.basket.forms import AddToBasketForm
from shop.basket.rows import Row, rows_of, typed_quantities
from shop.catalogue.views import goods_of, is_shown, product_page
from shop.checkout.quotes import NoShippingThere, Quote, quote
from shop.checkout.us_states import STATES, state_code
from shop.requests import VisitorRequest


@dataclass(frozen=True)
class Part:
    """A line of the sum. `amount` is None while it is not known."""

    label: str
    amount: Decimal | None
    note: str = ""


class BasketAddView(View):
    """Adds one variant. What cannot be added is told beside the field, on the product page, as it was typed."""

    def get(self, request: VisitorRequest, pk: int) -> HttpResponse:
        """A reload after an error comes here; it finds the product again."""
        return redirect(_shown_product(pk))

    def post(self, request: VisitorRequest, pk: int) -> HttpResponse:
        goods = goods_of(request, _shown_product(pk).pk)
        form = AddToBasketForm(request.POST, goods=goods, basket=request.basket)
        if not form.is_valid() or form.variant is None:
            return product_page(request, goods, form.variant or goods.first_choice, form=form, status=422)
        line = changes.put_in(basket=request.basket, variant=form.variant, quantity=form.cleaned_data["quantity"])
        return HttpResponseRedirect(f"{reverse('basket:summary')}?added={line.pk}", status=303)


@method_decorator(never_cache, name="dispatch")
class BasketView(View):
    """The basket. Template: oscar/basket/basket.html. Context:

    `rows` (Rows, see shop.basket.rows), `basket`, `can_check_out` (nothing in it is sold out), `totals` (Parts) and
    `total` for a parcel within the United States (`quote` has the same), `state` (two letters, or empty: tax is not known
    then), `states` (code to name).
    One form posts here: `quantity-<line id>` for each row and the button `update`; in each row a button `remove` whose
    value is the line's id. A quantity of 0 takes the row out. `?state=NY` estimates for a state.
    """

    def get(self, request: VisitorRequest) -> HttpResponse:
        return _page(request, rows_of(request.basket, just_added=request.GET.get("added", "")))

    def post(self, request: VisitorRequest) -> HttpResponse:
        basket = request.basket
        if basket.pk is None:
            return redirect("basket:summary")
        if "remove" in request.POST:
            quantities, errors = typed_quantities(basket, {}, removed=request.POST["remove"])
        else:
            quantities, errors = typed_quantities(basket, request.POST)
        changes.set_quantities(basket=basket, quantities=quantities)
        if errors:
            return _page(request, rows_of(basket, errors=errors), status=422)
        return HttpResponseRedirect(reverse("basket:summary"), status=303)


def _shown_product(pk: int) -> Any:
    """The stand-alone or parent product to add from; 404 if the public may not see it."""
    products = get_model("catalogue", "Product").objects.select_related("parent")
    product = get_object_or_404(products, pk=min(pk, 2**31 - 1), is_public=True)
    shown = product.parent if product.is_child else product
    return shown if is_shown(shown) else get_object_or_404(products.none())


def _page(request: VisitorRequest, rows: list[Row], status: int = 200) -> HttpResponse:
    state = state_code(request.GET.get("state", "")) or ""
    price = _quote(request.basket, state) if rows else None
    context = {
        "basket": request.basket,
        "rows": rows,
        "can_check_out": bool(rows) and not any(row.problem for row in rows),
        "totals": _totals(price, state) if price else [],
        "quote": price,
        "total": price.total if price else None,
        "state": state,
        "states": STATES,
    }
    return render(request, "oscar/basket/basket.html", context, status=status)


def _totals(price: Quote, state: str) -> list[Part]:
    tax_note = STATES[state] if state else _("Depends on your state")
    return [
        Part(_("Goods"), price.goods),
        Part(
            _("Shipping"), price.shipping, _("%(name)s within the United States") % {"name": price.shipping_method.name}
        ),
        Part(_("Sales tax"), price.tax if state else None, tax_note),
    ]


def _quote(basket: Any, state: str) -> Quote | None:
    if any(not line.purchase_info.price.exists for line in basket.all_lines()):
        return None
    try:
        return quote(basket, country_code="US", state=state)
    except NoShippingThere:
        return None
