"""PDF documents: accessible, the same bytes for the same data, and nothing typed becomes markup."""

import io
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import typst
from pypdf import PdfReader

from shop.documents import render_pdf

RECEIPT = {
    "language": "en",
    "title": "Receipt for your gift",
    "number": "2026-00012",
    "issued": "Receipt 2026-00012, issued Nov. 24, 2026",
    "notice": "",
    "organization": {
        "name": "PACT",
        "formerly": "formerly ECPAT-USA",
        "legal_name": "Example, Inc.",
        "address_lines": ["1 Example Street"],
        "ein": "EIN 00-0000000",
    },
    "amount_label": "Your gift",
    "amount": "$50.00",
    "rows": [{"label": "Given by", "value": "Alice Adams"}],
    "statement": ["No goods or services were provided in exchange for this gift."],
    "contact": "Questions: contact@example.org",
}


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def test_a_document_is_tagged_titled_and_says_its_language():
    reader = read(render_pdf("gift_receipt", RECEIPT))
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"] is True or catalog["/MarkInfo"]["/Marked"] == True  # noqa: E712 -- pypdf's own type
    assert catalog["/Lang"] == "en"
    assert reader.metadata.title == "Receipt for your gift 2026-00012"
    assert "pdfuaid:part" in reader.xmp_metadata.stream.get_data().decode()


def test_the_same_data_gives_the_same_bytes():
    assert render_pdf("gift_receipt", RECEIPT) == render_pdf("gift_receipt", {**RECEIPT})


def test_our_own_typefaces_are_in_the_file():
    fonts = str(
        {
            font["/BaseFont"]
            for font in read(render_pdf("gift_receipt", RECEIPT)).pages[0]["/Resources"]["/Font"].values()
        }
    )
    assert "Figtree" in fonts
    assert "YoungSerif" in fonts


@pytest.mark.parametrize(
    "typed", ['#read("/etc/passwd")', "#panic()", "*bold* $x$ <label> @ref", '"quotes\\"', "// comment"]
)
def test_what_was_typed_is_text_and_never_markup(typed):
    document = {**RECEIPT, "rows": [{"label": "Given by", "value": typed}]}
    text = read(render_pdf("gift_receipt", document)).pages[0].extract_text()
    assert "".join(typed.split()) in "".join(text.split())


def test_a_page_takes_a_moment_once_the_fonts_are_known():
    render_pdf("gift_receipt", RECEIPT)
    started = time.perf_counter()
    for number in range(10):
        render_pdf("gift_receipt", {**RECEIPT, "number": f"2026-{number:05d}"})
    assert (time.perf_counter() - started) / 10 < 0.5


def test_several_at_once_are_each_right():
    def number_in(number):
        reader = read(render_pdf("gift_receipt", {**RECEIPT, "number": number}))
        return reader.metadata.title.rsplit(" ", 1)[1]

    numbers = [f"2026-{number:05d}" for number in range(16)]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(number_in, numbers)) == numbers


def test_letters_that_no_font_has_do_not_keep_a_document_from_being_made():
    document = {**RECEIPT, "rows": [{"label": "Given by", "value": "\U00013000"}]}
    assert "$50.00" in read(render_pdf("gift_receipt", document)).pages[0].extract_text()


def test_a_template_that_fails_is_an_error_and_not_an_empty_document():
    with pytest.raises(typst.TypstError):
        render_pdf("gift_receipt", {})
