"""The way into "My giving", what is seen there, and the way out. See Note [The donor of the session]."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from donations.models import Donor
from donations.my_giving import asking, link, session
from donations.my_giving.forms import AskForm
from donations.queries import gifts_of, monthly_gifts_of
from donations.receipts import receipt_file_name, receipt_pdf
from shop.accounts import attempts

PAGES = "donations/my_giving"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def my_giving(request: HttpRequest) -> HttpResponse:
    """The donor's gifts; for everybody else the form that asks for the link."""
    now = timezone.now()
    donor = session.donor_of(request, now=now)
    if donor is not None and request.method != "POST":
        context = {
            "donor": donor,
            "gifts": gifts_of(donor).select_related("program", "receipt"),
            "monthly_gifts": monthly_gifts_of(donor).select_related("program", "subscription"),
        }
        return render(request, f"{PAGES}/overview.html", context)
    form = AskForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, f"{PAGES}/ask.html", {"form": form})
    try:
        asking.ask(email=form.cleaned_data["email"], place=attempts.address_of(request), now=now)
    except asking.TooManyAttempts:
        return render(request, f"{PAGES}/ask.html", {"form": form, "is_too_often": True}, status=429)
    return render(request, f"{PAGES}/link_sent.html", {"email": form.cleaned_data["email"]})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """One button: mail programs follow links to look at them, and must not use this one up."""
    now = timezone.now()
    if request.method != "POST":
        if link.find(token, now=now) is None:
            return _link_over(request, now)
        return render(request, f"{PAGES}/open.html")
    donor = link.use(token, now=now)
    if donor is None:
        return _link_over(request, now)
    session.open_for(request, donor, now=now)
    return redirect("donations:my-giving")


@require_POST
@never_cache
def sign_out(request: HttpRequest) -> HttpResponse:
    """The right ends at once, in this browser."""
    session.close(request)
    return render(request, f"{PAGES}/signed_out.html")


@require_GET
@session.for_donor
def receipt(request: HttpRequest, donor: Donor, reference: str) -> HttpResponse:
    """The receipt of one of the donor's gifts, as PDF."""
    gift = get_object_or_404(gifts_of(donor).select_related("receipt"), reference=reference, receipt__isnull=False)
    response = HttpResponse(receipt_pdf(gift.receipt), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{receipt_file_name(gift.receipt)}"'
    return response


def _link_over(request: HttpRequest, now: datetime) -> HttpResponse:
    """The second of two clicks finds the door open already."""
    if session.donor_of(request, now=now) is not None:
        return redirect("donations:my-giving")
    return render(request, f"{PAGES}/link_over.html", status=410)
