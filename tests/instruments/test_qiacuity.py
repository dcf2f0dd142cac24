"""QIAcuity: the sep line, the unit, relative intervals, and partitions that add up."""

from __future__ import annotations

import math

import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.qiacuity import looks_like_qiacuity, read_qiacuity
from tests.instruments.samples.molecular import qiacuity

TEXT = (
    'sep=,\n"","Sample/NTC/Control","Reaction Mix","Target","IC","Control type",'
    '"Conc. [copies/µL]","CI (95%)","Mean conc. [copies/µL]","CI (95%)","Partitions (valid)",'
    '"Partitions (positive)","Partitions (negative)","Threshold"\n'
    '"A1","S1","mix","BCL2L1","-","-","135.1","2.5%","67.55","40%","20000","2000","18000","45.00"\n'
    '"A2","S1","mix","BCL2L1","-","-","0.000","-","67.55","40%","20000","0","20000","45.00"\n'
)


def test_a_plate_comes_back_with_relative_intervals() -> None:
    """2.5 % of the value; no interval without a positive partition; the mean's is not taken."""
    table = read_qiacuity(TEXT.encode())

    assert table["ci_percent"][0] == 2.5
    assert math.isnan(table["ci_percent"][1])
    assert table["concentration_per_ul"].tolist() == [135.1, 0.0]
    assert table[["total", "positives", "negatives"]].loc[0].tolist() == [20000, 2000, 18000]
    assert table.attrs["warnings"] == ()


@pytest.mark.parametrize("unit", [b"\xb5", b"\xef\xbf\xbd", "μ".encode()])
def test_the_micro_sign_survives_every_encoding(unit: bytes) -> None:
    """Latin-1, a sign that the vendor lost, and the Greek letter."""
    raw = TEXT.replace("µ", "#").encode("ascii").replace(b"#", unit)

    assert read_qiacuity(raw)["positives"].tolist() == [2000, 0]


@pytest.mark.parametrize(
    ("found", "instead", "reason"),
    [
        ("2000", "2001", "that they add up"),
        ("135.1", "-135.1", "0 or more"),
        ("135.1", "", "has no concentration"),
        ("copies/µL", "ng/µL", "expected copies/µL"),
        ('"A1"', '"A 1"', "is no well"),
        ("Partitions (positive)", "Partitions (invalid)", "no column"),
    ],
)
def test_what_cannot_be_right_is_refused(found: str, instead: str, reason: str) -> None:
    """The message says which well or heading."""
    raw = (
        TEXT.replace(f'"{found}"', f'"{instead}"')
        if found == "2000"
        else TEXT.replace(found, instead)
    )
    with pytest.raises(BadInput, match=reason):
        read_qiacuity(raw.encode())


def test_a_blank_with_positives_and_a_saturated_well_are_told() -> None:
    """Contamination, and a concentration without an upper end."""
    blank = TEXT.replace('"-","-","135.1"', '"-","Non Template Control","135.1"')
    assert any("without template" in one for one in read_qiacuity(blank.encode()).attrs["warnings"])
    full = TEXT.replace('"2000","18000"', '"20000","0"')
    assert any("every partition" in one for one in read_qiacuity(full.encode()).attrs["warnings"])


def test_a_concentration_that_the_counts_do_not_give_is_told() -> None:
    """One of five wells prints ten times as much as its counts say."""
    raw = qiacuity().decode("utf-8").replace("289.151", "2891.51")
    told = read_qiacuity(raw.encode()).attrs["warnings"]

    assert [one.split(":")[0] for one in told] == ["C1 RPPH1"]


def test_only_a_plate_is_claimed() -> None:
    """By its headings; also in UTF-16."""
    assert looks_like_qiacuity(qiacuity())
    assert looks_like_qiacuity(TEXT.encode("utf-16"))
    assert not looks_like_qiacuity(b"sep=,\nWell,Sample\n")
