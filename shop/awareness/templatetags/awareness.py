"""`{% load awareness %}{% awareness_block product %}`: what to know, on a product page."""

from typing import Any

from django import template

from shop.awareness.content import awareness_for

register = template.Library()


@register.inclusion_tag("awareness/product_block.html", takes_context=True)
def awareness_block(context: template.Context, product: Any) -> dict[str, Any]:
    """Uses the page's hotlines, which the footer shows as well, so that they are asked for once."""
    return {"awareness": awareness_for(product, hotlines=context.get("hotlines"))}
