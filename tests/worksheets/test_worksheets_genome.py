"""The steps of the genomic stability lesson: from a sheet, a plate or a count to a result."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.genome.copy_number import UndeterminedCq
from stemcell_kit.worksheets.genome import (
    clone_table,
    copy_number_of,
    copy_number_table,
    euploid_share,
    excluded_mosaics,
    karyotype_clones,
    methods_that_see,
    passages_between_banks,
    practice_karyotypes,
    recurrent_changes,
    zero_result,
)


def metaphases(**changed: int) -> pd.DataFrame:
    """Ten metaphases of one lot; each change in so many cells, ``gain12=2`` for +12."""
    words = [change for change, cells in changed.items() for _ in range(cells)]
    rows = [(word.replace("gain", "+").replace("loss", "-"), word[:4]) for word in words]
    rows += [("", "normal")] * (10 - len(rows))
    return pd.DataFrame(rows, columns=["abnormalities", "kind"]).assign(lot="L1")


def plate(target_cq: list[float]) -> pd.DataFrame:
    """A plate of one lot and the calibrator, all other wells at Cq 25."""
    rows = [
        (sample, target, cq)
        for sample in ("L1", "CAL-F")
        for target in ("BCL2L1", "NANOG", "AR", "RPPH1")
        for cq in (target_cq if (sample, target) == ("L1", "BCL2L1") else [25.0, 25.0, 25.0])
    ]
    rows += [("L1", "SRY", math.nan), ("CAL-F", "SRY", math.nan)]
    table = pd.DataFrame(rows, columns=["sample", "target", "cq"])
    return table.assign(lot=table["sample"].replace("CAL-F", ""))


@pytest.mark.parametrize(
    ("change", "cells", "clone"),
    [
        ("gain12", 1, False),
        ("gain12", 2, True),
        ("gain12", 3, True),
        ("loss10", 2, False),
        ("loss10", 3, True),
        ("loss10", 4, True),
    ],
)
def test_two_gains_or_three_losses_make_a_clone(change: str, cells: int, clone: bool) -> None:
    """The counting rule in force is applied below, at and above its count."""
    row = clone_table(metaphases(**{change: cells})).iloc[0]

    assert (row["cells"], row["analysed"], row["clone"]) == (cells, 10, clone)


def test_a_sheet_without_change_gives_an_empty_table() -> None:
    """No row and the same columns: nothing to index away."""
    table = clone_table(metaphases())

    assert table.empty and "clone" in table.columns


def test_clones_of_a_string_carry_their_share() -> None:
    """Six of twenty cells are 30 %."""
    table = karyotype_clones("47,XY,+12[6]/46,XY[14]")

    assert table["share"].tolist() == [30.0, 70.0]
    assert table["changes"].tolist() == ["+12", "none"]


def test_a_balanced_change_is_not_on_the_list() -> None:
    """A translocation gains nothing; a duplication within 1q recurs."""
    found = recurrent_changes(["46,XY,t(4;9)(q21;p22)[20]", "46,XX,dup(1)(q21q42)[20]"])

    assert found["recurrent"].tolist() == [False, True]


def test_table_of_excluded_mosaics_holds_the_known_values() -> None:
    """20 normal cells exclude 13.9 % at 95 % confidence, 20.6 % at 99 %."""
    table = excluded_mosaics()

    assert table.loc[20, ["95% confidence", "99% confidence"]].tolist() == [13.9, 20.6]


def test_one_cycle_earlier_is_twice_the_copies() -> None:
    """Cq 24 instead of 25 in the target, all else equal: four copies."""
    assert copy_number_of(plate([24.0, 24.0, 24.0]), "L1", "BCL2L1").copies == pytest.approx(4)


def test_sry_is_told_as_absent_in_female_dna() -> None:
    """No Cq is no copy number: the table says so in a word, the calculation refuses."""
    wells = plate([25.0, 25.0, 25.0])

    assert copy_number_table(wells).loc["L1", "SRY"] == "absent"
    with pytest.raises(UndeterminedCq):
        copy_number_of(wells, "L1", "SRY")


def test_an_unknown_lot_is_refused_with_the_known_ones() -> None:
    """The message names what the plate has."""
    with pytest.raises(BadInput, match="CAL-F"):
        copy_number_of(plate([25.0]), "L9", "BCL2L1")


@pytest.mark.parametrize(
    ("size_mb", "share_percent", "balanced", "methods"),
    [
        (14, 40, False, ["g-banding", "array"]),
        (14, 10, False, ["g-banding"]),
        (2, 40, False, ["array"]),
        (2, 10, False, []),
        (14, 40, True, ["g-banding"]),
    ],
)
def test_a_method_must_see_size_share_and_kind(
    size_mb: float, share_percent: float, balanced: bool, methods: list[str]
) -> None:
    """With 50 metaphases and an unknown place, one of the two genome-wide methods or none."""
    seen = methods_that_see(
        size_mb=size_mb, share_percent=share_percent, balanced=balanced, metaphases=50
    )

    assert seen == methods


def test_a_known_place_brings_in_the_targeted_methods() -> None:
    """A gain of one megabase in every cell is seen by each method with a probe there."""
    assert methods_that_see(size_mb=1, share_percent=100, known_place=True) == [
        "fish",
        "qpcr",
        "dpcr",
    ]


def test_seven_of_ten_spreads_reach_below_one_half() -> None:
    """70 % with an interval from 39.7 % on (Wilson)."""
    share = euploid_share({39: 2, 40: 7, 41: 1})

    assert share.value == 70
    assert share.interval is not None and share.interval.low == pytest.approx(39.68, abs=0.01)


@pytest.mark.parametrize(("genomes", "supported"), [(299, False), (300, True), (301, True)])
def test_a_zero_in_three_hundred_genomes_supports_one_in_a_hundred(
    genomes: int, supported: bool
) -> None:
    """-ln(0.05) / 300 is just below 0.01 copies per cell."""
    assert (zero_result(genomes).value <= 0.01) is supported


def test_passages_are_counted_from_bank_to_bank_within_a_line() -> None:
    """Two lines: no interval runs from one into the other."""
    log = pd.DataFrame(
        {
            "line": ["A", "A", "A", "B"],
            "passage": [10, 11, 17, 30],
            "harvested_at": [f"2024-02-{day:02d}T09:00" for day in (1, 5, 22, 23)],
            "banked_lot": ["A-S1", "", "A-M1", "B-S1"],
        }
    )

    table = passages_between_banks(log)

    assert table.to_dict("records") == [{"from": "A-S1", "to": "A-M1", "passages": 7, "weeks": 3.0}]


def test_practice_karyotypes_run_in_a_ring_and_can_all_be_read() -> None:
    """From the last place on the list goes on at its beginning."""
    everything = practice_karyotypes(0, 10)

    assert practice_karyotypes(9, 2) == [everything[9], everything[0]]
    assert 3 <= recurrent_changes(everything)["recurrent"].sum() <= 7
