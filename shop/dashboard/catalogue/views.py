"""Oscar's pages for goods, each change in one transaction."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from oscar.apps.dashboard.catalogue import views
from oscar.apps.dashboard.catalogue.views import *  # noqa: F403 -- an Oscar fork carries the rest of its module


class ProductCreateUpdateView(views.ProductCreateUpdateView):
    """Texts, pictures, price and stock are saved together or not at all. There is no upselling."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        del self.formsets["recommended_formset"]

    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().post(request, *args, **kwargs)


class ProductDeleteView(views.ProductDeleteView):
    """What was ever in stock has books that stay: such a product is hidden, not deleted."""

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                return super().delete(request, *args, **kwargs)
        except ProtectedError:
            messages.error(
                request,
                _("This product was in stock, and its stock history stays. Take away its tick at “Is public” instead."),
            )
            return redirect("dashboard:catalogue-product", pk=self.kwargs["pk"])


class CategoryCreateView(views.CategoryCreateView):
    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().post(request, *args, **kwargs)


class CategoryUpdateView(views.CategoryUpdateView):
    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().post(request, *args, **kwargs)
