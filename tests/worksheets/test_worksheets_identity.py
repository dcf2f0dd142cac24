"""From an STR table to a result: nothing of the table is lost, nothing is judged twice."""

from __future__ import annotations

import pandas as pd
import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.learning.lookup import limit
from stemcell_kit.qc.identity.str_match import CORE_LOCI_8, StrMatch
from stemcell_kit.worksheets.identity import (
    compare_rules,
    match_donors,
    match_lots,
    match_readings,
    peaks_at,
    str_profile,
    tanabe_score,
)
from stemcell_kit.worksheets.public_lines import (
    match_public,
    public_profile,
    search_public,
    unrelated_pairs,
    visiting_line,
)

WIDE = pd.DataFrame(
    [
        {"sample": "L-1", "role": "lot", "donor": "D-1", "AMEL": "X", "TH01": "6,9.3", "FGA": "20"},
        {"sample": "D-1", "role": "donor", "donor": "D-1", "AMEL": "X,Y", "TH01": "6", "FGA": "21"},
        {
            "sample": "D-2",
            "role": "donor",
            "donor": "D-2",
            "AMEL": "X",
            "TH01": "6,9.3",
            "FGA": "20",
        },
    ]
)
LONG = pd.DataFrame(
    [
        {"sample": "L-1", "marker": "TH01", "allele_1": "6", "allele_2": "9.3", "height_1": 800.0,
         "height_2": 200.0},
        {"sample": "D-1", "marker": "TH01", "allele_1": "6", "allele_2": "", "height_1": 900.0,
         "height_2": float("nan")},
    ]
)  # fmt: skip


def test_a_long_and_a_wide_table_give_the_same_profile() -> None:
    """Alleles stay text, a homozygote has one."""
    assert str_profile(LONG, "L-1")["TH01"] == str_profile(WIDE, "L-1")["TH01"] == {"6", "9.3"}
    assert str_profile(LONG, "D-1")["TH01"] == {"6"}


def test_an_unknown_sample_is_answered_with_those_there_are() -> None:
    """The reader learns the names in her file."""
    with pytest.raises(BadInput, match="L-1"):
        str_profile(WIDE, "L-11")


def test_the_donor_that_fits_stands_first() -> None:
    """The labelled donor shares one allele of two, the other all three."""
    found = match_donors(WIDE, "L-1")

    assert list(found.index) == ["D-2", "D-1"]
    assert found.loc["D-1", "tanabe"] == pytest.approx(40.0)


def test_each_lot_is_held_against_its_own_label() -> None:
    """A lot that fits another donor still shows the score with the registered one."""
    row = match_lots(WIDE).loc["L-1"]

    assert (row["donor"], row["tanabe"]) == ("D-1", 40.0)
    assert (row["amelogenin"], row["amelogenin_donor"]) == ("X", "X/Y")


def test_a_table_without_roles_says_what_it_lacks() -> None:
    """An export from an instrument does not know which samples are lots."""
    with pytest.raises(BadInput, match="role and donor"):
        match_lots(LONG)


@pytest.mark.parametrize(
    ("shared", "reading"),
    [
        (89, "look further"),
        (90, "related"),
        (91, "related"),
        (80, "look further"),
        (79, "unrelated"),
    ],
)
def test_a_limit_is_inside_its_own_zone(shared: int, reading: str) -> None:
    """Below, at and above the bound, at and below the grey zone."""
    table = match_readings(StrMatch(shared, 100, 100, ("TH01",)), limit("str-tanabe-related"))

    assert table.loc["str-tanabe-related", "tanabe"] == reading


def test_a_limit_of_one_score_is_not_read_by_another() -> None:
    """The Masters limit says nothing about Tanabe."""
    table = match_readings(match_public("1321N1", "U-118MG"), limit("str-masters-related"))

    assert table.loc["str-masters-related", "tanabe"] == "–"
    assert table.loc["str-masters-related", "masters_reference"] == "related"


def test_a_limit_without_a_lower_bound_is_refused() -> None:
    """A limit on loci is no limit on scores."""
    with pytest.raises(BadInput, match="lower bound"):
        match_readings(match_public("1321N1", "U-118MG"), limit("str-extra-allele-loci"))


def test_the_rules_alone_move_the_score_of_one_pair() -> None:
    """Sister clones, one typed at eight loci: scored by every rule."""
    old = public_profile("243H7", loci=[*CORE_LOCI_8, "AMEL"])
    found = compare_rules(public_profile("243H1"), old)

    assert found["tanabe"].tolist() == [100.0, 69.77, 100.0, 96.97]


def test_peaks_know_whether_the_reference_has_them() -> None:
    """The foreign allele is marked with its height."""
    found = peaks_at(LONG, "L-1", "D-1")

    assert found["in_reference"].tolist() == [True, False]
    assert found["height"].tolist() == [800.0, 200.0]


def test_sister_clones_come_up_together() -> None:
    """STR cannot tell five clones of one donor apart."""
    found = search_public(public_profile("201B7"), minimum=90)

    assert sorted(found.index) == ["201B1", "201B2", "201B3", "201B6", "201B7"]
    assert found.attrs["licence"] == "CC BY 4.0"


def test_the_liver_line_is_found_as_a_hela_derivative() -> None:
    """Every allele of the visitor is that of Chang Liver."""
    best = search_public(str_profile(visiting_line(), "LIV-07"), minimum=40).iloc[0]

    assert (best.name, best["tanabe"]) == ("Chang Liver", 100.0)
    assert "HeLa" in best["listed_as"]


def test_there_is_no_visitor_beyond_the_list() -> None:
    """The number of a case must name a line."""
    with pytest.raises(BadInput, match="visiting line"):
        visiting_line(99)


def test_unrelated_pairs_reach_higher_with_fewer_loci() -> None:
    """Eight loci let one pair of strangers past 60 %."""
    found = unrelated_pairs(CORE_LOCI_8)

    assert len(found) == 78
    assert found["tanabe"].max() == pytest.approx(63.64)


def test_a_tanabe_score_carries_its_unit_and_its_loci() -> None:
    """What is held against a limit has a unit."""
    score = tanabe_score(match_public("1321N1", "U-118MG"))

    assert (score.value, score.unit, score.n) == (87.5, "%", 17)
