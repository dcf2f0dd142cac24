"""The statistics table of FlowJo."""

from __future__ import annotations

import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.flowjo_table import looks_like_flowjo_table, read_flowjo_table

TABLE = (
    "Sample:,Live | Count,Live/NK | Count,Live/NK | Freq. of Parent,Live/NK | Median (CD16)\n"
    "NK-2401.fcs,1000,895,89.5,5210\n"
    "NK-2402.fcs,2000,1750,87.5,4980\n"
    "Mean,1500,1323,88.5,5095\n"
    "SD,707,605,1.41,163\n"
)


def test_samples_are_read_and_summary_rows_are_not_samples() -> None:
    """Two samples, four statistics, with units."""
    table = read_flowjo_table(TABLE.encode())

    assert table["sample"].unique().tolist() == ["NK-2401.fcs", "NK-2402.fcs"]
    first = table[table["sample"] == "NK-2401.fcs"]
    assert first["value"].tolist() == [1000, 895, 89.5, 5210]
    assert first["unit"].tolist() == ["events", "events", "%", ""]
    assert first["parent"].tolist() == ["", "Live", "Live", "Live"]
    assert table.attrs["warnings"] == ()


def test_a_percentage_without_its_counts_is_said() -> None:
    """It cannot be checked, pooled or given an interval."""
    table = read_flowjo_table(b"Sample:,NK | Freq. of Parent\nA.fcs,89.5\n")
    assert "NK | Freq. of Parent stands without both of its counts" in table.attrs["warnings"][0]


@pytest.mark.parametrize(
    ("separator", "comma"), [(";", True), ("\t", True), ("\t", False), (";", False)]
)
def test_other_separators_and_decimal_commas_are_read(separator: str, comma: bool) -> None:
    """The same numbers from the same table."""
    text = TABLE.replace(",", separator)
    text = text.replace("89.5", "89,5").replace("87.5", "87,5") if comma else text
    text = text.replace("88.5", "88,5").replace("1.41", "1,41") if comma else text
    assert read_flowjo_table(text.encode()).equals(read_flowjo_table(TABLE.encode()))


def test_an_empty_cell_is_missing_and_said() -> None:
    """Not zero."""
    table = read_flowjo_table(TABLE.replace(",5210", ",n/a").replace(",5095", ",n/a").encode())
    assert table["value"].isna().sum() == 1
    assert table.attrs["warnings"] == ("1 cells are empty",)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("89.5", "98.5", "counts give 89.5 %|stated as"),
        ("NK-2402.fcs,2000,1750,87.5,4980\n", "", "a sample is missing"),
        ("1323", "1523", "the mean of Live/NK"),
        ("89.5", "189.5", "expected 0 to 100"),
        ("895,89.5", "895.5,89.5", "expected whole events"),
        ("NK-2402.fcs", "NK-2401.fcs", "a name of its own"),
        ("89.5,5210", "89,5,5210", "cells under 5 headings"),
        (",5210\n", "\n", "cells under 5 headings"),
        (TABLE[TABLE.index("0\nMean") :], "", "has no line end"),
        ("Live/NK | Median (CD16)", "Live/NK | Count", "is there twice"),
        ("Live/NK | Median (CD16)", "Median", "is not 'population"),
        ("Live | Count,", "Live,", "no table of FlowJo"),
        ("5210", "many", "line 2, Live/NK"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(old: str, new: str, reason: str) -> None:
    """Counts against percentages, the mean against its samples, commas, cut lines."""
    assert old in TABLE
    with pytest.raises(BadInput, match=reason):
        read_flowjo_table(TABLE.replace(old, new).encode())


def test_a_summary_among_the_samples_is_refused() -> None:
    """A sample that is called Mean would vanish."""
    text = "Sample:,A | Count\nMean,5\nX.fcs,5\n"
    with pytest.raises(BadInput, match="stands among the samples"):
        read_flowjo_table(text.encode())


def test_the_table_is_told_by_its_headings() -> None:
    """Population, bar, statistic in the first line."""
    assert looks_like_flowjo_table(TABLE.encode())
    assert looks_like_flowjo_table(TABLE.encode("utf-16"))
    assert not looks_like_flowjo_table(b"Sample,Count\nA,5\n")
