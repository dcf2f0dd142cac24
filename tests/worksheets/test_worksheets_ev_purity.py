"""From plates, lysis, fills and storage to the results of the lesson on vesicle purity."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from matplotlib.axes import Axes

from stemcell_kit.errors import BadInput
from stemcell_kit.plots.ev_purity import plot_purity, plot_reporter, plot_vesicle_stability
from stemcell_kit.qc.potency.reporting import AboveTopStandard
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets.ev_purity import (
    detergent_losses,
    final_tests,
    lot_protein,
    lot_yields,
    protected_cargo,
    protein_by_lot,
    purity_by_lot,
    purity_classes,
    ratio_readings,
    reporter_responses,
)
from stemcell_kit.worksheets.ev_release import (
    bead_checks,
    share_within,
    uncertainty_budget,
    vesicle_shelf_life,
)

STANDARDS = (0.0, 1.0, 2.0, 4.0, 8.0)


def plate(protein: float, *, scatter: float = 0.001) -> pd.DataFrame:
    """A plate whose signal is 0.1 + 0.05 per µg/mL, with a lot at 1:2 and 1:20."""
    wells: list[dict[str, Any]] = []
    for role, held, dilution in [
        *(("standard", one, 1.0) for one in STANDARDS),
        ("sample", protein / 2, 2.0),
        ("sample", protein / 20, 20.0),
    ]:
        for sign in (-1, 1):
            wells.append(
                {
                    "lot": "EV-1",
                    "role": role,
                    "standard_ug_per_ml": held if role == "standard" else float("nan"),
                    "dilution": dilution,
                    "absorbance_562": 0.1 + 0.05 * held + sign * scatter,
                }
            )
    return pd.DataFrame(wells)


def tracks(per_ml: float, blank: float) -> pd.DataFrame:
    """One video of the lot and one of its blank, all particles of one size."""
    return pd.DataFrame(
        {
            "lot": "EV-1",
            "sample": ["vesicles", "blank"],
            "video": ["v", "b"],
            "dilution": 100.0,
            "particles_per_frame": 50.0,
            "valid_tracks": 1000,
            "size_nm": 100.5,
            "concentration_per_ml": [per_ml, blank],
        }
    )


# --- protein and purity --------------------------------------------------------------------


def test_protein_is_read_at_the_lowest_dilution_inside_the_standards() -> None:
    """12 µg/mL reads 6 at 1:2; 40 reads 20 there, beyond 8, and is read at 1:20."""
    assert lot_protein(plate(12), "EV-1").value == pytest.approx(12)
    assert lot_protein(plate(40), "EV-1").value == pytest.approx(40)


def test_protein_below_the_lowest_standard_is_told_as_below() -> None:
    """1 µg/mL reads 0.5 at 1:2, under the standard of 1: less than 2."""
    found = lot_protein(plate(1), "EV-1")

    assert (found.below, found.reported) == (True, "<2 µg/mL")


def test_protein_above_every_dilution_is_refused() -> None:
    """200 µg/mL reads 10 at 1:20, beyond 8: dilute and measure again."""
    with pytest.raises(AboveTopStandard, match="Dilute"):
        lot_protein(plate(200), "EV-1")


def test_purity_subtracts_the_blank_and_carries_the_interval_of_the_protein() -> None:
    """(4.8e11 - 1.2e10) over 12 µg/mL is 3.9e10, class high; the interval holds it."""
    row = purity_by_lot(tracks(4.8e11, 1.2e10), plate(12, scatter=0.01)).loc["EV-1"]

    assert row["particles_per_ug"] == pytest.approx(3.9e10)
    assert row["purity"] == "high"
    assert row["low"] < 3.9e10 < row["high"]
    assert protein_by_lot(plate(12)).loc["EV-1", "protein_ug_per_ml"] == 12


def test_protein_that_may_be_nothing_leaves_the_ratio_open_above() -> None:
    """With wide scatter the interval of the protein reaches zero."""
    row = purity_by_lot(tracks(1e11, 1e9), plate(3, scatter=0.1)).loc["EV-1"]

    assert pd.isna(row["high"])


def test_the_classes_leave_gaps() -> None:
    """Three classes; the middle one has two ends."""
    assert purity_classes() == [
        {"name": "high", "above": 3e10},
        {"name": "low", "at_least": 2e9, "at_most": 2e10},
        {"name": "impure", "below": 1.5e9},
    ]


def test_a_ratio_is_held_against_its_own_blanks_and_limits() -> None:
    """A blank of nine tenths takes class high away; protein below its limit decides nothing."""
    columns = ["report", "particles_per_ml", "blank_per_ml", "protein_ug_per_ml"]
    columns += ["blank_ug_per_ml", "lloq_ug_per_ml"]
    reports = pd.DataFrame(
        [["R-1", 4e10, 3.6e10, 1.0, 0.0, 1.0], ["R-2", 4e10, 0.0, 0.5, 0.0, 4.0]], columns=columns
    )

    found = ratio_readings(reports)

    assert list(found["printed_class"]) == ["high", "high"]
    assert list(found["sign"] + found["ratio"].map("{:.0e}".format)) == ["=4e+09", ">1e+10"]
    assert list(found["purity"]) == ["low", "not decided"]


def test_detergent_is_taken_off_the_count_and_may_blind_it() -> None:
    """100 before, 15 after, 5 of detergent: 90 % lost. Half of the count from detergent: nothing."""
    columns = ["sample", "before_per_ml", "after_per_ml", "detergent_per_ml"]
    rows = [["below", 100.0, 15.0, 5.0], ["clean", 100.0, 4.0, 5.0], ["half", 100.0, 60.0, 50.0]]

    found = detergent_losses(pd.DataFrame(rows, columns=columns))["lost_percent"]

    assert (found["below"], found["clean"]) == (90.0, 100.0)
    assert pd.isna(found["half"])


# --- potency, cargo, final tests -----------------------------------------------------------


def test_a_reporter_is_read_between_its_controls() -> None:
    """Blank 10, vehicle 110, lot 35: a quarter of the signal is left."""
    wells = pd.DataFrame(
        [["d", "unstimulated", 10], ["d", "vehicle", 110], ["d", "EV-1", 30], ["d", "EV-1", 40]],
        columns=["dose", "sample", "signal"],
    )

    assert reporter_responses(wells).loc["EV-1", "d"] == 25


def test_cargo_is_what_nuclease_spares() -> None:
    """One cycle later is half, four cycles later a sixteenth."""
    cargo = pd.DataFrame(
        [["R", 20.0, 21.0, 24.0]], columns=["rna", "untreated_cq", "nuclease_cq", "both_cq"]
    )

    assert list(protected_cargo(cargo).loc["R"]) == [50.0, 6.2]


def test_a_fill_is_followed_through_the_filter() -> None:
    """Half of the volume-weighted particles come through, the label is double the content."""
    fill = {
        "fill": "F",
        "sterility": "no growth",
        "endotoxin_eu_per_ml": 0.1,
        "spiked_eu_per_ml": 0.5,
        "spike_eu_per_ml": 0.5,
        "before_per_ml": 4e11,
        "before_ml": 2.0,
        "after_per_ml": 2e11,
        "after_ml": 2.0,
        "label_per_ml": 4e11,
    }

    row = final_tests(pd.DataFrame([fill])).loc["F"]

    assert (row["spike_percent"], row["filter_percent"]) == (80.0, 50.0)
    assert row["off_label_percent"] == -50


def test_the_yield_is_per_cell_and_day() -> None:
    """1e11/mL in 0.6 mL of 6e7 cells in 48 h: 1000 per cell, 500 per cell and day."""
    record = pd.DataFrame([{"lot": "EV-1", "volume_ml": 0.6, "cells": 6e7, "hours": 48.0}])

    row = lot_yields(tracks(1.1e11, 1e10), record).loc["EV-1"]

    assert (row["per_cell"], row["per_cell_per_24h"]) == (1000, 500)


# --- storage, beads, uncertainty -----------------------------------------------------------


def test_shelf_life_ends_before_the_line_meets_its_limit() -> None:
    """A fall of 2 % a month meets 80 % at month 10; the bound is there sooner."""
    months, noise = range(0, 13, 2), (0.2, -0.2, 0.1, -0.1, 0.2, -0.3, 0.1)
    series = pd.DataFrame(
        {
            "storage": "portions",
            "months": months,
            "percent_of_label": [100 - 2 * m + n for m, n in zip(months, noise, strict=True)],
        }
    )

    found = vesicle_shelf_life(series, "portions", lowest_percent=80, longest=24)

    assert found.line_meets_limit == pytest.approx(10, abs=0.1)
    assert 9 < found.value < found.line_meets_limit
    with pytest.raises(BadInput, match="it has portions"):
        vesicle_shelf_life(series, "tube", lowest_percent=80, longest=24)


@pytest.mark.parametrize(
    ("found", "size"), [(95.0, "pass"), (105.0, "pass"), (94.9, "fail"), (105.1, "fail")]
)
def test_beads_are_held_against_their_size(found: float, size: str) -> None:
    """Five nanometres to either side are inside."""
    days = pd.DataFrame([{"day": "d", "mode_nm": found, "count_1": 1e9, "count_2": 1.0e9}])

    assert bead_checks(days, nominal_nm=100).loc["d", "size"] == size


@pytest.mark.parametrize(
    ("counts", "word"),
    [((9e8, 1.1e9), "pass"), ((8.8e8, 1.12e9), "inconclusive"), ((8e8, 1.2e9), "fail")],
)
def test_bead_counts_are_held_against_their_spread(counts: tuple[float, float], word: str) -> None:
    """CVs of 14.1, 17.0 and 28.3 %: below 15, in the grey zone, above 20."""
    days = pd.DataFrame(
        [{"day": "d", "mode_nm": 100.0, "count_1": counts[0], "count_2": counts[1]}]
    )

    assert bead_checks(days, nominal_nm=100).loc["d", "count"] == word


def test_independent_sources_add_by_their_squares() -> None:
    """3 and 4 % make 5 %; the larger one is 64 % of the variance."""
    budget = uncertainty_budget(pd.DataFrame({"source": ["a", "b"], "cv_percent": [3.0, 4.0]}))

    assert budget.loc["combined", "cv_percent"] == 5
    assert budget.loc["b", "share_percent"] == 64
    with pytest.raises(BadInput, match="CV"):
        uncertainty_budget(pd.DataFrame({"source": ["a"], "cv_percent": [-1.0]}))


def test_a_tolerance_of_one_cv_holds_two_thirds() -> None:
    """68.3 % within one standard deviation, 95.4 % within two."""
    assert share_within(10, 10) == pytest.approx(68.27, abs=0.01)
    assert share_within(20, 10) == pytest.approx(95.45, abs=0.01)
    with pytest.raises(BadInput):
        share_within(20, 0)


# --- figures -------------------------------------------------------------------------------


def test_the_figures_are_drawn() -> None:
    """Each returns its axes with a title; an open ratio is drawn to the edge."""
    series = teaching_table("ev_stability")
    drawn = [
        plot_purity(tracks(1e11, 1e9), plate(3, scatter=0.1)),
        *plot_reporter(teaching_table("ev_reporter")),
        plot_vesicle_stability(
            series, list(series["storage"].unique()), lowest_percent=80, longest=24
        ),
    ]

    assert all(isinstance(ax, Axes) and ax.get_title(loc="left") for ax in drawn)
