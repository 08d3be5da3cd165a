"""Payouts to the bank, each with all that is inside; and the books of each month."""

from datetime import date

from django.db.models.functions import TruncMonth
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from shop.dashboard.money.books import all_entries, entries_of_month, entries_of_payout, rows_at_once
from shop.dashboard.money.export import book_lines
from shop.dashboard.money.pages import TEMPLATES, page_context
from shop.dashboard.money.stripe_links import stripe_url
from shop.dashboard.money.sums import Sums, sums_by
from shop.money import CURRENCY
from shop.spreadsheets import csv_response
from shop.staff_access import staff_with
from shop.stripe_payments import client
from shop.stripe_payments.models import BalanceEntry, Payout

ROWS_A_PAGE = 50
FIRST_YEAR, LAST_YEAR = 2000, 2199


@require_safe
@staff_with("stripe_payments.view_payout")
def payout_list(request: HttpRequest) -> HttpResponse:
    """Every payout, the newest first, and whether what is inside adds up to it."""
    context = page_context(request, Payout.objects.filter(is_live=client.is_live()).order_by("-arrival_at", "-id"))
    payouts = list(context["page_obj"])
    sums = sums_by(all_entries().filter(payout__in=payouts), "payout_id")
    context["rows"] = [(payout, sums.get(payout.pk, Sums()), _difference_minor(payout, sums)) for payout in payouts]
    return render(request, f"{TEMPLATES}/payout_list.html", context)


@require_safe
@staff_with("stripe_payments.view_payout")
def payout_detail(request: HttpRequest, stripe_id: str) -> HttpResponse:
    """One payout: its orders, gifts, refunds, disputes and fees, which add up to it or the difference is shown."""
    payout = get_object_or_404(Payout, stripe_payout_id=stripe_id)
    entries = entries_of_payout(payout)
    sums = sums_by(entries, "payout_id")
    ordered = entries.select_related("payment", "payout").order_by("moment", "-amount_minor", "id")
    context = page_context(request, ordered, rows=ROWS_A_PAGE)
    context |= {
        "payout": payout,
        "sums": sums.get(payout.pk, Sums()),
        "difference_minor": _difference_minor(payout, sums),
        "rows": rows_at_once(context["page_obj"]),
        "stripe_url": stripe_url(payout.stripe_payout_id, is_live=payout.is_live),
    }
    return render(request, f"{TEMPLATES}/payout_detail.html", context)


@require_safe
@staff_with("stripe_payments.view_payout", "stripe_payments.view_balanceentry")
def payout_csv(request: HttpRequest, stripe_id: str) -> HttpResponseBase:
    """What is inside a payout, row by row; the column Net adds up to it."""
    payout = get_object_or_404(Payout, stripe_payout_id=stripe_id)
    name = f"payout-{timezone.localdate(payout.arrival_at).isoformat()}-{payout.stripe_payout_id}.csv"
    return csv_response(book_lines(entries_of_payout(payout)), name=name)


@require_safe
@staff_with("stripe_payments.view_balanceentry")
def month_list(request: HttpRequest) -> HttpResponse:
    """What came and went in each month, the newest first."""
    by_month = all_entries().annotate(month=TruncMonth("moment", tzinfo=timezone.get_default_timezone()))
    sums = sums_by(by_month, "month")
    newest_first = sorted(sums.values(), key=lambda of_month: of_month.key, reverse=True)
    context = page_context(request, newest_first)
    context["is_incomplete"] = BalanceEntry.objects.filter(is_live=client.is_live()).exclude(currency=CURRENCY).exists()
    return render(request, f"{TEMPLATES}/month_list.html", context)


@require_safe
@staff_with("stripe_payments.view_balanceentry")
def month_csv(request: HttpRequest, year: int, month: int) -> HttpResponseBase:
    """Every money fact of a month in the organization's time zone."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        raise Http404
    return csv_response(book_lines(entries_of_month(date(year, month, 1))), name=f"books-{year}-{month:02d}.csv")


def _difference_minor(payout: Payout, sums: dict[int, Sums]) -> int | None:
    """None while Stripe has not told everything that is inside, or never will."""
    if not payout.is_complete:
        return None
    return payout.amount_minor - sums.get(payout.pk, Sums()).net_minor
