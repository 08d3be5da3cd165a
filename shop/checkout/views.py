"""The checkout page, the way back from Stripe, and the thank-you page."""

import logging
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from oscar.core.loading import get_model

from shop.checkout import placing
from shop.checkout.forms import CheckoutForm
from shop.checkout.quotes import NoShippingThere, Quote, quote
from shop.requests import VisitorRequest
from shop.stock.movements import NotEnoughStock
from shop.stripe_payments import hosted_page, ledger

logger = logging.getLogger(__name__)

ORDERS_OF_THIS_BROWSER = "orders"


@method_decorator(never_cache, name="dispatch")
class CheckoutView(View):
    """One page: where it goes, what it costs, the mail address, and on to the payment."""

    def get(self, request: VisitorRequest) -> HttpResponse:
        if request.basket.is_empty:
            return redirect("basket:summary")
        return self._page(request, CheckoutForm(initial=self._typed_before(request)))

    def post(self, request: VisitorRequest) -> HttpResponse:
        if request.basket.is_empty:
            return redirect("basket:summary")
        form = CheckoutForm(request.POST)
        if "update" in request.POST:  # only asks what another address would cost
            return self._page(request, form, with_errors=False)
        if not form.is_valid():
            return self._page(request, form)
        return self._continue_to_payment(request, form)

    def _continue_to_payment(self, request: VisitorRequest, form: CheckoutForm) -> HttpResponse:
        details = form.details
        try:
            price = quote(request.basket, country_code=details.country_code, state=details.state)
        except NoShippingThere:
            form.add_error("country", _("We cannot send parcels there yet."))
            return self._page(request, form)
        if form.cleaned_data["shown_total"] not in (None, price.total_minor):
            return self._page(request, form, price=price, has_total_changed=True)
        if sold_out := _lines_sold_out(request.basket):
            return self._page(request, form, price=price, sold_out=sold_out)
        try:
            order, url = placing.place_order(
                basket=request.basket,
                quote=price,
                details=details,
                user=request.user,
                site_url=request.build_absolute_uri("/").rstrip("/"),
                now=timezone.now(),
            )
        except NotEnoughStock as error:
            sold_out = [line for line in request.basket.all_lines() if line.stockrecord_id == error.stockrecord_id]
            return self._page(request, form, price=price, sold_out=sold_out)
        except placing.AlreadyPaid as error:
            return redirect("checkout:thank-you", error.order.number)
        except (placing.BasketChanged, ledger.PaymentMismatch):
            return self._page(request, form, has_basket_changed=True)
        except (hosted_page.StripeDidNotAnswer, hosted_page.StripeRefused):
            logger.exception("The payment page did not open")
            return self._page(request, form, price=price, is_stripe_silent=True, status=503)
        _remember(request, order.number)
        return HttpResponseRedirect(url, status=303)

    def _page(
        self,
        request: VisitorRequest,
        form: CheckoutForm,
        *,
        price: Quote | None = None,
        with_errors: bool = True,
        status: int = 200,
        **notices: Any,
    ) -> HttpResponse:
        country_code, state = form.destination
        if price is None:
            try:
                price = quote(request.basket, country_code=country_code, state=state)
            except NoShippingThere:
                notices["has_no_shipping"] = True
        if not with_errors:
            form = CheckoutForm(initial=dict(form.data.items()))
        context = {"form": form, "basket": request.basket, "quote": price, "has_state": bool(state), **notices}
        return render(request, "oscar/checkout/checkout.html", context, status=status)

    def _typed_before(self, request: VisitorRequest) -> dict[str, Any]:
        """The way back from Stripe finds everything as it was typed, in the browser that typed it."""
        order = placing.order_waiting_for_payment(request.basket)
        if order is None or not _is_of_this_browser(request, order):
            return {"country": "US", "email": getattr(request.user, "email", "")}
        address = order.shipping_address
        return {
            "full_name": address.first_name,
            "line1": address.line1,
            "line2": address.line2,
            "city": address.line4,
            "state": address.state,
            "postcode": address.postcode,
            "country": address.country_id,
            "email": order.email,
        }


@never_cache
@require_GET
def return_from_payment(request: VisitorRequest, number: str) -> HttpResponse:
    """Stripe sends the buyer here. What became of the payment is asked of Stripe, never read from the link."""
    order = get_model("order", "Order").objects.filter(number=number).first()
    if order is None:
        raise Http404
    try:
        ledger.settle(placing.payment_of(order).reference)
    except (ledger.StripeDidNotAnswer, ledger.StripeRefused, ledger.PaymentMismatch):
        # The webhook and the sweep settle it too; the page says that we are confirming.
        logger.exception("Order %s could not be settled on return", number)
    return redirect("checkout:thank-you", number)


@never_cache
@require_GET
def thank_you(request: VisitorRequest, number: str) -> HttpResponse:
    """For the buyer's own browser: the number, what happens next. For anybody else: that this page is not theirs."""
    order = get_model("order", "Order").objects.filter(number=number).first()
    if order is None:
        raise Http404
    if not _is_of_this_browser(request, order):
        return render(request, "oscar/checkout/not_yours.html", status=404)
    payment = placing.payment_of(order)
    if order.status == "Cancelled" and not payment.is_paid:
        return render(request, "oscar/checkout/not_paid.html", {"order": order})
    if order.status in ("Cancelled", "Refunded"):
        return render(request, "oscar/checkout/paid_too_late.html", {"order": order})
    if payment.status == payment.Status.OPEN:
        return render(request, "oscar/checkout/confirming.html", {"order": order})
    lines = order.lines.select_related("product")
    context = {"order": order, "email": order.email, "lines": lines, "payment": payment}
    return render(request, "oscar/checkout/thank_you.html", context)


def _lines_sold_out(basket: Any) -> list[Any]:
    return [
        line
        for line in basket.all_lines()
        if not line.purchase_info.availability.is_purchase_permitted(line.quantity)[0]
    ]


def _remember(request: VisitorRequest, number: str) -> None:
    numbers = request.session.get(ORDERS_OF_THIS_BROWSER, [])
    request.session[ORDERS_OF_THIS_BROWSER] = [*[known for known in numbers if known != number], number][-20:]


def _is_of_this_browser(request: VisitorRequest, order: Any) -> bool:
    if request.user.is_authenticated and order.user_id == request.user.pk:
        return True
    return order.number in request.session.get(ORDERS_OF_THIS_BROWSER, [])
