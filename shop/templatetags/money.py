"""`{% load money %}`: prices as people read them."""

from decimal import Decimal

from django import template

from shop.money import format_minor, to_minor

register = template.Library()


@register.filter
def dollars(amount: Decimal | str | None) -> str:
    """`Decimal("12.00")` as `$12.00`; nothing for None or for a variable that is not there."""
    return "" if amount is None or amount == "" else format_minor(to_minor(Decimal(amount)))


@register.filter
def minor_dollars(amount_minor: int | str | None) -> str:
    """1200 cents as `$12.00`; nothing for None or for a variable that is not there."""
    return "" if amount_minor is None or amount_minor == "" else format_minor(int(amount_minor))
