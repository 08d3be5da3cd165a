"""How an order can travel: the weight-based methods that staff keep in the dashboard."""

from typing import Any

from oscar.apps.shipping import repository
from oscar.core.loading import get_class, get_model


class Repository(repository.Repository):
    """Oscar's, with the methods of the database instead of free shipping for everybody."""

    def methods_to(self, basket: Any, country_code: str) -> list[Any]:
        """Every method that reaches the country; a method without countries reaches all of them."""
        if not basket.is_shipping_required():
            return [get_class("shipping.methods", "NoShippingRequired")()]
        methods = get_model("shipping", "WeightBased").objects.prefetch_related("countries").order_by("pk")
        return [
            method
            for method in methods
            if not (codes := {country.pk for country in method.countries.all()}) or country_code in codes
        ]

    def get_available_shipping_methods(self, basket: Any, shipping_addr: Any = None, **kwargs: Any) -> list[Any]:
        return self.methods_to(basket, shipping_addr.country_id if shipping_addr else "US")
