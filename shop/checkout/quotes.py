"""What a basket costs when it goes to one place: goods, shipping, sales tax, total."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate, pairwise
from typing import Any

from oscar.core.loading import get_class, get_model
from oscar.core.prices import Price

from shop.money import to_minor

CENT = Decimal("0.01")
NO_TAX = Decimal(0)


class NoShippingThere(Exception):
    """No shipping method reaches the country. Carries its code."""


@dataclass(frozen=True)
class Quote:
    """Decimal dollars for pages and orders; `total_minor` in cents for the payment."""

    goods: Decimal
    shipping: Decimal
    tax: Decimal
    total: Decimal
    shipping_method: Any
    shipping_charge: Price
    order_total: Price
    is_tax_collected: bool

    @property
    def total_minor(self) -> int:
        return to_minor(self.total)


def quote(basket: Any, *, country_code: str, state: str) -> Quote:
    """Price the basket for a place, and write the tax into its lines. Raises `NoShippingThere`.

    Tax is on goods sent to a state for which staff collect it, and on shipping where that state says so. It is the
    rate of all that is taxed together, rounded half up once; see `_shares`.
    """
    method = _shipping_method(basket, country_code)
    rate, taxes_shipping = _tax_rate(country_code, state)
    lines = list(basket.all_lines())
    shipping_excl_tax = method.calculate(basket).excl_tax
    taxed = [line.line_price_excl_tax for line in lines] + [shipping_excl_tax if taxes_shipping else NO_TAX]
    *line_taxes, shipping_tax = _shares(taxed, rate)
    for line, tax in zip(lines, line_taxes, strict=True):
        line.purchase_info.price.tax = _part(line.unit_price_excl_tax, rate)  # what one piece alone would bear
        line.sales_tax = tax
    charge = Price(basket.currency, excl_tax=shipping_excl_tax, tax=shipping_tax)
    total = get_class("checkout.calculators", "OrderTotalCalculator")().calculate(basket, charge)
    return Quote(
        goods=basket.total_excl_tax,
        shipping=shipping_excl_tax,
        tax=total.incl_tax - total.excl_tax,
        total=total.incl_tax,
        shipping_method=method,
        shipping_charge=charge,
        order_total=total,
        is_tax_collected=rate > 0,
    )


def _shipping_method(basket: Any, country_code: str) -> Any:
    repository = get_class("shipping.repository", "Repository")()
    methods = repository.methods_to(basket, country_code)
    if not methods:
        raise NoShippingThere(country_code)
    return min(methods, key=lambda method: method.calculate(basket).excl_tax)


def _tax_rate(country_code: str, state: str) -> tuple[Decimal, bool]:
    if country_code != "US" or not state:
        return NO_TAX, False
    row = get_model("partner", "SalesTaxRate").objects.filter(state=state, is_active=True).first()
    return (row.percent / 100, row.taxes_shipping) if row else (NO_TAX, False)


def _shares(amounts: list[Decimal], rate: Decimal) -> list[Decimal]:
    """The tax on each amount, in cents that add up to the tax on their sum: what is rounded off one goes to the next."""
    reached = [_part(total, rate) for total in accumulate(amounts)]
    return [later - earlier for earlier, later in pairwise([NO_TAX, *reached])]


def _part(amount: Decimal, rate: Decimal) -> Decimal:
    return (amount * rate).quantize(CENT, ROUND_HALF_UP)
