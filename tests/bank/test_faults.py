"""Each fault is visible where it should be, and nowhere else."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from stemcell_kit.bank import ASSAYS, FAULTS, Bank, Fault, build, parse_fault
from stemcell_kit.errors import BadInput

LOT = "SKTi003-A-W1"
LOTS = ("SKTi003-A-M1", LOT)


@cache
def clean(assay: str, lots: tuple[str, ...] | None) -> pd.DataFrame:
    """A table of the bank without faults, made once for all comparisons."""
    return build(7).table(assay, lots)


def changed_assays(with_fault: Bank, lots: tuple[str, ...]) -> set[str]:
    """Name the assays whose tables a fault changes; all lots of every product count."""
    return {
        name
        for name, assay in ASSAYS.items()
        for asked in [lots if assay.of == "lot" else None]
        if not with_fault.table(name, asked).equals(clean(name, asked))
    }


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_shows_exactly_where_its_description_says(name: str) -> None:
    """``seen_in`` names all the assays that a fault changes and no other."""
    kind = FAULTS[name]
    fault = Fault(name, LOT if kind.where == "lot" else None)  # a product's lot is drawn

    assert changed_assays(build(7, [fault]), LOTS) == set(kind.seen_in)


@pytest.mark.parametrize("name", [n for n, kind in FAULTS.items() if kind.where == "lot"])
def test_a_fault_leaves_the_other_lots_alone(name: str) -> None:
    """No other lot changes by a single digit."""
    with_fault = build(7, [Fault(name, LOT)])
    others = tuple(lot for lot in with_fault.lots if lot != LOT)
    # the passage log and the donors' register belong to lines, not to lots
    assays = [
        name
        for name, assay in ASSAYS.items()
        if assay.of == "lot" and name not in ("passage_log", "flow")
    ]

    assert all(with_fault.table(a, others).equals(clean(a, others)) for a in assays)


def test_a_gain_of_20q_hides_from_the_karyotype() -> None:
    """Copy number sees one more copy of BCL2L1; G-banding sees nothing."""
    bank = build(7, [parse_fault(f"gain-20q@{LOT}")])

    wells = bank.table("copy_number", [LOT])
    mean = wells.groupby(["sample", "target"])["cq"].mean().unstack()
    delta = mean["BCL2L1"] - mean["RPPH1"]
    assert 2 * 2 ** (delta["CAL-F"] - delta[LOT]) == pytest.approx(3, abs=0.4)
    assert bank.table("karyotype", [LOT]).equals(build(7).table("karyotype", [LOT]))


def test_a_control_failure_hides_a_contamination() -> None:
    """An inhibited well shows neither signal, whether the lot is contaminated or not."""
    both = build(7, [Fault("mycoplasma", LOT), Fault("mycoplasma-control-failure", LOT)])
    alone = build(7, [Fault("mycoplasma-control-failure", LOT)])

    signals = ["target_cq", "control_cq"]
    for bank in (both, alone):
        run = bank.table("mycoplasma", [LOT])
        assert run.loc[run["lot"] == LOT, signals].isna().all(axis=None)


def test_a_dilution_entered_twice_doubles_concentration_but_not_viability() -> None:
    """Counts and viability are right; concentration and recovery are twice too high."""
    good, bad = build(7), build(7, [Fault("dilution-twice", LOT)])

    ratio = bad.table("counts", [LOT])["live_per_ml"] / good.table("counts", [LOT])["live_per_ml"]
    assert ratio.round(1).eq(2.0).all()
    viability = "viability_percent"
    assert bad.table("counts", [LOT])[viability].equals(good.table("counts", [LOT])[viability])
    recovered = bad.table("post_thaw", [LOT])
    assert (recovered["viable_recovered"] > recovered["viable_frozen"]).all()


def test_differentiated_cells_lower_oct4_and_raise_ssea_1() -> None:
    """About the share planted leaves the OCT4 gate and part of it enters the SSEA-1 gate."""
    events = build(7, [parse_fault(f"differentiation:0.4@{LOT}")]).table("flow", LOTS)
    gates = {
        marker: events.query("tube == 'isotype'")[marker].quantile(0.99)
        for marker in ("OCT4", "SSEA-1")
    }
    stained = events[events["tube"] == "stained"]

    share = {m: stained[m].gt(g).groupby(stained["lot"]).mean() for m, g in gates.items()}
    assert share["OCT4"]["SKTi003-A-M1"] > 0.9
    assert share["OCT4"][LOT] == pytest.approx(0.6, abs=0.06)
    assert share["SSEA-1"][LOT] > 5 * share["SSEA-1"]["SKTi003-A-M1"]


def test_a_small_mixture_stays_below_the_calling_threshold() -> None:
    """Three per cent of a stranger are no alleles; thirty per cent are."""

    def extra_alleles(share: str) -> int:
        bank = build(7, [parse_fault(f"mixture:{share}@{LOT}")])
        profile = bank.table("str", [LOT])
        return int((profile.loc[profile["role"] == "lot", "allele_3"] != "").sum())

    assert extra_alleles("0.03") == 0
    assert extra_alleles("0.3") > 3


def test_the_label_disagrees_with_the_log_after_a_passage_error() -> None:
    """The log keeps the true passage; the label is four too low."""
    bank = build(7, [Fault("passage-error", LOT)])
    log = bank.table("passage_log", [LOT]).set_index("banked_lot")

    label = bank.table("lots", [LOT])["passage"].iloc[0]
    assert label == log.loc[LOT, "passage"] - 4


def test_recovery_falls_along_the_fill() -> None:
    """The last vial of a drifting fill has little more than half of the first."""
    bank = build(7, [Fault("fill-drift", LOT)])
    first, *_, last = bank.table("post_thaw", [LOT])["viable_recovered"]

    assert last / first == pytest.approx(0.55, abs=0.1)


def test_a_saturating_counter_falls_short_only_at_the_dense_end() -> None:
    """C-2 misses about 12 % undiluted and 2 % at one fifth; C-1 is proportional."""
    table = build(7, [Fault("counter-saturation")]).table("dilution_series")
    means = table.groupby(["counter", "fraction"])["concentration"].mean()
    per_fraction = means / means.index.get_level_values("fraction") / 1e6

    assert per_fraction["C-1", 1.0] == pytest.approx(1, abs=0.03)
    assert per_fraction["C-2", 1.0] == pytest.approx(0.88, abs=0.03)
    assert per_fraction["C-2", 0.2] == pytest.approx(0.98, abs=0.04)


# --- reading faults ------------------------------------------------------------------------


def test_a_fault_is_read_with_fraction_and_lot() -> None:
    """``name:fraction@lot``."""
    assert parse_fault("mixture:0.3@SKTi002-A-M1") == Fault("mixture", "SKTi002-A-M1", 0.3)


def test_fraction_and_lot_may_be_left_out() -> None:
    """The usual share and a lot drawn from the seed are used instead."""
    assert parse_fault("swap") == Fault("swap")
    assert parse_fault("trisomy-12").share == 0.4


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("mixtur", "choose one of mixture"),
        ("mixture:much", "not a number"),
        ("mixture:0", "not a share"),
        ("mixture:1.01", "not a share"),
        ("swap:0.5", "takes no fraction"),
        ("control-shift@SKTi001-A-M1", "belongs to the laboratory"),
        ("mixture@", "cannot be read"),
        ("", "cannot be read"),
    ],
)
def test_a_fault_that_cannot_be_planted_says_why(words: str, reason: str) -> None:
    """The message names the fault and the way out."""
    with pytest.raises(BadInput, match=reason):
        parse_fault(words)


def test_the_whole_share_is_allowed() -> None:
    """A mixture of 1.0 holds the stranger alone."""
    lot = build(7, [parse_fault(f"mixture:1@{LOT}")]).truth.lots[LOT]

    assert [share for _, share in lot.content] == [1.0]


@pytest.mark.parametrize(
    ("faults", "reason"),
    [
        (["swap@SKTi009-A-M1"], "no lot 'SKTi009-A-M1'"),
        (["trisomy-12@SKTi003-A-W1", "trisomy-12@SKTi003-A-W1"], "planted twice"),
        (["swap@SKTi003-A-W1", "mixture@SKTi003-A-W1"], "both swapped and mixed"),
        (["swap"] * 13, "no lot is free"),
    ],
)
def test_faults_that_do_not_fit_the_bank_are_refused(faults: list[str], reason: str) -> None:
    """Twelve banks can each take one drawn fault."""
    with pytest.raises(BadInput, match=reason):
        build(7, [parse_fault(words) for words in faults])


def test_drawn_faults_land_on_different_lots() -> None:
    """Four faults without a lot make four bad lots, none of them a seed stock."""
    names = ["swap", "gain-20q", "mycoplasma", "passage-error"]
    lots = build(3, [Fault(name) for name in names]).truth.lots.values()

    assert [len(lot.faults) for lot in lots if lot.faults] == [1, 1, 1, 1]
    assert not any(lot.faults for lot in lots if lot.letter == "S")
