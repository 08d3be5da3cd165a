"""The checkout page, the way back from Stripe, and the thank-you page.

Note [Back finds a page, not a form to send again]
A form that cannot go on yet is kept in the buyer's session, and the browser is led to the page that shows it with what
is wrong. The browser's history then holds nothing that was sent, so Back from Stripe opens the checkout as it is. What
was kept goes when the form goes on. Only what cannot be told by looking again (Stripe is silent, another window
changed the basket) is answered at once.
"""

import logging
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from oscar.core.loading import get_model

from shop.card_testing import gate, mailed_link, switch
from shop.card_testing.challenge import Challenge
from shop.card_testing.models import MailedLink
from shop.checkout import placing
from shop.checkout.forms import CheckoutForm
from shop.checkout.quotes import NoShippingThere, Quote, quote
from shop.requests import VisitorRequest
from shop.stock.movements import NotEnoughStock
from shop.stripe_payments import hosted_page, ledger
from shop.tasks import tell_staff

logger = logging.getLogger(__name__)

ORDERS_OF_THIS_BROWSER = "orders"
SENT_IN_VAIN = "checkout"
LONGEST_TYPED = 500


@method_decorator(never_cache, name="dispatch")
class CheckoutView(View):
    """One page: where it goes, what it costs, the mail address, and on to the payment."""

    def get(self, request: VisitorRequest) -> HttpResponse:
        if not _has_a_price(request.basket):
            return redirect("basket:summary")
        sent = request.session.get(SENT_IN_VAIN)
        if sent is None:
            return self._page(request, CheckoutForm(initial=self._typed_before(request)))
        form = CheckoutForm(sent)
        if "update" in sent:
            return self._page(request, form, with_errors=False)
        return self._page(request, form, **(self._why_not(request, form) or {}))

    def post(self, request: VisitorRequest) -> HttpResponse:
        if not _has_a_price(request.basket):
            return redirect("basket:summary")
        form = CheckoutForm(request.POST)
        if "update" in request.POST:  # only asks what another address would cost
            if request.headers.get("Sec-Fetch-Dest") == "empty":  # the script asks: no page that Back could find
                return self._page(request, form, with_errors=False)
            return _show_again(request)
        if self._why_not(request, form) is not None:
            return _show_again(request)
        try:
            return (
                self._mail_link(request, form) if gate.wants_link(request) else self._continue_to_payment(request, form)
            )
        except gate.ProofNeeded as needed:
            return self._page(request, form, challenge=needed.challenge, status=429)
        except gate.Closed:
            return self._page(request, form, status=503)

    def _why_not(self, request: VisitorRequest, form: CheckoutForm) -> dict[str, Any] | None:
        """Why a form that was sent does not go on to the payment, as `_page` shows it; None if it does."""
        if not form.is_valid():
            return {}
        try:
            price = quote(request.basket, country_code=form.details.country_code, state=form.details.state)
        except NoShippingThere:
            form.add_error("country", _("We cannot send parcels there yet."))
            return {}
        if form.cleaned_data["shown_total"] not in (None, price.total_minor):
            return {"price": price, "has_total_changed": True}
        if sold_out := _lines_sold_out(request.basket):
            return {"price": price, "sold_out": sold_out}
        return None

    def _continue_to_payment(self, request: VisitorRequest, form: CheckoutForm) -> HttpResponse:
        details = form.details
        price = quote(request.basket, country_code=details.country_code, state=details.state)
        now = timezone.now()
        admission = gate.admit(request, purpose="order", email=details.email, now=now)
        try:
            order, url = placing.place_order(
                basket=request.basket,
                quote=price,
                details=details,
                user=request.user,
                site_url=request.build_absolute_uri("/").rstrip("/"),
                before_page=admission.bind,
                now=now,
            )
        except NotEnoughStock:
            return _show_again(request)
        except placing.AlreadyPaid as error:
            return redirect("checkout:thank-you", error.order.number)
        except (placing.BasketChanged, ledger.PaymentMismatch):
            return self._page(request, form, has_basket_changed=True)
        except hosted_page.StripeDidNotAnswer:
            logger.exception("The payment page did not open")
            return self._page(request, form, price=price, is_stripe_silent=True, status=503)
        except hosted_page.StripeRefused as refused:
            if refused.code == "email_invalid":
                form.add_error("email", _("The payment service does not know such an address. Is it typed right?"))
                return self._page(request, form, price=price)
            logger.exception("Stripe refused to make a payment page")
            _tell_staff_of_refusal(request)
            return self._page(request, form, price=price, is_stripe_refusing=True, status=503)
        finally:
            admission.give_back()
        request.session.pop(SENT_IN_VAIN, None)
        _remember(request, order.number)
        return HttpResponseRedirect(url, status=303)

    def _mail_link(self, request: VisitorRequest, form: CheckoutForm) -> HttpResponse:
        """For who cannot or need not do the calculation: this very form, behind a link in their mailbox."""
        email = form.cleaned_data["email"]
        gate.mail_link(request, purpose="order", email=email, fields=form.as_typed, now=timezone.now())
        return render(request, "card_testing/link_sent.html", {"email": email})

    def _page(
        self,
        request: VisitorRequest,
        form: CheckoutForm,
        *,
        price: Quote | None = None,
        link: MailedLink | None = None,
        challenge: Challenge | None = None,
        with_errors: bool = True,
        status: int = 200,
        **notices: Any,
    ) -> HttpResponse:
        sent = form.data
        country_code, state = form.destination
        if price is None:
            try:
                price = quote(request.basket, country_code=country_code, state=state)
            except NoShippingThere:
                notices["has_no_shipping"] = True
        if not with_errors:
            form = CheckoutForm(initial=dict(sent.items()))
        context = {
            "form": form,
            "basket": request.basket,
            "quote": price,
            "has_state": bool(state),
            "is_open": switch.is_open("order"),
            "guard": gate.guard(sent, now=timezone.now(), link=link, asked=challenge),
            "challenge": challenge,
            "is_from_mail": link is not None,
            **notices,
        }
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


class ContinueView(CheckoutView):
    """The checkout page as it was typed, for whoever has the mailed link and the basket: nothing is ordered yet."""

    http_method_names = ["get", "head"]

    def get(self, request: VisitorRequest, token: str = "") -> HttpResponse:
        link = mailed_link.find(token, purpose="order", now=timezone.now())
        if link is None:
            return render(request, "card_testing/link_over.html", {"again_url": reverse("checkout:index")}, status=410)
        if request.basket.is_empty:
            return render(request, "card_testing/link_elsewhere.html", status=404)
        return self._page(request, CheckoutForm(initial=link.fields), link=link)


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


def _has_a_price(basket: Any) -> bool:
    """Whether there is something to pay for. The basket page tells which goods have lost their price."""
    return not basket.is_empty and all(line.purchase_info.price.exists for line in basket.all_lines())


def _show_again(request: VisitorRequest) -> HttpResponse:
    """See Note [Back finds a page, not a form to send again]."""
    kept = dict.fromkeys([*CheckoutForm.base_fields, "update"], LONGEST_TYPED) | gate.PROOF_FIELDS
    sent = request.POST
    request.session[SENT_IN_VAIN] = {name: sent[name][:most] for name, most in kept.items() if name in sent}
    return HttpResponseRedirect(reverse("checkout:index"), status=303)


def _lines_sold_out(basket: Any) -> list[Any]:
    return [
        line
        for line in basket.all_lines()
        if not line.purchase_info.availability.is_purchase_permitted(line.quantity)[0]
    ]


def _tell_staff_of_refusal(request: VisitorRequest) -> None:
    """A wrong key or a setting, which does not mend itself: no buyer can pay until a person looks."""
    order = placing.order_waiting_for_payment(request.basket)
    tell_staff.defer(
        what="Stripe refused to open a payment page for an order. Look at the Stripe key, and at the log for its reason",
        reference=order.number if order else "checkout",
    )


def _remember(request: VisitorRequest, number: str) -> None:
    numbers = request.session.get(ORDERS_OF_THIS_BROWSER, [])
    request.session[ORDERS_OF_THIS_BROWSER] = [*[known for known in numbers if known != number], number][-20:]


def _is_of_this_browser(request: VisitorRequest, order: Any) -> bool:
    if request.user.is_authenticated and order.user_id == request.user.pk:
        return True
    return order.number in request.session.get(ORDERS_OF_THIS_BROWSER, [])
