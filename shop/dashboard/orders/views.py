"""The staff's order pages: find, look, take the next step, pack, export."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST
from oscar.core.loading import get_model

from shop.dashboard.orders import export as table
from shop.dashboard.orders import moves
from shop.dashboard.orders.forms import NoteForm, OrderSearchForm, ShipmentForm
from shop.fulfilment.shipments import note_shipment, shipment_of
from shop.requests import wanted_path
from shop.spreadsheets import csv_lines, csv_response
from shop.stock.models import StockMovement

Order = get_model("order", "Order")
OrderNote = get_model("order", "OrderNote")

ORDERS_A_PAGE = 25
MOST_AT_ONCE = 200
SENT = ("Shipped", "Delivered", "Returned")
BULK_STATUSES = ("Packed", "Shipped", "Delivered")


@require_GET
def order_list(request: HttpRequest) -> HttpResponse:
    form = OrderSearchForm(request.GET)
    orders = form.orders.select_related("user", "shipping_address").annotate(pieces=Sum("lines__quantity"))
    page = Paginator(orders, ORDERS_A_PAGE).get_page(request.GET.get("page"))
    lines = table.payment_lines_of(page.object_list)
    rest = request.GET.copy()
    rest.pop("page", None)
    context = {
        "form": form,
        "page_obj": page,
        "rows": [(order, lines.get(order.number)) for order in page.object_list],
        "query": rest.urlencode(),
        "bulk_statuses": BULK_STATUSES,
    }
    return render(request, "oscar/dashboard/orders/order_list.html", context)


@require_GET
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The orders of the same search, as CSV."""
    name = f"orders-{timezone.localdate():%Y-%m-%d}.csv"
    rows = table.rows(OrderSearchForm(request.GET).orders)
    return csv_response(csv_lines(table.COLUMNS, rows), name=name)


@require_GET
def packing_slips(request: HttpRequest) -> HttpResponse:
    """One sheet an order, to print and put into the parcel."""
    orders = Order.objects.filter(number__in=request.GET.getlist("order")[:MOST_AT_ONCE]).order_by("date_placed", "id")
    orders = orders.select_related("shipping_address__country").prefetch_related("lines")
    return render(request, "oscar/dashboard/orders/packing_slips.html", {"orders": orders})


@require_POST
def move_orders(request: HttpRequest) -> HttpResponse:
    """Take one or many orders one step further. Each is done or told, none holds up the others."""
    new_status = request.POST.get("new_status", "")
    numbers = request.POST.getlist("order")[:MOST_AT_ONCE]
    moved = 0
    for order_id in Order.objects.filter(number__in=numbers).order_by("id").values_list("id", flat=True):
        try:
            moves.move(order_id=order_id, new_status=new_status, made_by=request.user)  # type: ignore[arg-type]
        except moves.UnableToMove as reason:
            messages.error(request, str(reason))
        else:
            moved += 1
    if moved:
        text = ngettext("%(count)d order is now “%(status)s”.", "%(count)d orders are now “%(status)s”.", moved)
        messages.success(request, text % {"count": moved, "status": new_status})
    elif not numbers:
        messages.warning(request, _("No order was chosen."))
    return HttpResponseRedirect(wanted_path(request) or reverse("dashboard:order-list"))


@require_POST
def ship_order(request: HttpRequest, number: str) -> HttpResponse:
    """Mark one order as shipped, with how its parcel can be followed."""
    order = _order(number)
    form = ShipmentForm(request.POST)
    if not form.is_valid():
        return _detail(request, order, shipment_form=form)
    try:
        moves.move(order_id=order.pk, new_status="Shipped", made_by=request.user, shipment=form.cleaned_data)  # type: ignore[arg-type]
    except moves.UnableToMove as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("The order is now “Shipped”, and the buyer is written to."))
    return redirect("dashboard:order-detail", number)


@require_POST
def change_shipment(request: HttpRequest, number: str) -> HttpResponse:
    """Add or mend how the parcel can be followed, after it left. Nobody is written to."""
    order = _order(number)
    form = ShipmentForm(request.POST)
    if not form.is_valid():
        return _detail(request, order, shipment_form=form)
    note_shipment(order_id=order.pk, made_by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
    messages.success(request, _("Saved. The buyer finds it in their account; no mail was sent."))
    return redirect("dashboard:order-detail", number)


@require_GET
def order_detail(request: HttpRequest, number: str) -> HttpResponse:
    return _detail(request, _order(number))


@require_POST
def add_note(request: HttpRequest, number: str) -> HttpResponse:
    order = _order(number)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _detail(request, order, note_form=form)
    message = form.cleaned_data["message"]
    OrderNote.objects.create(order=order, user=request.user, note_type=OrderNote.INFO, message=message)
    messages.success(request, _("The note is saved."))
    return redirect("dashboard:order-detail", number)


def _detail(
    request: HttpRequest, order: Any, *, note_form: NoteForm | None = None, shipment_form: ShipmentForm | None = None
) -> HttpResponse:
    line = moves.payment_line_of(order)
    shipment = shipment_of(order)
    may_change = request.user.has_perm("order.change_order")
    context = {
        "order": order,
        "lines": order.lines.select_related("product").order_by("id"),
        "payment_line": line,
        "payment": line.payment if line else None,
        "changes": line.payment.changes.all() if line else [],
        "refunds": line.refunds.order_by("id") if line else [],
        "other_lines": line.payment.lines.exclude(pk=line.pk) if line else [],
        "movements": _movements_of(order),
        "notes": order.notes.select_related("user").order_by("-date_created", "-id"),
        "note_form": note_form or NoteForm(),
        "shipment": shipment,
        "shipment_form": shipment_form or ShipmentForm(initial=model_to_dict(shipment) if shipment else None),
        "is_sent": order.status in SENT or shipment is not None,
        "may_change": may_change,
        "open_steps": moves.open_steps(order, line) if may_change else [],
    }
    return render(request, "oscar/dashboard/orders/order_detail.html", context)


def _order(number: str) -> Any:
    orders = Order.objects.select_related("user", "shipping_address__country")
    return get_object_or_404(orders, number=number)


def _movements_of(order: Any) -> Any:
    movements = StockMovement.objects.filter(reference=order.number)
    return movements.select_related("stockrecord__product", "made_by").order_by("id")
