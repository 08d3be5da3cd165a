"""What staff write is shown as paragraphs, and nothing in it can run."""

import pytest

from shop.templatetags.prose import prose


def test_markdown_becomes_paragraphs_emphasis_and_links() -> None:
    shown = prose("**Who makes it.** Women in [Nongkhai](https://example.org).\n\n- one\n- two")
    assert '<p><strong>Who makes it.</strong> Women in <a href="https://example.org">Nongkhai</a>.</p>' in shown
    assert "<li>one</li>" in shown


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "<a href=//x onclick=y>z</a>",
    ],
)
def test_nothing_that_staff_type_can_run(typed: str) -> None:
    shown = prose(typed)
    assert "<script" not in shown
    assert "<img" not in shown
    assert "<a " not in shown


def test_no_heading_and_no_picture_comes_out_of_it() -> None:
    shown = prose("# Big\n\n![x](https://example.org/x.png)")
    assert "<h1" not in shown
    assert "<img" not in shown


def test_no_text_is_no_markup() -> None:
    assert prose(None) == ""
