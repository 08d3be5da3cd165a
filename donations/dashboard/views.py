"""Gifts for staff: find them, read what happened, send a receipt again, export, and edit programs and texts."""

import secrets

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from donations import tasks
from donations.dashboard.export import COLUMNS, gift_cells
from donations.dashboard.forms import GiftSearchForm, ProgramForm, WordingForm
from donations.models import Gift, Program, Wording
from donations.queries import counted_money, payments_of, with_mode
from donations.receipts import receipt_file_name, receipt_pdf
from shop.spreadsheets import csv_lines, csv_response
from shop.staff_access import staff_with

GIFTS_ON_A_PAGE = 50
PAGES = "oscar/dashboard/donations"


@require_GET
@staff_with("donations.view_gift")
def gift_list(request: HttpRequest) -> HttpResponse:
    """All gifts, newest first, with what they add up to."""
    form = GiftSearchForm(request.GET or None)
    gifts = _gifts_asked_for(form)
    page = Paginator(gifts, GIFTS_ON_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {"form": form, "page_obj": page, "totals": counted_money(gifts), "query": query.urlencode()}
    return render(request, f"{PAGES}/gift_list.html", context)


@require_GET
@staff_with("donations.view_gift")
def gift_export(request: HttpRequest) -> StreamingHttpResponse:
    """The same gifts as the list shows, as CSV."""
    gifts = _gifts_asked_for(GiftSearchForm(request.GET or None))
    rows = (gift_cells(gift) for gift in gifts.iterator(chunk_size=500))
    header = [str(column) for column in COLUMNS]
    return csv_response(csv_lines(header, rows), name=f"gifts-{timezone.localdate().isoformat()}.csv")


@require_GET
@staff_with("donations.view_gift")
def gift_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """One gift: donor, payment story, receipt."""
    gift = _gift(reference)
    context = {
        "gift": gift,
        "receipt": getattr(gift, "receipt", None),
        "payments": payments_of(gift),
        "monthly": gift.monthly_gift,
        "changes": gift.monthly_gift.subscription.changes.all() if gift.monthly_gift else (),
    }
    return render(request, f"{PAGES}/gift_detail.html", context)


@require_GET
@staff_with("donations.view_receipt")
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """The receipt as the donor has it."""
    issued = get_object_or_404(
        Gift.objects.select_related("receipt"), reference=reference, receipt__isnull=False
    ).receipt
    response = HttpResponse(receipt_pdf(issued), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{receipt_file_name(issued)}"'
    return response


@require_POST
@staff_with("donations.change_receipt")
def send_receipt_again(request: HttpRequest, reference: str) -> HttpResponse:
    """Mail the receipt once more, to the donor's address on file and to no other."""
    gift = get_object_or_404(Gift.objects.select_related("receipt"), reference=reference, receipt__isnull=False)
    tasks.send_receipt_again.defer(receipt_id=gift.receipt.pk, request=secrets.token_hex(8))
    messages.success(request, _("The receipt is on its way to the donor's address."))
    return redirect("donations-dashboard:gift-detail", reference)


@require_GET
@staff_with("donations.change_program")
def program_list(request: HttpRequest) -> HttpResponse:
    """What gifts can be designated to, and the texts of the giving pages."""
    context = {"programs": Program.objects.order_by("position", "id"), "wordings": Wording.objects.order_by("key")}
    return render(request, f"{PAGES}/program_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_with("donations.change_program")
def program_edit(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """Change a program, or add one."""
    program = get_object_or_404(Program, slug=slug) if slug else None
    form = ProgramForm(request.POST or None, instance=program)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("donations-dashboard:program-list")
    return render(request, f"{PAGES}/edit.html", {"form": form, "title": program or _("A new program")})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_with("donations.change_wording")
def wording_edit(request: HttpRequest, key: str) -> HttpResponse:
    """Change a text."""
    wording = get_object_or_404(Wording, key=key)
    form = WordingForm(request.POST or None, instance=wording)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("donations-dashboard:program-list")
    return render(request, f"{PAGES}/edit.html", {"form": form, "title": wording})


def _gifts_asked_for(form: GiftSearchForm) -> QuerySet[Gift]:
    gifts = Gift.objects.select_related("donor", "program", "receipt").order_by("-started_at", "-id")
    return with_mode(form.narrow(gifts))


def _gift(reference: str) -> Gift:
    return get_object_or_404(
        Gift.objects.select_related("donor", "program", "receipt", "monthly_gift__subscription"), reference=reference
    )
