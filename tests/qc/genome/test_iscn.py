"""Karyotype strings: what they say, what they gain and lose, and which cannot be right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.genome.iscn import (
    InvalidKaryotype,
    Karyotype,
    clonal_changes,
    donor_difference,
    read_karyotype,
    recurrent,
)

# a few rows in the shape of content/reference/recurrent_changes.toml
ROWS = [
    ("human", "1", "q32.1", "gain"),
    ("human", "8", "", "gain"),
    ("human", "12", "", "gain"),
    ("human", "12", "p13.3", "gain"),
    ("human", "17", "", "gain"),
    ("human", "17", "q25", "gain"),
    ("human", "18", "q21", "loss"),
    ("human", "20", "20q11.21", "gain"),
    ("mouse", "8", "", "gain"),
]
TABLE = [
    dict(zip(("species", "chromosome", "arm_or_band", "kind"), row, strict=True)) for row in ROWS
]


def changed(text: str, species: str = "human") -> list[tuple[str, ...]]:
    """Kind, chromosome, arm, start and end of every acquired gain and loss."""
    karyotype = read_karyotype(text, species=species)
    return [
        (found.kind, found.chromosome, found.arm, found.start, found.end)
        for change in karyotype.acquired
        for found in change.imbalances
    ]


def texts(karyotype: Karyotype) -> list[str]:
    """The acquired changes as written."""
    return [change.text for change in karyotype.acquired]


@pytest.mark.parametrize(
    ("text", "number", "percent", "acquired", "is_recurrent"),
    [
        ("46,XX[20]", 46, 0.0, [], False),
        ("46,XY[30]", 46, 0.0, [], False),
        ("47,XY,+12[20]", 47, 100.0, ["+12"], True),
        ("47,XX,+12[6]/46,XX[13]", 46, 31.6, ["+12"], True),
        ("49,XY,+12,+18,+19[9]/46,XY[11]", 46, 45.0, ["+12", "+18", "+19"], True),
        ("46,XX,del(6)(q13q21)[8]/46,XX[12]", 46, 40.0, ["del(6)(q13q21)"], False),
        ("46,XY,der(8)t(3;8)(q21;p22)[18]", 46, 100.0, ["der(8)t(3;8)(q21;p22)"], False),
        ("47,XX,+mar[21]/46,XX[19]", 47, 52.5, ["+mar"], False),
        ("46,XX,inv(3)(q21q26.2)[10]", 46, 100.0, ["inv(3)(q21q26.2)"], False),
        ("48,XY,+21c,+21[10]", 48, 100.0, ["+21"], False),
        ("46,XY,+21c,-21[10]", 46, 100.0, ["-21"], False),
        ("46,XY,add(12)(q13)", 46, 100.0, ["add(12)(q13)"], False),
        ("46,XY,i(20)(q10)[5]/46,XY[15]", 46, 25.0, ["i(20)(q10)"], True),
        ("47,XX,+i(12)(p10)[5]/46,XX[15]", 46, 25.0, ["+i(12)(p10)"], True),
        ("46,XX,dup(1)(q21q32)[3]/46,XX[17]", 46, 15.0, ["dup(1)(q21q32)"], True),
        ("46,XX,der(18)t(17;18)(q21;q23)[4]/46,XX[16]", 46, 20.0,
         ["der(18)t(17;18)(q21;q23)"], True),
        ("48,XY,+12,+17[4]/46,XY[16]", 46, 20.0, ["+12", "+17"], True),
        ("45,X,-X[3]/46,XX[17]", 46, 15.0, ["-X"], False),
        ("47,XX,+8[1]/46,XX[19]", 46, 5.0, ["+8"], True),
        ("46,XY,t(1;4)(q21;q25)[20]", 46, 100.0, ["t(1;4)(q21;q25)"], False),
        ("47,XXY[20]", 47, 0.0, [], False),
        ("92,XXXX[2]/46,XX[48]", 46, 4.0, ["92,XXXX"], False),
    ],
)  # fmt: skip
def test_the_reference_strings_are_read(
    text: str, number: int, percent: float, acquired: list[str], is_recurrent: bool
) -> None:
    """Modal number, percent of cells with an acquired change, the changes, the look-up."""
    karyotype = read_karyotype(text)
    assert karyotype.modal_number == number
    assert round(100 * karyotype.abnormal_fraction, 1) == percent
    assert karyotype.normal_fraction == pytest.approx(1 - karyotype.abnormal_fraction)
    assert texts(karyotype) == acquired
    assert bool(recurrent(karyotype, TABLE)) is is_recurrent


def test_a_non_clonal_cell_that_is_counted_lowers_the_fraction() -> None:
    """6 of 20 instead of 6 of 19: 30.0 %."""
    assert read_karyotype("47,XX,+12[6]/46,XX[14]").abnormal_fraction == 0.3


def test_idem_repeats_the_first_clone() -> None:
    """The second clone has +12 and two more; without cell numbers there is no fraction."""
    karyotype = read_karyotype("47,XY,+12/49,idem,+18,+19")
    second = karyotype.clones[1]
    assert [change.text for change in second.abnormalities] == ["+12", "+18", "+19"]
    assert (second.count, second.sex, second.cells) == (49, "XY", None)
    with pytest.raises(BadInput, match="no cell numbers"):
        karyotype.abnormal_fraction  # noqa: B018
    with pytest.raises(BadInput, match="no cell numbers"):
        karyotype.modal_number  # noqa: B018


def test_sidelines_follow_the_stem_line_or_each_other() -> None:
    """sl is the first clone, sdl the one before, and -12 takes back an inherited +12."""
    karyotype = read_karyotype("47,XX,+12[4]/48,sl,+17[3]/49,sdl,+8[2]/46,sl,-12[2]/46,XX[9]")
    found = [[change.text for change in clone.abnormalities] for clone in karyotype.clones]
    assert found == [["+12"], ["+12", "+17"], ["+12", "+17", "+8"], [], []]


def test_a_mouse_has_40_chromosomes() -> None:
    """Trisomy 8 in 12 of 30 cells, recurrent in the mouse."""
    karyotype = read_karyotype("41,XY,+8[12]/40,XY[18]", species="mouse")
    assert karyotype.abnormal_fraction == 0.4
    assert karyotype.modal_number == 40
    assert len(recurrent(karyotype, TABLE)) == 1
    with pytest.raises(InvalidKaryotype, match="44 autosomes"):
        read_karyotype("41,XY,+8[12]/40,XY[18]")


def test_an_array_gain_keeps_its_size() -> None:
    """20q11.21 at three copies, 1.5 million bases, recurrent; an array has no number."""
    karyotype = read_karyotype("arr[GRCh38] 20q11.21(31000000_32500000)x3")
    (change,) = karyotype.acquired
    (gain,) = change.imbalances
    assert (gain.kind, gain.chromosome, gain.arm, gain.start) == ("gain", "20", "q", "11.21")
    assert gain.size_bp == 1_500_000
    assert len(recurrent(karyotype, TABLE)) == 1
    with pytest.raises(BadInput, match="no chromosome number"):
        karyotype.modal_number  # noqa: B018


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("arr(X,1-22)x2", []),
        ("arr[GRCh38] (X,Y)x1,(1-22)x2", []),
        ("arr[hg19] 18q21.1q23(46,000,000_78,000,000)x1", [("loss", "18")]),
        ("arr (12)x3", [("gain", "12")]),
        ("arr[GRCh37] 20q11.21(29800000_31300000)×2~3", []),
    ],
)
def test_array_results_are_held_against_the_usual_copies(
    text: str, expected: list[tuple[str, str]]
) -> None:
    """Two copies of an autosome, one X beside a Y."""
    assert [found[:2] for found in changed(text)] == expected


@pytest.mark.parametrize(
    "text", ["arr", "arr[GRCh99] 1p36x1", "arr 20q11.21", "arr 20q11.21(9_5)x3"]
)
def test_broken_array_strings_are_refused(text: str) -> None:
    """No result, unknown build, no copies, a stretch that runs backwards."""
    with pytest.raises(InvalidKaryotype):
        read_karyotype(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("46,XY,i(20)(q10)", [("gain", "20", "q", "10", "~"), ("loss", "20", "p", "10", "~")]),
        ("47,XX,+i(12)(p10)", [("gain", "12", "p", "10", "~")]),
        ("46,XX,del(6)(q13q21)", [("loss", "6", "q", "13", "21")]),
        ("46,XX,del(5)(q13)", [("loss", "5", "q", "13", "~")]),
        ("46,XX,dup(1)(q32q21)", [("gain", "1", "q", "21", "32")]),
        ("46,XY,der(8)t(3;8)(q21;p22)",
         [("gain", "3", "q", "21", "~"), ("loss", "8", "p", "22", "~")]),
        ("47,XY,+der(8)t(3;8)(q21;p22)",
         [("gain", "3", "q", "21", "~"), ("gain", "8", "q", "10", "~"),
          ("gain", "8", "p", "10", "22")]),
        ("46,XX,r(20)(p13q13)", [("loss", "20", "p", "13", "~"), ("loss", "20", "q", "13", "~")]),
        ("46,XX,ins(5;2)(p14;q32q22)", []),
        ("47,XX,+mar", []),
        ("46,XX,der(18)del(18)(q21)", [("loss", "18", "q", "21", "~")]),
    ],
)  # fmt: skip
def test_gains_and_losses_by_arm_follow_from_the_string(
    text: str, expected: list[tuple[str, ...]]
) -> None:
    """Bands from the centromere (10) outwards to the end of the arm (~)."""
    assert changed(text) == expected


@pytest.mark.parametrize(
    ("text", "balanced"),
    [
        ("46,XX,inv(3)(q21q26.2)[10]", True),
        ("46,XY,t(1;4)(q21;q25)[20]", True),
        ("45,XX,der(13;14)(q10;q10)[20]", True),
        ("46,XX[20]", False),
        ("47,XX,+12[20]", False),
        ("47,XX,+12,t(1;4)(q21;q25)[20]", False),
    ],
)
def test_balanced_means_changed_without_gain_or_loss(text: str, balanced: bool) -> None:
    """What an array cannot see; a normal karyotype is not called balanced."""
    assert read_karyotype(text).balanced is balanced


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("46,XX,+12[9]", "make 47"),
        ("46,XX,+12[20]", "make 47"),
        ("46,XX,del(5)", "no breakpoints"),
        ("46,XX,t(9;22)", "no breakpoints"),
        ("46", "no sex chromosomes"),
        ("46,+12", "no sex chromosomes"),
        ("99,XX", "make 90"),
        ("abc,XX", "no chromosome number"),
        ("", "empty"),
        ("  ", "empty"),
        ("46,XX,+mar", "make 47"),
        ("47,XX,mar", "always extra"),
        ("47,XX,+23", "no chromosome 23"),
        ("45,XX,-X", "make 46"),
        ("46,XX[0]", "0 cells"),
        ("46,XX[20", "no clone"),
        ("46,XX/", "no clone"),
        ("46,idem", "first one"),
        ("46,XX/46,sdl5", "no such sideline"),
        ("46,XX,t(9;22)(q34)", "one group of breakpoints per chromosome"),
        ("46,XX,t(9)(q34)", "joins at least two"),
        ("46,XX,del(5)(z9)", "no breakpoint"),
        ("46,XX,del(5)(q13)t(1;2)", "not understood"),
        ("46,XX,der(8)t(3;5)(q21;p22)", "takes no part"),
        ("46,XX,-del(5)(q13)", "by its number"),
        ("47,XX,+?8", "not understood"),
        ("46,XX,foo(5)(q13)", "not understood"),
        ("03,X", "fewer than one haploid"),
    ],
)
def test_a_string_that_cannot_be_right_is_refused_with_its_reason(text: str, reason: str) -> None:
    """Count, sex chromosomes, breakpoints, clones, unknown terms."""
    with pytest.raises(InvalidKaryotype, match=reason):
        read_karyotype(text)


def test_an_unknown_species_is_refused() -> None:
    """Only human and mouse chromosome sets are known."""
    with pytest.raises(BadInput, match="human or mouse"):
        read_karyotype("46,XX", species="rat")


@pytest.mark.parametrize(
    "written",
    ["47,XX,+i(17)(q10) [5] / 46,XX [15]", "47,XX,+i(17q)[5]/46,XX[15]",
     "47,XX,+i(17)\u00ad(q10)[5]/46,XX[15]", "47，XX，+i(17)(q10)[5]/46,XX[15]"],
)  # fmt: skip
def test_the_spelling_is_put_right(written: str) -> None:
    """Blanks, the short form, soft hyphens, full-width commas."""
    assert read_karyotype(written).text == "47,XX,+i(17)(q10)[5]/46,XX[15]"


@pytest.mark.parametrize("dash", ["–", "−", "‐", "—"])
def test_every_dash_is_a_minus(dash: str) -> None:
    """Word processors change the sign of a loss."""
    assert texts(read_karyotype(f"45,XX,{dash}22")) == ["-22"]


@pytest.mark.parametrize(
    ("text", "clonal"),
    [
        ("47,XX,+8[1]/46,XX[19]", []),
        ("47,XX,+8[2]/46,XX[18]", ["+8"]),
        ("47,XX,+8[3]/46,XX[17]", ["+8"]),
        ("45,X,-X[2]/46,XX[18]", []),
        ("45,X,-X[3]/46,XX[17]", ["-X"]),
        ("45,X,-X[4]/46,XX[16]", ["-X"]),
        ("47,XX,+12[1]/48,idem,+17[1]/46,XX[18]", ["+12"]),
        ("47,XX,+21c[20]", []),
    ],
)
def test_a_clone_needs_two_gains_or_three_losses(text: str, clonal: list[str]) -> None:
    """Below, at and above; cells of related clones are added up; the donor's own never count."""
    found = clonal_changes(read_karyotype(text), gain_cells=2, loss_cells=3)
    assert [change.text for change in found] == clonal


@pytest.mark.parametrize(
    ("text", "constitutional", "acquired"),
    [
        ("48,XY,+21c,+21[10]", ["+21c"], ["+21"]),
        ("47,XXY[20]", ["XXY"], []),
        ("48,XXYc,+X[5]/47,XXYc[15]", ["XXY"], ["+X"]),
        ("45,X[20]", ["X"], []),
        ("mos 45,X[3]/46,XX[17]", ["X"], []),
        ("mos 47,XX,+21[3]/46,XX[17]", ["+21"], []),
        ("45,XY,der(13;14)(q10;q10)c[20]", ["der(13;14)(q10;q10)c"], []),
        ("47,XXX[3]/46,XX[17]", [], ["XXX"]),
        ("69,XXY[20]", [], ["69,XXY"]),
    ],
)
def test_the_donors_own_changes_are_kept_apart(
    text: str, constitutional: list[str], acquired: list[str]
) -> None:
    """By c, by mos, or by unusual sex chromosomes in every clone without a sign."""
    karyotype = read_karyotype(text)
    assert [change.text for change in karyotype.constitutional] == constitutional
    assert texts(karyotype) == acquired


@pytest.mark.parametrize("text", ["46,X,i(X)(q10)", "46,X,t(X;13)(q27;q12)", "45,X,-Y", "47,XY,+Y"])
def test_sex_chromosomes_shown_and_changed_add_up(text: str) -> None:
    """A changed sex chromosome is not among those shown; a lost one is already missing."""
    assert read_karyotype(text).modal_number == int(text[:2])


def test_the_fraction_of_each_clone_is_its_share_of_cells() -> None:
    """4 and 16 of 20."""
    karyotype = read_karyotype("48,XY,+12,+17[4]/46,XY[16]")
    assert [karyotype.fraction(clone) for clone in karyotype.clones] == [0.2, 0.8]
    assert [clone.normal for clone in karyotype.clones] == [False, True]
    assert karyotype.mosaic and not read_karyotype("46,XY[20]").mosaic


@pytest.mark.parametrize(
    ("line", "donor", "new", "missing"),
    [
        ("46,XY", "46,XY", (), ()),
        ("47,XY,+12", "46,XY", ("+12",), ()),
        ("46,XX", "46,XY", ("XX",), ("XY",)),
        ("46,XY,+21c,-21", "47,XY,+21c", ("-21",), ()),
        ("46,XY", "46,XY,inv(9)(p12q13)c", (), ("inv(9)(p12q13)",)),
        ("46,XY,inv(9)(p12q13)", "46,XY,inv(9)(p12q13)c", (), ()),
        ("45,X,-Y[5]/46,XY[15]", "46,XY", ("-Y",), ()),
        ("45,X,-Y", "46,XY", ("-Y",), ()),
    ],
)
def test_a_line_is_compared_with_its_donor(
    line: str, donor: str, new: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    """What is new in the line, and what of the donor is missing in it."""
    assert donor_difference(read_karyotype(line), read_karyotype(donor)) == (new, missing)


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("46,XX,dup(1)(q21q31)", 0), ("46,XX,dup(1)(q21q32)", 1), ("46,XX,dup(1)(q32q42)", 1),
        ("46,XX,dup(1)(q41q42)", 0), ("46,XX,del(1)(q21q32)", 0), ("46,XX,del(18)(q12)", 1),
        ("46,XX,del(18)(q22)", 0), ("47,XX,+12", 2), ("46,XX,dup(12)(q13q15)", 0),
    ],
)  # fmt: skip
def test_a_band_is_met_by_every_stretch_that_overlaps_it(text: str, hits: int) -> None:
    """1q32.1 gain: ends before, at and after the band; a whole row needs a whole chromosome."""
    assert len(recurrent(read_karyotype(text), TABLE)) == hits


autosomes = st.sampled_from([str(number) for number in range(1, 23)])


@given(st.lists(autosomes, max_size=4), st.sampled_from(["XX", "XY"]), st.integers(-2, 2))
def test_only_the_number_that_adds_up_is_accepted(gains: list[str], sex: str, slip: int) -> None:
    """46 plus the gains is read; any slip is refused."""
    text = ",".join([str(46 + len(gains) + slip), sex, *("+" + name for name in gains)])
    if slip:
        with pytest.raises(InvalidKaryotype, match="the number says"):
            read_karyotype(text)
    else:
        assert read_karyotype(text).clones[0].count == 46 + len(gains)


@given(st.text(alphabet="46XYcidel+-()[]/;,qp1arx mosts~?", max_size=30))
def test_any_text_is_read_or_refused_and_never_crashes(text: str) -> None:
    """The only error is the one that teaches."""
    try:
        karyotype = read_karyotype(text)
    except InvalidKaryotype as refusal:
        assert str(refusal)
    else:
        assert karyotype.clones
