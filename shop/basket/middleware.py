from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from oscar.apps.basket import middleware
from oscar.core.loading import get_model


class BasketMiddleware(middleware.BasketMiddleware):
    """Oscar's, with a cookie that other sites cannot make a browser send, and without offers, which are not used."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        cookie = response.cookies.get(settings.OSCAR_BASKET_COOKIE_OPEN)
        if cookie is not None:
            cookie["samesite"] = "Lax"
        return response

    @transaction.atomic
    def merge_baskets(self, master: Any, slave: Any) -> None:
        """With the orders that wait for their money: the next checkout then closes their payment pages."""
        master.merge(slave, add_quantities=True)
        waiting = get_model("order", "Order").objects.filter(basket_id=slave.pk, status="Awaiting payment")
        waiting.update(basket_id=master.pk)

    def apply_offers_to_basket(self, request: HttpRequest, basket: Any) -> None:
        """No query for offers that the shop does not make."""
