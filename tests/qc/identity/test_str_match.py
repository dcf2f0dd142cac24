"""STR matching on published test vectors and public profiles.

Profiles: Cellosaurus (CC BY 4.0), as shipped with the public CLASTR tool.
"""

from __future__ import annotations

import math
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.identity.str_match import (
    CORE_LOCI_8,
    CORE_LOCI_13,
    MODES,
    NOT_DETECTED,
    SCORES,
    NoSharedLocus,
    StrProfile,
    at_loci,
    compare,
    loci_with_extra_alleles,
    locus_name,
    mixed,
    read_profile,
    same_sex_chromosomes,
    sex_call,
)
from stemcell_kit.qc.identity.str_search import StrDatabase, search

VECTOR_LOCI = ["D5S818", "D13S317", "D7S820", "D16S539", "vWA", "TH01", "Amel", "TPOX", "CSF1PO"]
PUBLIC_LOCI = [
    "Amelogenin",
    "D5S818",
    "D13S317",
    "D7S820",
    "D16S539",
    "vWA",
    "TH01",
    "TPOX",
    "CSF1PO",
    "D8S1179",
    "D3S1358",
    "D18S51",
    "D21S11",
    "FGA",
    "PentaD",
    "PentaE",
    "D2S1338",
    "D19S433",
]


def vector(text: str) -> StrProfile:
    """Nine loci, separated by semicolons."""
    return read_profile(dict(zip(VECTOR_LOCI, text.split(";"), strict=True)))


def public(text: str) -> StrProfile:
    """Amelogenin and up to 17 loci, separated by blanks, missing ones at the end left out."""
    return read_profile(dict(zip(PUBLIC_LOCI, text.split(), strict=False)))


VECTORS = [
    ("12/13; 11/12; 9/13; 10/13; 17/19; 6/7; X; 8; 10/11",
     "12/13; 11; 9/13; 10/13; 17/19; 6/7; X; 7/8; 10/13", (14, 16, 16), (87.50, 87.50, 87.50)),
    ("9; 8/12; 8/12; 11; 18/19; 6/9.3; X; 8/10; 11/12",
     "9; 8/11; 8/10/11; 11; 17/18/19; 6/9.3; X/Y; 8/10; 10/11",
     (12, 15, 18), (72.73, 80.00, 66.67)),
    ("10/11; 8/12; 11/12; 12; 14; 7/9; X; 8; 12",
     "10/12; 8/11; 12; 12; 14; 7/9; X; 8; 12", (10, 13, 12), (80.00, 76.92, 83.33)),
    ("11; 9; 11/11.3; 10/12; 16/18/19; 9/9; X; 8/9; 10",
     "11; 9; 11/12; 10/12; 16/18; 9/9; X; 9; 10", (11, 14, 12), (84.62, 78.57, 91.67)),
    ("11/12/13; 12/13; 7/8/10; 11/12/13; 17/18/19; 6/8; X/Y; 8; 11/12",
     "12/13; 12/13; 7/8/10; 11/14; 17/18; 6/8; X/Y; 8; 11/12",
     (17, 21, 18), (87.18, 80.95, 94.44)),
    ("11; 10/11; 10.3/12; 9/11; 14/17; 9/9; X/Y; 8/9; 10/12",
     "12; 10/11; 11/12; 11/13; 14/17; 6/7; X; 8/9; 10/13", (10, 16, 16), (62.50, 62.50, 62.50)),
    ("11/12; 9/13; 8/11; 10/11; 15/16; 8/9; X/Y; 8/10; 13",
     "10/11/12; 8/9/12; 8/9/10; 9/10/11; 15/16; 8/9; X/Y; 8/10; 12",
     (14, 17, 21), (73.68, 82.35, 66.67)),
    ("6/12/13; 8/9/11; 8/9/12; 12/13/14; 15/16/17; 9/9; X; 11; 11/13",
     "6/12; 9/12; 9/13; 12/13; 15/16/17; 9/9; X; 11; 11/14", (13, 20, 16), (72.22, 65.00, 81.25)),
    ("12; 10/12; 9/11; 12; 15; 9.3; X; 8/11; 12",
     "12; 10/12; 9/11; 12; 14/15; 6/10; X; 8/11; 12", (11, 12, 14), (84.62, 91.67, 78.57)),
]  # fmt: skip


def numbers(match: Any) -> tuple[tuple[int, int, int], tuple[float, float, float]]:
    """Allele counts and the three scores with two decimals."""
    return (
        (match.shared, match.alleles_query, match.alleles_reference),
        (round(match.tanabe, 2), round(match.masters_query, 2), round(match.masters_reference, 2)),
    )


@pytest.mark.parametrize(("query", "reference", "counts", "scores"), VECTORS)
def test_the_published_vectors_are_reproduced(
    query: str,
    reference: str,
    counts: tuple[int, int, int],
    scores: tuple[float, float, float],
) -> None:
    """Nine profile pairs, amelogenin included, loci with data in both."""
    match = compare(vector(query), vector(reference), amelogenin=True)
    assert numbers(match) == (counts, scores)


def test_amelogenin_is_left_out_unless_asked_for() -> None:
    """Vector 1 without amelogenin: 13, 15, 15 and 86.67 three times."""
    match = compare(vector(VECTORS[0][0]), vector(VECTORS[0][1]))
    assert numbers(match) == ((13, 15, 15), (86.67, 86.67, 86.67))


def test_the_mode_decides_which_loci_enter() -> None:
    """Vector 2 without TH01 in the reference: 8 loci, or 9 in query mode."""
    query, reference = vector(VECTORS[1][0]), vector(VECTORS[1][1])
    del reference["TH01"]
    found = {
        mode: compare(query, reference, mode=mode, amelogenin=True)
        for mode in ("non-empty", "query", "reference")
    }
    assert numbers(found["non-empty"])[0] == (10, 13, 16)
    assert len(found["non-empty"].loci) == 8
    assert numbers(found["query"])[0] == (10, 15, 16)
    assert len(found["query"].loci) == 9
    assert found["reference"] == found["non-empty"]
    mirrored = compare(reference, query, mode="reference", amelogenin=True)
    assert numbers(mirrored)[0] == (10, 16, 15)


def test_a_table_row_is_matched_end_to_end() -> None:
    """The published file example: 92.86 % versus the query."""
    row = {"CSF1PO": "12,13", "D5S818": "10,13", "D7S820": "8,10", "D13S317": "12",
           "D16S539": "8,13", "TH01": "7,9", "TPOX": "11", "vWA": "14,15"}  # fmt: skip
    match = compare(read_profile(row), read_profile({**row, "vWA": "14,17"}))
    assert round(match.masters_query, 2) == 92.86


def test_an_empty_marker_does_not_enter_the_score() -> None:
    """The second published vector: 3 markers without, 4 with amelogenin."""
    names = ("mark1", "mark2", "mark3", "mark4", "AMEL")
    query = read_profile(dict(zip(names, ("11,12", "", "13", "5,5,7", "X"), strict=True)))
    reference = read_profile(dict(zip(names, ("11,12", "3", "13,14", "5,7", "X"), strict=True)))
    without = compare(query, reference)
    assert (len(without.loci), *numbers(without)) == (3, (5, 5, 6), (90.91, 100.00, 83.33))
    with_it = compare(query, reference, amelogenin=True)
    assert (len(with_it.loci), *numbers(with_it)) == (4, (6, 6, 7), (92.31, 100.00, 85.71))


# Cellosaurus accessions: A324, C243, C103, 2286, 6351, 2285; HT-29; 0110, 0633, 0624, 0013
LINES = {
    name: public(text)
    for name, text in {
        "201B7": "X 11 10/14 9/10 11/13 15/18 5 8/9 10 8/10 15/17 14 28 20/22 8/10 7/19",
        "246G1": "X/Y 11 9/10 11/12 9/13 16/18 6/7 10/11 9/11 9/11 13/15 16/18 28 22/23 11/12 7/17",
        "243H7": "X/Y 10/12 13 9/12 11/13 17/19 5/9 8/11 10/11 13 16/17 14/17 28/30 21/22 9/11 5/12",
        "293 EcR Shh": "X 8 12/14 11/12 9/13 16/19 7/9.3 11 12",
        "293 N3S": "X 9 12/14 11/12 9 16/19 7/9.3 11 11",
        "293 GTP": "X 8/9 12 11/12 9/13 16/19 7/9.3 11 11/12",
        "HT-29": "X 11/12 11/12 10 11/12 17/19 6/9 8/9 11/12 10 15/17 13 29/30 20/22 11/13 14/16 "
        "19/23 14",
        "1321N1": "X 11 9/11 9 12/13 18 6 8 11/12 14/15 15 13/14 27 18/23/24 10/13 7 23/25 13",
        "U-118MG": "X/Y 11 9 9 12/13 18 6 8 11/12 14/15 15 13 27/32.2 23 13 7 23/25 13",
        "MOLT-4": "X/Y 12 12/13 8/10/11 11/14 17/18 6/8 8 11/12/13 9/13/14 15/16 12/13/17 "
        "27/28/29/30/31 22/24 8/12/13 14/15/16 23/24 14/15",
        "MOLT-3": "X/Y 12 12/13 8/10 11/13/14 17 6/8 8 11/12 9/13/14/15 14/15/16/17 12/13/16/17 "
        "29/30/31/32 19/21/25 8/13 14/16 23/24 14/15",
    }.items()
}
LINES["201B1"] = LINES["201B7"]
LINES["243H1"] = {**LINES["243H7"], "AMEL": frozenset("X")}
LINES["mixture"] = mixed(LINES["201B7"], LINES["246G1"])

CASES = [
    ("201B7", "201B1", 15, (25, 25, 25), (100.00, 100.00, 100.00)),
    ("201B7", "246G1", 15, (8, 25, 28), (30.19, 32.00, 28.57)),
    ("201B7", "HT-29", 15, (10, 25, 27), (38.46, 40.00, 37.04)),
    ("293 N3S", "293 EcR Shh", 8, (10, 12, 13), (80.00, 83.33, 76.92)),
    ("293 GTP", "293 N3S", 8, (11, 14, 12), (84.62, 78.57, 91.67)),
    ("1321N1", "U-118MG", 17, (21, 26, 22), (87.50, 80.77, 95.45)),
    ("MOLT-3", "MOLT-4", 17, (32, 41, 41), (78.05, 78.05, 78.05)),
    ("243H1", "243H7", 15, (28, 28, 28), (100.00, 100.00, 100.00)),
    ("mixture", "201B7", 15, (25, 45, 25), (71.43, 55.56, 100.00)),
]  # fmt: skip


@pytest.mark.parametrize(("query", "reference", "loci", "counts", "scores"), CASES)
def test_the_teaching_cases_give_their_numbers(
    query: str,
    reference: str,
    loci: int,
    counts: tuple[int, int, int],
    scores: tuple[float, float, float],
) -> None:
    """Public profiles, amelogenin left out."""
    match = compare(LINES[query], LINES[reference])
    assert (len(match.loci), *numbers(match)) == (loci, counts, scores)


def test_eight_core_loci_give_a_similar_score_for_unrelated_donors() -> None:
    """201B7 and 246G1 at the eight core loci."""
    match = compare(at_loci(LINES["201B7"], CORE_LOCI_8), at_loci(LINES["246G1"], CORE_LOCI_8))
    assert (len(match.loci), *numbers(match)) == (8, (4, 13, 15), (28.57, 30.77, 26.67))


def test_a_sister_clone_differs_only_with_amelogenin() -> None:
    """243H1 (X) and 243H7 (X,Y): 98.31, 100 and 96.67, and a note to look at the karyotype."""
    match = compare(LINES["243H1"], LINES["243H7"], amelogenin=True)
    assert numbers(match)[1] == (98.31, 100.00, 96.67)
    assert any("amelogenin differs" in note for note in match.notes)
    assert not same_sex_chromosomes(LINES["243H1"], LINES["243H7"])


def test_a_complete_mixture_hides_nothing_of_its_components() -> None:
    """Masters versus reference is 100 for both, and 13 loci show more than two alleles."""
    match = compare(LINES["mixture"], LINES["246G1"])
    assert numbers(match)[1] == (76.71, 62.22, 100.00)
    assert len(loci_with_extra_alleles(LINES["mixture"])) == 13
    assert loci_with_extra_alleles(LINES["201B7"]) == ()


def test_more_than_means_more_than() -> None:
    """Two alleles are no extra allele, three are."""
    profile = read_profile({"D5S818": "11/12", "D7S820": "9/10/11", "AMEL": "X/Y"})
    assert loci_with_extra_alleles(profile, more_than=2) == ("D7S820",)
    assert loci_with_extra_alleles(profile, more_than=3) == ()


@pytest.mark.parametrize("value", [9.3, 10.0, 12, True, [12, 13], ("9.3", 6.0)])
def test_a_number_is_no_allele(value: object) -> None:
    """The message teaches to read the table as text."""
    with pytest.raises(BadInput, match=r"alleles are names.*read the table as text"):
        read_profile({"TH01": value})


def test_a_number_from_a_table_is_no_allele() -> None:
    """The numbers of numpy are numbers too, and its missing value is no call."""
    import numpy as np
    import pandas as pd

    for number in (np.float64(9.3), np.int64(12)):
        with pytest.raises(BadInput, match="alleles are names"):
            read_profile({"TH01": number})
    for missing in (np.nan, pd.NA, None, pd.NaT):
        assert read_profile({"TH01": missing}) == {"TH01": frozenset()}


@pytest.mark.parametrize("text", ["10.0", "12/9.0"])
def test_a_spreadsheet_number_is_recognised(text: str) -> None:
    """`10.0` as text tells that a name went through a number."""
    with pytest.raises(BadInput, match="spreadsheet"):
        read_profile({"TH01": text})


@pytest.mark.parametrize("text", ["abc", "12.10", "Sep-03", "0", "1234"])
def test_what_is_no_allele_name_is_refused(text: str) -> None:
    """Words, dates and impossible repeats."""
    with pytest.raises(BadInput, match="no allele name"):
        read_profile({"TH01": text})


@pytest.mark.parametrize(
    "text", ["12/13", "13, 12", " 12 ,13 ", "12 13", "12;13", "12，13", "12/13/12"]
)
def test_spelling_and_order_of_alleles_do_not_matter(text: str) -> None:
    """Separators, blanks, order and duplicates."""
    assert read_profile({"D5S818": text}) == {"D5S818": frozenset({"12", "13"})}


@pytest.mark.parametrize("text", ["OL", "ol", "?", "-", "–", "", "  ", "N/A"])
def test_no_call_keeps_the_locus_but_has_no_data(text: str) -> None:
    """The marker is in the profile, and does not enter a comparison."""
    profile = read_profile({"D5S818": text, "TH01": "6"})
    assert profile["D5S818"] == frozenset()
    match = compare(profile, read_profile({"D5S818": "11", "TH01": "6"}), mode="query")
    assert (match.loci, match.alleles_reference) == (("TH01",), 1)


def test_not_detected_counts_the_marker_and_adds_no_allele() -> None:
    """ND: the marker was typed, so the reference's alleles there have no partner."""
    profile = read_profile({"D5S818": "nd", "TH01": "6"})
    assert profile["D5S818"] is NOT_DETECTED
    assert profile["D5S818"] == frozenset()
    match = compare(profile, read_profile({"D5S818": "11/12", "TH01": "6"}))
    assert (match.loci, *numbers(match)[0]) == (("D5S818", "TH01"), 1, 1, 3)


def test_an_off_ladder_peak_beside_an_allele_is_dropped() -> None:
    """12 stays, OL adds nothing."""
    assert read_profile({"D5S818": "12,OL"})["D5S818"] == frozenset({"12"})


@pytest.mark.parametrize(
    ("written", "name"),
    [
        *((spelling, "AMEL") for spelling in ("Amel", "AMEL", "Am", "Amelogenin", " amel ")),
        ("THO1", "TH01"), ("th01", "TH01"), ("CSF1P0", "CSF1PO"), ("VWA", "vWA"), ("vWA ", "vWA"),
        ("PentaD", "Penta D"), ("Penta_D", "Penta D"), ("penta  d", "Penta D"),
        ("Penta E", "Penta E"), ("d5s818", "D5S818"), (" D13 S317", "D13S317"),
        ("Mouse STR 4-2", "STR 4-2"), ("STR X-1", "STR X-1"), ("18–3", "STR 18-3"),
        ("mark1", "mark1"),
    ],
)  # fmt: skip
def test_a_locus_has_one_name(written: str, name: str) -> None:
    """Spelling variants of kits, tools and people."""
    assert locus_name(written) == name


def test_a_locus_that_comes_twice_is_refused() -> None:
    """Two spellings in one table would hide alleles."""
    with pytest.raises(BadInput, match="vWA comes twice"):
        read_profile({"vWA": "16", "VWA": "17"})


@pytest.mark.parametrize(
    ("text", "call"), [("x", "X"), ("X,X", "X"), ("x/y", "X/Y"), ("Y X", "X/Y")]
)
def test_amelogenin_is_called_in_either_case(text: str, call: str) -> None:
    """Lower case, duplicates and order."""
    assert sex_call(read_profile({"Amelogenin": text})) == call


def test_amelogenin_is_x_or_y_only() -> None:
    """A repeat number there is a shifted column; no call is not X."""
    with pytest.raises(BadInput, match="expected X"):
        read_profile({"AMEL": "12"})
    with pytest.raises(BadInput, match="no amelogenin call"):
        sex_call(read_profile({"AMEL": "OL"}))


@pytest.mark.parametrize(
    "reference", [{"TH01": "6"}, {"D5S818": ""}, {"D5S818": "ND"}, {"AMEL": "X"}, {}]
)
def test_profiles_without_a_shared_locus_cannot_be_compared(reference: dict[str, str]) -> None:
    """No score of 0, no division by zero: not comparable."""
    query = read_profile({"D5S818": "11", "AMEL": "X"})
    for mode in ("non-empty", "query", "reference"):
        with pytest.raises(NoSharedLocus, match="no locus has alleles in both"):
            compare(query, read_profile(reference), mode=mode)


@pytest.mark.parametrize(("loci", "flagged"), [(7, True), (8, False), (9, False)])
def test_few_common_loci_are_noted_and_still_scored(loci: int, flagged: bool) -> None:
    """Below, at and above eight loci."""
    profile = at_loci(LINES["201B7"], CORE_LOCI_13[:loci])
    match = compare(profile, profile, minimum_loci=8)
    assert match.tanabe == 100
    assert bool(match.notes) is flagged


def test_an_unknown_mode_or_score_is_refused() -> None:
    """The message lists the choices."""
    with pytest.raises(BadInput, match="non-empty, query, reference"):
        compare(LINES["201B7"], LINES["201B1"], mode="all")
    with pytest.raises(BadInput, match="tanabe"):
        search(LINES["201B7"], LINES, minimum=0, score="best")


def test_a_search_lists_hits_at_or_above_the_minimum() -> None:
    """The pair at exactly 80.00 is in; a line without shared loci is passed over."""
    database = {**LINES, "mouse": read_profile({"4-2": "13"})}
    hits = search(LINES["293 N3S"], database, minimum=80)
    assert [hit.name for hit in hits] == ["293 N3S", "293 GTP", "293 EcR Shh"]
    assert hits[-1].score == 80
    assert len(search(LINES["293 N3S"], database, minimum=80.01)) == 2
    names = [
        hit.name for hit in search(LINES["201B7"], database, minimum=100, score="masters_query")
    ]
    assert names == ["201B1", "201B7", "mixture"]


def test_a_search_without_alleles_is_refused() -> None:
    """An empty query would find nothing and look like a clean result."""
    with pytest.raises(BadInput, match="no alleles to search"):
        search(read_profile({"D5S818": "OL"}), LINES, minimum=80)


def test_a_database_of_thousands_is_searched_in_a_moment() -> None:
    """10,000 profiles well under the patience of a lesson."""
    database = StrDatabase({f"line {i}": LINES["246G1"] for i in range(10_000)})
    start = time.perf_counter()
    assert search(LINES["201B7"], database, minimum=80) == ()
    assert time.perf_counter() - start < 0.5


profiles = st.dictionaries(
    st.sampled_from(CORE_LOCI_13),
    st.frozensets(st.sampled_from(["8", "9", "9.3", "10", "11", "12"]), min_size=1, max_size=4),
    min_size=1,
)


@given(profiles, profiles)
def test_scores_stay_between_0_and_100_and_tanabe_is_symmetric(
    query: StrProfile, reference: StrProfile
) -> None:
    """Tanabe lies between the two Masters scores, which change places with the profiles."""
    if not query.keys() & reference.keys():
        with pytest.raises(NoSharedLocus):
            compare(query, reference)
        return
    match, back = compare(query, reference), compare(reference, query)
    assert match.tanabe == back.tanabe
    assert match.masters_query == back.masters_reference
    for mode in ("non-empty", "query", "reference"):
        found = compare(query, reference, mode=mode)
        low, high = sorted((found.masters_query, found.masters_reference))
        assert 0 <= low <= high <= 100
        assert low - 1e-9 <= found.tanabe <= high + 1e-9


@given(profiles)
def test_a_profile_matches_itself_and_survives_reading(profile: StrProfile) -> None:
    """100 three times; text and back changes nothing."""
    assert numbers(compare(profile, profile))[1] == (100, 100, 100)
    assert read_profile({locus: "/".join(sorted(a)) for locus, a in profile.items()}) == profile


written = st.dictionaries(
    st.sampled_from([*CORE_LOCI_8, "AMEL", "Penta D"]),
    st.one_of(
        st.just(NOT_DETECTED),
        st.frozensets(st.sampled_from(["X", "Y", "9", "9.3", "12"]), max_size=3),
    ),
)


@settings(max_examples=50, deadline=None)
@given(
    written,
    st.lists(written, max_size=5),
    st.sampled_from(MODES),
    st.sampled_from(SCORES),
    st.booleans(),
)
def test_a_search_scores_as_a_comparison_does(
    query: StrProfile, others: list[StrProfile], mode: str, score: str, amelogenin: bool
) -> None:
    """The table of alleles gives the same number for each profile, or is as silent."""
    database = StrDatabase({str(place): other for place, other in enumerate(others)})
    found = database.scores(query, score=score, mode=mode, amelogenin=amelogenin)

    for value, other in zip(found, others, strict=True):
        try:
            match = compare(query, other, mode=mode, amelogenin=amelogenin)
        except NoSharedLocus:
            assert math.isnan(value)
        else:
            assert value == getattr(match, score)
