"""`{% load pictures %}`: product pictures, shown without asking the database or the disk."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from shop.catalogue.product_pictures import StoredPicture, fallback_name, source_sets, url

register = template.Library()


@register.simple_tag
def picture(image: Any, *, sizes: str = "100vw", alt: str | None = None, eager: bool = False) -> SafeString:
    """`{% picture image sizes="(min-width: 48rem) 24rem, 92vw" eager=True %}`.

    `image` is a ProductImage, a file field, or a stored name; nothing is shown for None. `alt` is the image's caption
    unless told. `eager` is for the one picture that a visitor sees first: it is fetched before the others.
    """
    name, caption = _name_and_caption(image)
    if not name:
        return SafeString("")
    text = caption if alt is None else alt
    urgency = SafeString('fetchpriority="high"' if eager else 'loading="lazy" decoding="async"')
    stored = StoredPicture.from_name(name)
    if stored is None:
        return format_html('<img src="{}" alt="{}" {}>', url(name), text, urgency)
    sources = format_html_join(
        "", '<source type="{}" srcset="{}" sizes="{}">', ((kind, srcset, sizes) for kind, srcset in source_sets(stored))
    )
    return format_html(
        '<picture>{}<img src="{}" alt="{}" width="{}" height="{}" {}></picture>',
        sources,
        url(fallback_name(stored)),
        text,
        stored.width,
        stored.height,
        urgency,
    )


@register.filter
def picture_url(image: Any) -> str:
    """The address of the largest JPEG, for link previews and structured data; empty for None."""
    name, _caption = _name_and_caption(image)
    stored = StoredPicture.from_name(name)
    return url(fallback_name(stored) if stored else name) if name else ""


def _name_and_caption(image: Any) -> tuple[str, str]:
    if not image:
        return "", ""
    if isinstance(image, str):
        return image, ""
    field = getattr(image, "original", image)
    return getattr(field, "name", None) or "", getattr(image, "caption", "")
