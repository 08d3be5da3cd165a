"""The giving page, the way back from Stripe, the thank-you page, and the receipt.

Note [Whose gift]
What is personal is shown to the browser session that began the gift, and to nobody else who has the link. The
session learns the reference when the form is sent, which is also the first time that a cookie is set.
"""

import logging
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from donations import giving
from donations.forms import GiftForm, format_short, initial_from_link
from donations.models import Gift, Program, Wording
from donations.queries import payment_of
from donations.receipts import receipt_file_name, receipt_pdf
from shop.stripe_payments import ledger
from shop.tasks import tell_staff

logger = logging.getLogger(__name__)

GIFTS_OF_THIS_BROWSER = "gifts"
MOST_REMEMBERED = 20


@require_http_methods(["GET", "HEAD", "POST"])
def donate(request: HttpRequest) -> HttpResponse:
    """One page: how much, for what, from whom; then on to Stripe's page."""
    programs = list(Program.objects.offered())
    if request.method != "POST":
        return _donate_page(request, GiftForm(initial=initial_from_link(request.GET, programs), programs=programs))
    form = GiftForm(request.POST, programs=programs)
    if not programs or not form.is_valid():
        return _donate_page(request, form)
    return _continue_to_payment(request, form)


@require_GET
@never_cache
def returned(request: HttpRequest, reference: str) -> HttpResponse:
    """Back from Stripe: ask what became of the payment, and say so. Unknown is never called failed."""
    gift = get_object_or_404(Gift.objects.select_related("donor", "program"), reference=reference)
    payment = payment_of(gift)
    is_known = True
    if payment.is_unfinished:
        is_known = _ask_stripe_what_became_of(payment.reference)
        gift.refresh_from_db()
        payment.refresh_from_db()
    if not _is_from_here(request, gift):
        return _neutral_page(request)
    if gift.is_received:
        return redirect("donations:thank-you", gift.reference)
    context = {"gift": gift, "payment": payment, "is_known": is_known, "again_url": _donate_again_url(gift)}
    return render(request, "donations/not_received_yet.html", context)


@require_GET
@never_cache
def thank_you(request: HttpRequest, reference: str) -> HttpResponse:
    """Thanks, the number, what happens next, and something to share."""
    gift = get_object_or_404(Gift.objects.select_related("donor", "program"), reference=reference)
    if not _is_from_here(request, gift):
        return _neutral_page(request)
    if not gift.is_received:
        return redirect(gift)
    context = {
        "gift": gift,
        "receipt_url": reverse("donations:receipt", args=[gift.reference]),
        "share_mail": _share_mail(),
    }
    return render(request, "donations/thank_you.html", context)


@require_GET
@never_cache
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """The receipt as PDF, for the browser that gave."""
    gift = get_object_or_404(
        Gift.objects.select_related("receipt", "program", "donor"), reference=reference, receipt__isnull=False
    )
    if not _is_from_here(request, gift):
        raise Http404
    response = HttpResponse(receipt_pdf(gift.receipt), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{receipt_file_name(gift.receipt)}"'
    return response


@require_GET
def disclosure(request: HttpRequest) -> HttpResponse:
    """What the states ask a charity to say. The text is the staff's."""
    wording = Wording.objects.filter(key=Wording.Key.SOLICITATION_DISCLOSURE).first()
    return render(request, "donations/disclosure.html", {"wording": wording})


def _donate_page(request: HttpRequest, form: GiftForm, *, status: int = 200) -> HttpResponse:
    where = Wording.objects.filter(key=Wording.Key.WHERE_THE_MONEY_GOES).first()
    context: dict[str, Any] = {"form": form, "where_the_money_goes": where.paragraphs if where else []}
    return render(request, "donations/donate.html", context, status=status)


def _continue_to_payment(request: HttpRequest, form: GiftForm) -> HttpResponse:
    started = giving.start_gift(
        email=form.cleaned_data["email"],
        name=form.cleaned_data["name"],
        amount_minor=form.amount_minor,
        program=form.program_chosen,
        begun_here=request.session.get(GIFTS_OF_THIS_BROWSER, []),
        now=timezone.now(),
    )
    _remember(request, started.gift)
    try:
        url = giving.ask_stripe(
            started,
            item_name=_("Gift to %(organization)s") % {"organization": settings.ORGANIZATION["name"]},
            cancel_url=f"{settings.SITE_URL}{_donate_again_url(started.gift)}",
        )
    except giving.StripeDidNotAnswer:
        form.add_error(
            None, _("The payment page did not answer. Nothing was lost: what you typed is here. Please try again.")
        )
        return _donate_page(request, form, status=503)
    except giving.StripeRefused:
        logger.exception("Stripe refused to make a page for gift %s", started.gift.reference)
        tell_staff.defer(what="Stripe refused to open a payment page for a gift", reference=started.gift.reference)
        form.add_error(
            None, _("The payment page cannot be opened right now. We have been told. Please try again later.")
        )
        return _donate_page(request, form, status=503)
    return HttpResponseRedirect(url, status=303)


def _ask_stripe_what_became_of(payment_reference: str) -> bool:
    """Settle; False when the answer is not known yet."""
    try:
        ledger.settle(payment_reference)
    except (ledger.StripeDidNotAnswer, ledger.StripeRefused):
        logger.exception("Payment %s could not be asked after", payment_reference)
        return False
    except ledger.PaymentMismatch:
        tell_staff.defer(what="A payment at Stripe is not the one we asked for", reference=payment_reference)
        return False
    return True


def _neutral_page(request: HttpRequest) -> HttpResponse:
    return render(request, "donations/not_yours.html")


def _remember(request: HttpRequest, gift: Gift) -> None:
    gifts = [reference for reference in request.session.get(GIFTS_OF_THIS_BROWSER, []) if reference != gift.reference]
    request.session[GIFTS_OF_THIS_BROWSER] = [*gifts, gift.reference][-MOST_REMEMBERED:]


def _is_from_here(request: HttpRequest, gift: Gift) -> bool:
    """See Note [Whose gift]."""
    return gift.reference in request.session.get(GIFTS_OF_THIS_BROWSER, [])


def _share_mail() -> str:
    """A link that opens the visitor's own mail program; nothing of the gift is in it."""
    text = _("Before your next trip, learn what the exploitation of children in travel looks like, and whom to call.")
    query = {"subject": _("Do not look away"), "body": f"{text}\n\n{settings.SITE_URL}/learn/"}
    return f"mailto:?{urlencode(query, quote_via=quote)}"


def _donate_again_url(gift: Gift) -> str:
    amount = format_short(gift.amount_minor).removeprefix("$").replace(",", "")
    return f"{reverse('donations:donate')}?{urlencode({'amount': amount, 'program': gift.program.slug})}"
