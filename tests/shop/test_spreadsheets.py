"""CSV that opens in a spreadsheet and runs nothing there."""

import csv
import io
from decimal import Decimal

import pytest

from shop.spreadsheets import batches, csv_lines, csv_response, harmless


@pytest.mark.parametrize(
    "start", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\u00a0=1", "\t1", "\r=1", "\n=1", "\uff1d1", "－1"]
)
def test_a_text_that_a_spreadsheet_would_run_is_quoted(start):
    assert harmless(start) == f"'{start}"


@pytest.mark.parametrize("cell", [Decimal("-12.50"), -3, "", "Łukasz", "1-2", "a=b", None])
def test_a_number_and_plain_text_stay_as_they_are(cell):
    assert harmless(cell) == cell


def test_the_file_names_its_letters_and_has_the_header_first():
    response = csv_response(csv_lines(["A", "B"], [["x, y", 'a "b"'], [Decimal("-1.00"), "=1"]]), name="t.csv")
    content = b"".join(response.streaming_content).decode()
    assert content.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(content.removeprefix("\ufeff"))))
    assert rows == [["A", "B"], ["x, y", 'a "b"'], ["-1.00", "'=1"]]
    assert response["Content-Disposition"] == 'attachment; filename="t.csv"'


def test_batches_lose_nothing():
    assert list(batches(range(5), size=2)) == [[0, 1], [2, 3], [4]]
