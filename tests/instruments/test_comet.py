"""COMET count tables: long CSV and simple template."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments import read, read_comet
from stemcell_kit.qc.cells.proportionality import assess_dilution_series
from tests.instruments.samples.quality import comet_csv

HEAD: list[Any] = ["Target Dilution Fraction (e.g. 0.1, 0.3)", "Observation 1 (cells/ml)",
        "Observation 2 (cells/ml)", "Observation 1 (cells/ml)", "Observation 2 (cells/ml)"]  # fmt: skip
TOP: list[Any] = ["Method A", "Replicate Sample 1", None, "Replicate Sample 2", None]
COUNTS: list[list[Any]] = [
    [1, 1_170_000, 1_360_000, 1_190_000, 1_310_000],
    [0.5, 715_000, 669_000, 608_000, 635_000],
    [0.1, 123_000, 133_000, 130_000, None],
]
EMPTY: list[list[Any]] = [["Method B", *TOP[1:]], HEAD, [None] * 5]


def workbook(*rows: list[Any]) -> bytes:
    """A template with a line of purpose and these rows."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "Simple Data Template for COMET"
    for row in (["Template Purpose: ..."], *rows):
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_long_table_is_read_and_assessed() -> None:
    """Five fractions, three samples, two observations; NA is no number."""
    table = read(comet_csv().encode("utf-8"))

    assert table.attrs["format"] == "comet"
    assert len(table) == 30
    assert table["percent_viable_cells"].isna().all()
    assert table.attrs["warnings"] == ()
    found = assess_dilution_series(table)
    assert found.fraction == "measured"
    assert found.constant == pytest.approx(1e6, rel=0.05)


def test_the_template_leaves_empty_blocks_out() -> None:
    """Eleven counts of method A; the block of method B is empty."""
    table = read(workbook(TOP, HEAD, *COUNTS, *EMPTY))

    assert table.attrs["format"] == "comet"
    assert len(table) == 11
    assert set(table["counting_method"]) == {"Method A"}
    last = table[table["target_dilution_fraction"] == 0.1]
    assert list(last["replicate_sample"]) == [1, 1, 2]
    assert list(last["cell_conc"]) == [123_000.0, 133_000.0, 130_000.0]


def test_samples_counted_in_order_are_a_warning() -> None:
    """Random order is what keeps drift apart from dilution."""
    lines = comet_csv().splitlines()
    for place, line in enumerate(lines[1:], 1):
        cells = line.split(",")
        cells[3] = str((place + 1) // 2)
        lines[place] = ",".join(cells)
    table = read_comet(("\n".join(lines) + "\n").encode("utf-8"))

    assert table.attrs["warnings"] == (
        "Counter 1: the samples were counted in the order of their fraction, not at random",
    )


def test_observations_are_no_samples() -> None:
    """The same observation of the same sample twice, or one sample at two fractions."""
    lines = comet_csv().splitlines()
    twice = [*lines, lines[1].replace("2148.5", "2149.5")]
    with pytest.raises(BadInput, match="observation 1 of sample 7 is there twice"):
        read_comet(("\n".join(twice) + "\n").encode("utf-8"))
    moved = [lines[0], lines[1].replace("Counter 1,0.1,", "Counter 1,0.3,"), *lines[2:]]
    with pytest.raises(BadInput, match="has 2 target fractions"):
        read_comet(("\n".join(moved) + "\n").encode("utf-8"))


@pytest.mark.parametrize(
    ("one", "other", "message"),
    [
        ("target_dilution_fraction", "measured_dilution_fraction", "target"),
        ("raw_count", "cell_conc", "raw_count is above its cell_conc"),
        ("rep_obsv", "replicate_sample", "exchanged|there twice"),
        ("random_sample_number", "replicate_sample", "there twice|target fractions"),
        ("random_sample_number", "rep_obsv", "there twice|target fractions"),
    ],
)
def test_exchanged_columns_are_found(one: str, other: str, message: str) -> None:
    """What is set has few values, what is measured many, and counts are below concentrations."""
    text = comet_csv().replace(one, "@").replace(other, one).replace("@", other)
    with pytest.raises(BadInput, match=message):
        read_comet(text.encode("utf-8"))


@pytest.mark.parametrize(
    ("change", "by", "message"),
    [
        ("cell_conc", "conc", "no column cell_conc"),
        ("Counter 1,0.1,", "Counter 1,10,", "cannot be; expected at least 0 and at most 1"),
        ("Counter 1,0.1,", "Counter 1,,", "found ''"),
    ],
)
def test_a_long_table_that_cannot_be_is_refused(change: str, by: str, message: str) -> None:
    """A damaged heading, a fraction in percent, an empty fraction."""
    with pytest.raises(BadInput, match=message):
        read_comet(comet_csv().replace(change, by, 1).encode("utf-8"))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "no filled block"),
        ([TOP, COUNTS[0]], "expected the headings"),
        ([TOP, HEAD, [50, 1, 1, 1, 1]], "A4 is 50; expected a dilution fraction"),
        ([TOP, HEAD, [0.5, -1, 1, 1, 1]], "B4 is -1"),
        ([TOP, HEAD, [0.5, "1,5", 1, 1, 1]], "B4 is '1,5'"),
        ([TOP, HEAD, [0.5, 1, 1, 1, 1, 7]], "F4 holds 7 under no heading"),
        ([TOP, HEAD, [None, 1, 1, 1, 1]], "A4 is None"),
        ([[None, *TOP[1:]], HEAD], "no method in its first cell"),
        ([TOP, [HEAD[0], "Count"]], "heading 'Count'"),
        ([TOP, HEAD, COUNTS[0], TOP, HEAD, COUNTS[0]], "has the fraction 1 twice"),
    ],
)
def test_a_template_that_is_not_filled_as_meant_is_refused(
    rows: list[list[Any]], message: str
) -> None:
    """Each message names the cell or the line."""
    with pytest.raises(BadInput, match=message):
        read_comet(workbook(*rows))


@given(st.integers(min_value=1, max_value=len(comet_csv()) - 1))
@settings(max_examples=30, deadline=None)
def test_a_cut_table_has_only_whole_rows(end: int) -> None:
    """Refused, or rows that the whole table has."""
    whole = read_comet(comet_csv().encode("utf-8"))
    try:
        found = read_comet(comet_csv()[:end].encode("utf-8"))
    except BadInput:
        return
    assert found.equals(whole.iloc[: len(found)])
