"""The text report of a Vi-CELL XR."""

from __future__ import annotations

from statistics import fmean, variance

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments import read, read_vicell_xr
from tests.instruments.samples.quality import CELLS, LIVE, vicell_xr_text


def test_the_report_becomes_one_row_in_plain_units() -> None:
    """Concentrations per mL, not in millions; the date is ISO; the images are kept."""
    table = read(vicell_xr_text().encode("latin-1"))
    row = table.iloc[0]

    assert table.attrs["format"] == "vicell_xr"
    assert (row["sample"], row["total_cells"], row["live_cells"]) == ("CLB-07", 853, 818)
    assert row["dead_cells"] == 853 - 818
    assert row["total_per_ml"] == pytest.approx(85.3 * 20 * 2.4 / 45.392e-6, rel=1e-3)
    assert row["measured"] == "2023-09-29T17:21:32"
    assert table.attrs["cells_per_image"] == CELLS
    assert table.attrs["live_per_image"] == LIVE


def test_the_images_can_be_set_against_poisson() -> None:
    """Variance over mean of the cells of an image."""
    cells = read_vicell_xr(vicell_xr_text().encode("latin-1")).attrs["cells_per_image"]

    assert variance(cells) / fmean(cells) == pytest.approx(variance(CELLS) / 85.3)


@pytest.mark.parametrize(
    ("change", "by", "message"),
    [
        ("Vi-CELL XR", "Vi-CELL BLU", "this is not a Vi-CELL XR report"),
        ("Total cells : 853", "Total cells : 852", "add up to 853 cells"),
        ("Nonviable cells : 35", "Nonviable cells : 36", "818 viable and 36 nonviable"),
        ("Viability (%) : 95.9", "Viability (%) : 85.9", "stated as 85.9 % and is 95.9 %"),
        ("Dilution : 20.00", "Dilution : 2.00", "Was the dilution changed after the run"),
        ("Dilution : 20.00", "Dilution : 20,00", "Dilution: the comma"),
        ("CountData : 84,", "CountData : ", "in 9 and 10 images"),
        ("CountData", "CountDate", "no 'CountData'"),
        ("Sample ID : CLB-07", "Sample ID : ", "no 'Sample ID'"),
        ("29 Sep 2023", "31 Sep 2023", "RunDate is '31 Sep 2023"),
        ("Images : 10\r\n", "Images : 10\r\nImages : 11\r\n", "'Images' is there twice"),
    ],
)
def test_a_report_that_contradicts_itself_is_refused(change: str, by: str, message: str) -> None:
    """Another instrument, sums, viability, dilution, lost images and lost lines."""
    text = vicell_xr_text()
    assert change in text
    with pytest.raises(BadInput, match=message):
        read_vicell_xr(text.replace(change, by, 1).encode("latin-1"))


@given(st.lists(st.integers(min_value=20, max_value=200), min_size=3, max_size=12))
@settings(max_examples=25, deadline=None)
def test_a_report_cut_anywhere_is_refused_or_the_same(cells: list[int]) -> None:
    """No cut gives other numbers than the whole file."""
    text = vicell_xr_text(cells=tuple(cells), live=tuple(n - 1 for n in cells))
    whole = read_vicell_xr(text.encode("latin-1"))
    for end in range(20, len(text), 37):
        try:
            found = read_vicell_xr(text[:end].encode("latin-1"))
        except BadInput:
            continue
        assert found.equals(whole)
