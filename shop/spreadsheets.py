"""Tables for spreadsheet programs: CSV that opens in the right letters and runs nothing."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.http import StreamingHttpResponse

T = TypeVar("T")

BYTE_ORDER_MARK = "\ufeff"  # Excel reads UTF-8 only with it
# A cell that starts so is a formula to a spreadsheet, also behind blanks and in full-width letters.
_FORMULA_STARTS = tuple("=+-@＝＋－＠")
_CONTROL_STARTS = ("\t", "\r", "\n")


def csv_lines(header: Sequence[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Lines of CSV, the header first, each cell harmless. One row is held at a time."""
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK + writer.writerow(header)
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def harmless(cell: Any) -> Any:
    """A text that a spreadsheet would run as a formula gets a quote before it; numbers, negative ones too, stay.

    Source: OWASP ASVS 5.0, 1.2.10.
    """
    if not isinstance(cell, str):
        return cell
    is_live = cell.startswith(_CONTROL_STARTS) or cell.lstrip().startswith(_FORMULA_STARTS)
    return f"'{cell}" if is_live else cell


def csv_response(lines: Iterable[str], *, name: str) -> StreamingHttpResponse:
    """Sends the lines to whoever asked, as a file of that name. Nothing is stored."""
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def batches(items: Iterable[T], *, size: int) -> Iterator[list[T]]:
    """The items in lists of `size`, so that what belongs to them is asked for once a list."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


class _Echo:
    """What `csv` writes into: gives each line back."""

    def write(self, line: str) -> str:
        return line
