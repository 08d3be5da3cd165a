"""The stock: every SKU with what is there, held and free, and every movement with who and why."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from oscar.core.loading import get_model

from shop.stock import movements
from shop.stock.models import StockMovement

RECORDS_A_PAGE, MOVEMENTS_A_PAGE, LATEST = 50, 50, 20


class MovementForm(forms.Form):
    """How many pieces came or went, and why."""

    change = forms.IntegerField(
        label=gettext_lazy("Change by"),
        min_value=-100_000,
        max_value=100_000,
        help_text=gettext_lazy("12 for pieces that arrived, -3 for pieces that are gone."),
    )
    note = forms.CharField(label=gettext_lazy("Reason"), max_length=200)

    def clean_change(self) -> int:
        if self.cleaned_data["change"] == 0:
            raise forms.ValidationError(_("Nothing would change."))
        return self.cleaned_data["change"]


class CountForm(forms.Form):
    """How many pieces somebody counted on the shelf; `seen` is what the page said then."""

    counted = forms.IntegerField(
        label=gettext_lazy("Counted"),
        min_value=0,
        max_value=1_000_000,
        help_text=gettext_lazy("All pieces on the shelf, those held for orders included."),
    )
    note = forms.CharField(
        label=gettext_lazy("Remark"), required=False, max_length=150, help_text=gettext_lazy("May stay empty.")
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, auto_id="count_%s", **kwargs)

    @property
    def note_for_the_books(self) -> str:
        counted = _("Counted %(counted)d") % self.cleaned_data
        return f"{counted}: {self.cleaned_data['note']}" if self.cleaned_data["note"] else counted


@require_safe
def stock_list(request: HttpRequest) -> HttpResponse:
    """Every record, those running low first; `?low=1` shows only them, `?q=` looks for a SKU or a title."""
    records = _records()
    if "low" in request.GET:
        records = records.filter(free__lte=F("low_stock_threshold"))
    query = request.GET.get("q", "").replace("\x00", "").strip()
    if query:
        named = Q(product__title__icontains=query) | Q(product__parent__title__icontains=query)
        records = records.filter(named | Q(partner_sku__icontains=query))
    context = {
        "page_obj": Paginator(records, RECORDS_A_PAGE).get_page(request.GET.get("page")),
        "latest": _movements(StockMovement.objects.all())[:LATEST],
        "q": query,
        "is_low_only": "low" in request.GET,
    }
    return render(request, "oscar/dashboard/stock/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def stock_record(request: HttpRequest, pk: int) -> HttpResponse:
    """One record with all its movements, and the two forms that make the next one: by a difference, or by a count."""
    record = get_object_or_404(_records(), pk=pk)
    if request.method != "POST":
        return _record_page(request, record)
    if not request.user.has_perm("partner.change_stockrecord"):
        raise PermissionDenied
    return _take_count(request, pk) if "counted" in request.POST else _take_change(request, pk)


def _take_change(request: HttpRequest, pk: int) -> HttpResponse:
    form = MovementForm(request.POST)
    if form.is_valid():
        try:
            _move(pk, **form.cleaned_data, made_by=request.user)
        except movements.NotEnoughStock:
            record = _records().get(pk=pk)
            numbers = {"free": record.free, "held": record.num_allocated}
            form.add_error("change", _("At most %(free)d can be taken away: %(held)d are held for orders.") % numbers)
        else:
            messages.success(request, _("The count was changed."))
            return redirect("dashboard:stock-record", pk=pk)
    return _record_page(request, _records().get(pk=pk), form=form)


def _take_count(request: HttpRequest, pk: int) -> HttpResponse:
    form = CountForm(request.POST)
    if form.is_valid():
        counted, seen = form.cleaned_data["counted"], form.cleaned_data["seen"]
        try:
            movement = movements.count(
                stockrecord_id=pk,
                counted=counted,
                seen=seen,
                note=form.note_for_the_books,
                made_by=request.user,  # type: ignore[arg-type] # nobody comes here without signing in
            )
        except movements.NotEnoughStock:
            held = _records().get(pk=pk).num_allocated
            form.add_error("counted", _("%(held)d are held for orders, so fewer cannot be there.") % {"held": held})
        except movements.CountChanged as change:
            numbers = {"seen": seen, "now": change.in_stock}
            form = CountForm({**request.POST.dict(), "seen": change.in_stock})
            form.add_error(
                "counted",
                _("While you counted, the stock went from %(seen)d to %(now)d. Is your count still right?") % numbers,
            )
        else:
            messages.success(request, _("The count was right.") if movement is None else _("The count was corrected."))
            return redirect("dashboard:stock-record", pk=pk)
    return _record_page(request, _records().get(pk=pk), count_form=form)


def _move(record_id: int, *, change: int, note: str, made_by: Any) -> None:
    if change > 0:
        movements.receive(stockrecord_id=record_id, quantity=change, note=note, made_by=made_by)
    else:
        movements.correct(stockrecord_id=record_id, change=change, note=note, made_by=made_by)


def _records() -> QuerySet:
    records = get_model("partner", "StockRecord").objects.select_related("product__parent", "partner")
    free = F("num_in_stock") - F("num_allocated")
    return records.annotate(free=free).order_by(F("free") - F("low_stock_threshold"), "partner_sku")


def _movements(found: QuerySet) -> QuerySet:
    return found.select_related("stockrecord__product__parent", "made_by").order_by("-id")


def _record_page(
    request: HttpRequest, record: Any, *, form: MovementForm | None = None, count_form: CountForm | None = None
) -> HttpResponse:
    pages = Paginator(_movements(record.movements), MOVEMENTS_A_PAGE)
    context = {
        "record": record,
        "form": form or MovementForm(),
        "count_form": count_form or CountForm(initial={"seen": record.num_in_stock}),
        "page_obj": pages.get_page(request.GET.get("page")),
    }
    return render(request, "oscar/dashboard/stock/record.html", context)
