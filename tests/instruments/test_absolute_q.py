"""Absolute Q: dyes side by side or below each other, averages, and counts that must agree."""

from __future__ import annotations

import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.absolute_q import looks_like_absolute_q, read_absolute_q
from tests.instruments.samples.molecular import absolute_q

LONG = (
    "Run,Date,Instrument,Plate,Group,Name,Well,Total,Dye,Target,Conc. cp/uL,SD,CV%,95%CI,Positives\n"
    "R1,1/2/2024,A,P,G (2),,Average,20000,FAM,BCL2L1,{mean},,,1,2000\n"
    "R1,1/2/2024,A,P,G,S1,A1,20000,FAM,BCL2L1,243.9,,,1,2000\n"
    "R1,1/2/2024,A,P,G,S1,B1,20000,FAM,BCL2L1,0,,,0,0\n"
)


def test_the_wide_summary_gives_one_row_per_well_and_dye() -> None:
    """Four wells, two dyes, no averages; a dilution of 1."""
    table = read_absolute_q(absolute_q())

    assert len(table) == 8
    assert table["dye"].tolist() == ["FAM", "VIC"] * 4
    assert set(table["dilution"]) == {1.0}
    assert table.attrs["warnings"] == ()


def test_the_long_summary_is_read_too() -> None:
    """Lambda is computed from the counts; the mean of the group is checked."""
    table = read_absolute_q(LONG.format(mean="121.95").encode())

    assert table["lambda"][0] == pytest.approx(0.10536, abs=1e-5)
    assert table["positives"].tolist() == [2000, 0]
    assert table.attrs["warnings"] == ()


def test_a_mean_of_other_wells_is_told() -> None:
    """The software averaged wells that are not in the file."""
    told = read_absolute_q(LONG.format(mean="300").encode()).attrs["warnings"]

    assert any("states a mean of 300" in one for one in told)


def test_a_concentration_without_positives_is_told() -> None:
    """And a saturated well, and one whose quality control did not pass."""
    raw = LONG.format(mean="121.95").replace("BCL2L1,0,,,0,0", "BCL2L1,5,,,0,0")
    assert any(
        "5 copies/µL printed with 0" in one
        for one in read_absolute_q(raw.encode()).attrs["warnings"]
    )
    full = LONG.format(mean="121.95").replace("BCL2L1,0,,,0,0", "BCL2L1,0,,,0,20000")
    assert any("every partition" in one for one in read_absolute_q(full.encode()).attrs["warnings"])
    doubtful = absolute_q().replace(b"PASS", b"WARNING", 1)
    assert any("says WARNING" in one for one in read_absolute_q(doubtful).attrs["warnings"])


def test_a_dilution_is_read_as_its_fold() -> None:
    """1/10 is ten; ten is refused."""
    tenfold = read_absolute_q(absolute_q().replace(b"1/1.00000", b"1/10.00000", 1))

    assert tenfold["dilution"].tolist()[:3] == [10.0, 10.0, 1.0]
    with pytest.raises(BadInput, match="expected one such as 1/1"):
        read_absolute_q(absolute_q().replace(b"1/1.00000", b"10", 1))


def lines() -> list[str]:
    """The lines of the good file."""
    return absolute_q().decode("utf-8").splitlines()


def test_counts_must_give_lambda() -> None:
    """A changed count, and more positive partitions than there are."""
    cells = lines()[3].split(",")
    for positives, reason in (("100", "its counts give"), ("30000", "no more positive")):
        changed = [*lines()[:3], ",".join([*cells[:12], positives, *cells[13:]]), *lines()[4:]]
        with pytest.raises(BadInput, match=reason):
            read_absolute_q(("\n".join(changed) + "\n").encode())


def test_dyes_without_their_line_are_refused() -> None:
    """Also a line that is cut, and a file of averages only."""
    with pytest.raises(BadInput, match="names of the dyes"):
        read_absolute_q(("\n".join(lines()[1:]) + "\n").encode())
    with pytest.raises(BadInput, match="found 1 dyes above 2 groups"):
        read_absolute_q(absolute_q().replace(b"VIC", b"", 1))
    with pytest.raises(BadInput, match="cut off"):
        read_absolute_q(absolute_q()[:-30])
    with pytest.raises(BadInput, match="average lines only"):
        read_absolute_q(("\n".join(lines()[:3]) + "\n").encode())


def test_both_shapes_are_claimed_and_no_other() -> None:
    """By headings that only this instrument writes."""
    assert looks_like_absolute_q(absolute_q())
    assert looks_like_absolute_q(LONG.encode())
    assert not looks_like_absolute_q(b"Run,Group,Sample\n")
