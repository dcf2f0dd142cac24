"""NucleoView and NC-View exports."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments import read, read_nc_view, read_nucleoview
from tests.instruments.samples.quality import nc_view_text, nucleoview_text


def test_key_and_value_become_one_row() -> None:
    """Scientific notation, (um) or [um], and lines that end in ; or ;,."""
    text = nucleoview_text()
    table = read(text.encode("latin-1"))
    row = table.iloc[0]

    assert table.attrs["format"] == "nucleoview"
    assert (row["sample"], row["operator"]) == ("20231120-0002", "OP-03")
    assert (row["live_per_ml"], row["dead_per_ml"], row["total_per_ml"]) == (1.6e6, 7.46e4, 1.67e6)
    assert row["diameter_um"] == 10.2
    assert table.attrs["warnings"] == ()
    other = text.replace(";\r\n", ";,\r\n").replace("[um]", "(um)")
    assert read_nucleoview(other.encode("latin-1")).equals(table)


@pytest.mark.parametrize(
    ("diameter", "value", "warning"),
    [
        ("<8", math.nan, "<8 is beyond the range"),
        ("Not determined", math.nan, "Not determined"),
        ("13.2 (Uncertain\r\ndetermination)", 13.2, "Uncertain determination"),
    ],
)
def test_a_doubt_is_a_warning_and_no_number(diameter: str, value: float, warning: str) -> None:
    """Below range, undetermined, and a doubt broken over two lines."""
    table = read_nucleoview(nucleoview_text(diameter=diameter).encode("latin-1"))

    assert table["diameter_um"].iloc[0] == pytest.approx(value, nan_ok=True)
    assert any(warning in one for one in table.attrs["warnings"])


def test_an_absent_live_line_is_absent_and_not_computed() -> None:
    """The concentration is NaN with a warning, although total and dead are there."""
    table = read_nucleoview(nucleoview_text(live="").encode("latin-1"))

    assert math.isnan(table["live_per_ml"].iloc[0])
    assert table.attrs["warnings"] == ("live (cells/ml): there is no such line",)


@pytest.mark.parametrize(
    ("change", "by", "message"),
    [
        ("Live (cells/ml)", "Liwe (cells/ml)", r"no line live \(cells/ml\), but Liwe"),
        ("Viability (%)", "Vitality (%)", "this is not a NucleoView export"),
        ("Total (cells/ml);1.67E6", "Total (cells/ml);1.67E3", "live \\+ dead = total"),
        ("Viability (%);95.5", "Viability (%);59.5", "live / total = viability"),
        ("Viability (%);95.5", "Viability (%);95,5", "may be a decimal comma"),
        ("Viability (%);95.5", "Viability (%);955", "which cannot be"),
        ("//[ECEC5A41]", "", "expected the closing mark"),
        ("Operator;OP-03", "Operator;OP-03;\r\nOperator;OP-04", "is there twice"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused(change: str, by: str, message: str) -> None:
    """A damaged key, contradictions, a decimal comma, a cut file, two samples."""
    text = nucleoview_text()
    assert change in text
    with pytest.raises(BadInput, match=message):
        read_nucleoview(text.replace(change, by, 1).encode("latin-1"))


@given(st.integers(min_value=1, max_value=len(nucleoview_text()) - 1))
@settings(max_examples=50, deadline=None)
def test_a_cut_file_is_refused(end: int) -> None:
    """Wherever it ends, the closing mark is not whole."""
    with pytest.raises(BadInput):
        read_nucleoview(nucleoview_text()[:end].encode("latin-1"))


def test_nc_view_has_thousands_apart_by_a_space() -> None:
    """``320 000`` with a no-break space is a number; a doubted count is named."""
    table = read(nc_view_text().encode("utf-8"))

    assert table.attrs["format"] == "nc_view"
    assert list(table["live_per_ml"])[:2] == [320_000.0, 340_000.0]
    assert table["dilution_factor"].eq(2).all()
    assert table.attrs["warnings"] == ("sample 4: Warning: Foreign object detected",)


def test_nc_view_writes_no_last_line_end() -> None:
    """A last ``2`` could be the start of ``20``: refused unless the file is said to be whole."""
    raw = nc_view_text().rstrip().encode("utf-8")

    with pytest.raises(BadInput, match="complete=True"):
        read_nc_view(raw)
    assert read_nc_view(raw, complete=True).equals(read_nc_view(nc_view_text().encode("utf-8")))


@pytest.mark.parametrize(
    ("change", "by", "message"),
    [
        ("LIVE (cells/ml)", "ALIVE (cells/ml)", r"no column LIVE"),
        ("320\u00a0000", "230\u00a0000", "sample 1: 2.3e\\+05 live"),
        ("DILUTION FACTOR", "DILUTION", "no column DILUTION FACTOR"),
        (",90.1,", ",190.1,", "VIABILITY .*cannot be"),
    ],
)
def test_an_nc_view_table_that_contradicts_itself_is_refused(
    change: str, by: str, message: str
) -> None:
    """A damaged heading, an edited count, an impossible percentage."""
    text = nc_view_text()
    assert change in text
    with pytest.raises(BadInput, match=message):
        read_nc_view(text.replace(change, by, 1).encode("utf-8"))


def report_text() -> str:
    """The one-sample report of NC-View."""
    lines = [
        ("Source ID", "90-00009"), ("Sample ID", "CLB-07"), ("Protocol", "Count & Viability"),
        ("Total (cells/ml)", "1.12E+06"), ("Live (cells/ml)", "9.28E+05"),
        ("Dead (cells/ml)", "1.90E+05"), ("Viability (%)", "83.0"), ("Diameter (um)", "9.7"),
        ("Aggregates (%)", "0.0"), ("Debris Index", "50"), ("Dilution Factor", "10"),
        ("Status", "OK"),
    ]  # fmt: skip
    return "".join(f"{key}:\t{value}\r\n" for key, value in lines)


def test_the_report_of_one_sample_is_a_row_of_the_table() -> None:
    """Keys and tabs instead of columns, scientific notation."""
    table = read(report_text().encode("latin-1"))
    row = table.iloc[0]

    assert table.attrs["format"] == "nc_view"
    assert (row["run"], row["sample"], row["status"]) == ("90-00009", "CLB-07", "OK")
    assert (row["total_per_ml"], row["diameter_um"], row["dilution_factor"]) == (1.12e6, 9.7, 10)


@pytest.mark.parametrize(
    ("change", "by", "message"),
    [
        ("Status:\tOK\r\n", "", "does not end with its status"),
        ("OK\r\n", "OK", "does not end with its status"),
        ("Debris Index", "Debris", "no line DEBRIS INDEX"),
        ("9.28E+05", "2.98E+05", r"sample CLB-07: 2\.98e"),
    ],
)
def test_a_report_that_is_not_whole_is_refused(change: str, by: str, message: str) -> None:
    """A cut end, a damaged key, an edited count."""
    with pytest.raises(BadInput, match=message):
        read_nc_view(report_text().replace(change, by, 1).encode("latin-1"))
