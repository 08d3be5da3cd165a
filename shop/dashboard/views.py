"""The first staff page: what waits for a person."""

from typing import Any

from django.db.models import F
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.generic import TemplateView
from oscar.apps.dashboard.views import *  # noqa: F403 -- an Oscar fork carries the rest of its module
from oscar.core.loading import get_model

from shop.customer.views import SignInView
from shop.dashboard.money.waiting import waiting_for

SHOWN = 10


class IndexView(TemplateView):
    """Template: oscar/dashboard/index.html. Each list is there only for staff who may see it.

    Context: `to_pack` (paid orders, the oldest first) and `to_pack_count`, `low` (stock records with `free`), `money`
    (see `waiting_for`).
    """

    template_name = "oscar/dashboard/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, context = self.request.user, super().get_context_data(**kwargs)
        context["money"] = waiting_for(user, now=timezone.now())
        if user.has_perm("order.view_order"):
            paid = get_model("order", "Order").objects.filter(status="Paid").order_by("date_placed")
            context |= {"to_pack": paid[:SHOWN], "to_pack_count": paid.count()}
        if user.has_perm("partner.view_stockrecord"):
            records = get_model("partner", "StockRecord").objects.select_related("product__parent")
            free = records.annotate(free=F("num_in_stock") - F("num_allocated")).order_by("free", "partner_sku")
            context["low"] = free.filter(free__lte=F("low_stock_threshold"))[:SHOWN]
        return context


class LoginView(SignInView):
    """Staff come in through the same door as everybody: one form, one count of wrong passwords."""

    default_destination = reverse_lazy("dashboard:index")
