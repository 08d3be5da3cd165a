"""The way back from Stripe, the thank-you page, the receipt, and a month that failed. See Note [Whose gift]."""

import logging
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from donations import mending
from donations.links import link_to_give_like
from donations.models import Gift
from donations.queries import payment_of
from donations.receipts import receipt_file_name, receipt_pdf
from donations.whose_gift import is_from_here
from shop.stripe_payments import ledger, promises
from shop.tasks import tell_staff

logger = logging.getLogger(__name__)


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
    if not is_from_here(request, gift):
        return _neutral_page(request)
    if gift.is_received:
        return redirect("donations:thank-you", gift.reference)
    context = {"gift": gift, "payment": payment, "is_known": is_known, "again_url": link_to_give_like(gift)}
    return render(request, "donations/not_received_yet.html", context)


@require_GET
@never_cache
def thank_you(request: HttpRequest, reference: str) -> HttpResponse:
    """Thanks, the number, what happens next, and something to share."""
    gift = get_object_or_404(
        Gift.objects.select_related("donor", "program", "monthly_gift__subscription"), reference=reference
    )
    if not is_from_here(request, gift):
        return _neutral_page(request)
    if not gift.is_received:
        return redirect(gift)
    context = {
        "gift": gift,
        "receipt_url": reverse("donations:receipt", args=[gift.reference]),
        "next_payment_at": gift.monthly_gift.subscription.next_payment_at if gift.monthly_gift else None,
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
    if not is_from_here(request, gift):
        raise Http404
    response = HttpResponse(receipt_pdf(gift.receipt), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{receipt_file_name(gift.receipt)}"'
    return response


@require_GET
@never_cache
def mend(request: HttpRequest, token: str) -> HttpResponse:
    """From the mail about a month that failed to Stripe's page for that very month. Nothing changes by coming here."""
    found = mending.find(token)
    if found is None:
        return render(request, "donations/nothing_to_mend.html", {"is_link_over": True}, status=410)
    monthly, invoice_id = found
    try:
        page = promises.invoice_page(subscription=monthly.subscription, invoice_id=invoice_id)
    except (promises.StripeDidNotAnswer, promises.StripeRefused):
        logger.exception("The page to mend monthly gift %s could not be asked for", monthly.reference)
        return render(request, "donations/nothing_to_mend.html", {"is_without_answer": True}, status=503)
    if page is None:
        return render(request, "donations/nothing_to_mend.html", {"subscription": monthly.subscription})
    return HttpResponseRedirect(page, status=303)


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


def _share_mail() -> str:
    """A link that opens the visitor's own mail program; nothing of the gift is in it."""
    text = _("Before your next trip, learn what the exploitation of children in travel looks like, and whom to call.")
    query = {"subject": _("Do not look away"), "body": f"{text}\n\n{settings.SITE_URL}/learn/"}
    return f"mailto:?{urlencode(query, quote_via=quote)}"
