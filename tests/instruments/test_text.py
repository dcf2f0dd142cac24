"""Encodings, numbers and tables as instruments write them."""

from __future__ import annotations

import math

import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.table import Column, read_columns
from stemcell_kit.instruments.text import decode, number, read_bytes

COLUMNS = (Column("lot", ("Lot",)), Column("size", ("Size (µm)",), "number"))
GOOD = "Lot,Size (µm)\nA-1,14.5\nA-2,15\n"


def sizes(raw: bytes) -> list[float]:
    """Read the sizes out of a small table."""
    return list(read_columns(raw, COLUMNS, what="a size table")["size"])


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"]
)
def test_every_encoding_of_the_bench_is_read(encoding: str) -> None:
    """The micro sign survives, with or without a byte-order mark."""
    assert decode(GOOD.encode(encoding)) == GOOD
    assert sizes(GOOD.encode(encoding)) == [14.5, 15.0]


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("\n", "\r"),
        GOOD.replace("\n", ",,\n"),
        GOOD.replace(",", "\t"),
        "sep=;\n" + GOOD.replace(",", ";").replace(".", ","),
        "Report of today\n\nserial 12\n" + GOOD,
        GOOD.replace("µ", "\u03bc"),
        GOOD.replace("14.5", "14.5 µm"),
        GOOD.replace("Lot", " LOT "),
        GOOD.replace("Size (µm)", "size"),
    ],
    ids="crlf cr trailing tab semicolon head other-micro unit spaces no-unit".split(),  # noqa: SIM905
)
def test_the_same_table_in_other_clothes(text: str) -> None:
    """Line ends, separators, head lines, units and case do not change the numbers."""
    assert sizes(text.encode("utf-8")) == [14.5, 15.0]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12.5", 12.5),
        ("1.07E+06", 1.07e6),
        ("983\u00a0000", 983000.0),
        ("983\u202f000 cells/mL", 983000.0),
        ("1,234,567.5", 1234567.5),
        ("96.9 %", 96.9),
        ("-3", -3.0),
        ("8.2 (Out of optimal range)", 8.2),
    ],
)
def test_numbers_as_they_are_printed(cell: str, value: float) -> None:
    """Thousands separators and glued units fall away."""
    assert number(cell) == value


@pytest.mark.parametrize(("cell", "value"), [("1.234,5", 1234.5), ("0,5", 0.5), ("7.5", 7.5)])
def test_a_decimal_comma_where_it_is_known(cell: str, value: float) -> None:
    """With a decimal comma the points are thousands only if a comma follows."""
    assert number(cell, decimal=",") == value


@pytest.mark.parametrize("cell", ["", "-", "Undetermined", "UNDETERMINED", "N/A", "NaN", "?????"])
def test_words_for_no_value_are_missing_not_zero(cell: str) -> None:
    """Undetermined is NaN: neither 0 nor 40."""
    assert math.isnan(number(cell))


@pytest.mark.parametrize(
    "cell",
    [
        "12,5", "0,125", ">40.000", "ERROR", "1.2.3", "12 - 13", "3/21/2024", "29 Sep 2023", "10^6",
        "1.5x10^6", "1.5 × 10^6", "12O5", "1l3", "0.08x15", "1.88x17E+04", "1.5e", "1.5E-", "3 x 5",
    ],
)  # fmt: skip
def test_what_may_mean_two_things_is_refused(cell: str) -> None:
    """No number is guessed."""
    with pytest.raises(BadInput):
        number(cell)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Name,Value\nA,1\n", "not a size table.*no column Lot"),
        ("Lot,Size (µm)\n", "without any result line"),
        (GOOD + "A-3", "line 4 ends after 1 of 2 cells"),
        ("Lot,Size (µm)\nA-1,14,5\n", "3 cells under 2 headings"),
        (GOOD.replace("15", ""), "line 3, Size.*expected a number"),
        (GOOD.replace("15", "big"), "line 3, Size.*'big' is not a number"),
        ("\n\n", "empty"),
    ],
)
def test_a_broken_table_says_where_and_what_to_do(text: str, reason: str) -> None:
    """The message holds the line, what was found and the way out."""
    with pytest.raises(BadInput, match=reason):
        sizes(text.encode("utf-8"))


def test_a_workbook_is_refused_by_name() -> None:
    """A spreadsheet file is zipped, not text."""
    with pytest.raises(BadInput, match="workbook"):
        sizes(b"PK\x03\x04 anything")


def test_a_missing_file_is_named() -> None:
    """The path is in the message."""
    with pytest.raises(BadInput, match="nowhere"):
        read_bytes("nowhere.csv")
