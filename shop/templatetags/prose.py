"""`{% load prose %}`: what staff wrote in Markdown, as paragraphs."""

from django import template
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

register = template.Library()

# HTML is shown as typed and never run; pictures have a place of their own; headings would break the page's outline.
_markdown = MarkdownIt("commonmark", {"html": False}).disable(["image", "heading", "lheading", "code"])


@register.filter
def prose(text: str | None) -> SafeString:
    """Markdown to safe HTML: paragraphs, lists, quotations, emphasis and links. Addresses that run scripts are no links."""
    return mark_safe(_markdown.render(text or ""))  # noqa: S308 -- the renderer escapes everything that it did not make
