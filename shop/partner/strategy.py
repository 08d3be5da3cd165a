"""What goods cost and whether they can be bought."""

from typing import Any

from django.http import HttpRequest
from oscar.apps.partner.strategy import *  # noqa: F403 -- an Oscar fork carries the rest of its module
from oscar.apps.partner.strategy import DeferredTax, PurchaseInfo, Structured, UseFirstStockRecord
from oscar.core.loading import get_class, get_model

from shop.stock import movements

Unavailable, StockRequired = (get_class("partner.availability", name) for name in ("Unavailable", "StockRequired"))
FixedPrice = get_class("partner.prices", "FixedPrice")
NoPrice = get_class("partner.prices", "Unavailable")


class Storefront(UseFirstStockRecord, DeferredTax, Structured):
    """Prices are without tax until the address is known, as in the United States; stock is required.

    It never looks at the visitor: a price is the same for everybody, and a page that shows it can be kept whole.
    Children of a product must have been fetched with their parent, or each one costs a query.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        self.request = request
        self.user = None
        self._held: dict[int, dict[int, int]] = {}

    def fetch_for_line(self, line: Any, stockrecord: Any = None) -> PurchaseInfo:
        """A basket line keeps the stock record with which it began.

        What this basket's own order holds, while it waits for its money, counts as free for this basket: a buyer
        who comes back from the payment page is not told that the goods are gone.
        """
        record = stockrecord or line.stockrecord
        info = self.fetch_for_product(line.product, record)
        held = self._held_by_order_of(line.basket_id).get(line.stockrecord_id, 0)
        if held and isinstance(info.availability, StockRequired):
            return info._replace(availability=StockRequired(record.net_stock_level + held))
        return info

    def _held_by_order_of(self, basket_id: int) -> dict[int, int]:
        if basket_id not in self._held:
            waiting = get_model("order", "Order").objects.filter(basket_id=basket_id, status="Awaiting payment")
            self._held[basket_id] = movements.held_for(waiting.values("number"))
        return self._held[basket_id]

    def availability_policy(self, product: Any, stockrecord: Any) -> Any:
        is_public = product.is_public and (not product.is_child or product.parent.is_public)
        if stockrecord is None or stockrecord.price is None or not is_public:
            return Unavailable()
        if not product.get_product_class().track_stock:
            return get_class("partner.availability", "Available")()
        return StockRequired(stockrecord.net_stock_level)

    def parent_availability_policy(self, product: Any, children_stock: list[tuple[Any, Any]]) -> Any:
        """A product is as available as its most available variant."""
        policies = [self.availability_policy(child, stockrecord) for child, stockrecord in children_stock]
        return max(policies, key=lambda policy: getattr(policy, "num_available", 0), default=Unavailable())

    def parent_pricing_policy(self, product: Any, children_stock: list[tuple[Any, Any]]) -> Any:
        """The lowest price of the variants."""
        priced = [record for _child, record in children_stock if record is not None and record.price is not None]
        if not priced:
            return NoPrice()
        cheapest = min(priced, key=lambda record: record.price)
        return FixedPrice(currency=cheapest.price_currency, excl_tax=cheapest.price)


class Selector:
    """There is one strategy, for pages, baskets and jobs alike."""

    def strategy(self, request: HttpRequest | None = None, user: Any = None, **kwargs: Any) -> Storefront:
        return Storefront(request)
