"""What staff write about goods, as HTML: Markdown without raw HTML and without pictures of other sites."""

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable("image")


def as_html(markdown: str) -> SafeString:
    """Raw HTML is shown as text, and links to scripts are no links: markdown-it escapes both."""
    return SafeString(_MARKDOWN.render(markdown))
