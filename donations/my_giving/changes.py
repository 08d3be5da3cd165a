"""What donors change of a monthly gift: each a page with one button. See Note [The donor of the session].

All of it is asked of Stripe. A change that Stripe does not answer may have been made or not, and the page says so;
to ask for it again does no harm.
"""

import logging
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from donations.amounts import format_short
from donations.models import Donor, MonthlyGift
from donations.my_giving import session
from donations.my_giving.forms import AmountForm, CancelForm, PauseForm
from donations.queries import monthly_gifts_of
from shop.stripe_payments import promises
from shop.stripe_payments.ledger import PaymentMismatch
from shop.tasks import tell_staff

logger = logging.getLogger(__name__)

PAGES = "donations/my_giving"


class NotNow(Exception):
    """Why a change was not made, in a sentence for the donor."""


@require_http_methods(["GET", "HEAD", "POST"])
@session.for_donor
def amount(request: HttpRequest, donor: Donor, reference: str) -> HttpResponse:
    """Another amount from the next month on."""
    monthly = _monthly_gift(donor, reference)
    form = AmountForm(_sent(request), initial=_amount_now(monthly))
    return _page(request, "amount", monthly, form, lambda: _change_amount(monthly, form.amount_minor))


@require_http_methods(["GET", "HEAD", "POST"])
@session.for_donor
def pause(request: HttpRequest, donor: Donor, reference: str) -> HttpResponse:
    """Leave out some months."""
    monthly = _monthly_gift(donor, reference)
    form = PauseForm(_sent(request))
    return _page(request, "pause", monthly, form, lambda: _pause(monthly, form.cleaned_data["months"]))


@require_http_methods(["GET", "HEAD", "POST"])
@session.for_donor
def cancel(request: HttpRequest, donor: Donor, reference: str) -> HttpResponse:
    """Stop. To come here is the first click, the button is the second."""
    monthly = _monthly_gift(donor, reference)
    form = CancelForm(_sent(request))
    return _page(request, "cancel", monthly, form, lambda: _cancel(monthly, form.cleaned_data))


@require_POST
@session.for_donor
def resume(request: HttpRequest, donor: Donor, reference: str) -> HttpResponse:
    """Go on after a pause."""
    monthly = _monthly_gift(donor, reference)
    try:
        said = _asked_of_stripe(monthly, lambda: _resume(monthly))
    except NotNow as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, said)
    return redirect("donations:my-giving")


@require_POST
@session.for_donor
def card(request: HttpRequest, donor: Donor, reference: str) -> HttpResponse:
    """On to Stripe's page, where another card is given."""
    monthly = _monthly_gift(donor, reference)
    back = request.build_absolute_uri(reverse("donations:my-giving"))
    try:
        url = _asked_of_stripe(monthly, lambda: promises.card_page(subscription=monthly.subscription, return_url=back))
    except NotNow as reason:
        messages.error(request, str(reason))
        return redirect("donations:my-giving")
    return HttpResponseRedirect(url, status=303)


def _page(
    request: HttpRequest, name: str, monthly: MonthlyGift, form: forms.Form, change: Callable[[], str]
) -> HttpResponse:
    """The form; once it is sent and valid, the change. A gift that cannot be changed any more leads back."""
    if not monthly.subscription.can_change:
        messages.info(request, _ended(monthly))
        return redirect("donations:my-giving")
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, _asked_of_stripe(monthly, change))
            return redirect("donations:my-giving")
        except NotNow as reason:
            form.add_error(None, str(reason))
            status = 503
    context = {"monthly": monthly, "subscription": monthly.subscription, "form": form}
    return render(request, f"{PAGES}/{name}.html", context, status=status)


def _sent(request: HttpRequest) -> QueryDict | None:
    """A form in which nothing is filled in is sent all the same."""
    return request.POST if request.method == "POST" else None


def _asked_of_stripe(monthly: MonthlyGift, change: Callable[[], str]) -> str:
    """What the change says when it is made. Raises `NotNow`."""
    try:
        return change()
    except promises.StripeDidNotAnswer:
        raise NotNow(_no_answer()) from None
    except promises.UnableToChange:
        raise NotNow(_("This cannot be changed now. Please look at your monthly gift again.")) from None
    except (promises.StripeRefused, PaymentMismatch):
        logger.exception("Monthly gift %s could not be changed", monthly.reference)
        tell_staff.defer(what="A donor could not change a monthly gift", reference=monthly.reference)
        raise NotNow(_("This cannot be done right now. Nothing was changed, and we have been told.")) from None


def _ended(monthly: MonthlyGift) -> str:
    if monthly.subscription.is_over:
        return _("This monthly gift has ended. Nothing more is charged.")
    return _("You asked for this monthly gift to end. We see to it, and mail you when it is done.")


def _no_answer() -> str:
    return _(
        "The payment service did not answer, so we do not know yet whether this was done. Please look again in a "
        "minute, or press the button again: to ask twice does no harm."
    )


def _change_amount(monthly: MonthlyGift, amount_minor: int) -> str:
    promises.change_amount(subscription=monthly.subscription, amount_minor=amount_minor, now=timezone.now())
    return _("From the next month on you give %(amount)s.") % {"amount": format_short(amount_minor)}


def _pause(monthly: MonthlyGift, months: int) -> str:
    promises.pause(subscription=monthly.subscription, months=months, now=timezone.now())
    return _("Your monthly gift is paused. Nothing is charged meanwhile, and nothing is made up for later.")


def _resume(monthly: MonthlyGift) -> str:
    promises.resume(subscription=monthly.subscription, now=timezone.now())
    return _("Welcome back. Your monthly gift goes on; what was left out is not charged.")


def _cancel(monthly: MonthlyGift, said: dict[str, Any]) -> str:
    """What the donor said is kept first, then the wish; a job asks Stripe again, should it not answer now or refuse."""
    monthly.cancel_reason, monthly.cancel_comment = said["reason"], said["comment"]
    monthly.save(update_fields=["cancel_reason", "cancel_comment"])
    try:
        promises.cancel(subscription=monthly.subscription, feedback=said["reason"], now=timezone.now())
    except promises.StripeDidNotAnswer:
        return _(
            "We have your wish to stop. The payment service is slow to answer; we ask it until it does, and mail you "
            "when it is done."
        )
    except (promises.StripeRefused, PaymentMismatch):
        logger.exception("Monthly gift %s could not be ended", monthly.reference)
        tell_staff.defer(what="A donor wants to end a monthly gift, and Stripe refuses", reference=monthly.reference)
        return _(
            "We have your wish to stop. It cannot be done right now; we have been told, see to it, and mail you when it "
            "is done."
        )
    return _("Your monthly gift has ended. Nothing more is charged. Thank you for all that you gave.")


def _amount_now(monthly: MonthlyGift) -> dict[str, str]:
    """The amount of now, if it is among those offered. One of the donor's own, typed in, would outweigh a choice."""
    amount_minor = monthly.subscription.amount_minor
    return {"amount": str(amount_minor)} if amount_minor in settings.GIVING_AMOUNTS_MINOR["monthly"] else {}


def _monthly_gift(donor: Donor, reference: str) -> MonthlyGift:
    return get_object_or_404(monthly_gifts_of(donor).select_related("subscription", "program"), reference=reference)
