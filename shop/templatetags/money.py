"""`{% load money %}`: prices as people read them."""

from decimal import Decimal

from django import template

from shop.money import format_minor, to_minor

register = template.Library()


@register.filter
def dollars(amount: Decimal | None) -> str:
    """`Decimal("12.00")` as `$12.00`; nothing for None."""
    return "" if amount is None else format_minor(to_minor(Decimal(amount)))


@register.filter
def minor_dollars(amount_minor: int | None) -> str:
    """1200 cents as `$12.00`; nothing for None."""
    return "" if amount_minor is None else format_minor(amount_minor)
