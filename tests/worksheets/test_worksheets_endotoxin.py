"""From doses, wells, worksheets and tubes to what an endotoxin test may say."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from matplotlib.axes import Axes

from stemcell_kit.catalogue import catalogue
from stemcell_kit.datasets import load_dataset
from stemcell_kit.errors import BadInput
from stemcell_kit.plots.endotoxin import plot_endotoxin_curve, plot_endotoxin_limits
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets.endotoxin import (
    check_standard_dilutions,
    curve_fits,
    endotoxin_limits,
    endotoxin_results,
    kinetic_run,
    routine_dilution,
)
from stemcell_kit.worksheets.gel_clot import gel_end_points, gel_sensitivity

HOUSE = "endotoxin-eu-per-ml"


def product(route: str, volume_ml: float, weight_kg: float) -> pd.DataFrame:
    """One product by its route and dose."""
    row = {"product": "P", "route": route, "volume_ml": volume_ml, "weight_kg": weight_kg}
    return pd.DataFrame([row])


def tried(*rows: tuple[int, float, float]) -> pd.DataFrame:
    """Dilutions with recovery and acidity."""
    return pd.DataFrame(rows, columns=["dilution", "recovery_percent", "ph"])


@pytest.mark.parametrize(
    ("route", "volume", "weight", "limit", "mvd"),
    [("vein", 7, 70, 50, 10000), ("vein", 100, 60, 3, 600), ("spinal canal", 10, 70, 1.4, 280)],
)
def test_the_limit_follows_from_dose_and_route(
    route: str, volume: float, weight: float, limit: float, mvd: float
) -> None:
    """The worked cases: 50, 3 and 1.4 EU/mL with 0.005 EU/mL as lowest standard."""
    row = endotoxin_limits(product(route, volume, weight), lowest_standard=0.005).iloc[0]

    assert (row["limit_eu_per_ml"], row["mvd"]) == (limit, mvd)


def test_a_route_without_a_threshold_is_refused() -> None:
    """The message names the routes that have one."""
    with pytest.raises(BadInput, match="spinal canal"):
        endotoxin_limits(product("eye", 1, 70), lowest_standard=0.005)


def test_a_step_above_tenfold_is_too_large() -> None:
    """50 + 450 is tenfold and fine; 1 + 999 is not."""
    table = check_standard_dilutions(50, [[50, 450], [1, 999]])

    assert table["too_large"].tolist() == [False, True]
    assert table["eu_per_ml"].tolist() == [5.0, 0.005]


def test_the_routine_dilution_lies_above_the_last_that_interferes() -> None:
    """1:10 inhibits and 1:20 does not, as in the example of the FDA."""
    found = routine_dilution(
        teaching_table("endotoxin_dilutions_tried"), maximum_valid_dilution=100
    )

    assert (found.dilution, found.highest_interfering) == (20, 10)


@pytest.mark.parametrize(("ph", "lowest"), [(5.9, 40), (6.0, 20), (8.0, 20), (8.1, 40)])
def test_a_good_recovery_at_a_wrong_acidity_does_not_count(ph: float, lowest: float) -> None:
    """The bounds 6 and 8 are included."""
    found = routine_dilution(tried((20, 100, ph), (40, 100, 7)), maximum_valid_dilution=100)

    assert found.dilution == lowest


def test_a_product_that_interferes_everywhere_is_refused() -> None:
    """No dilution up to the maximum is free."""
    with pytest.raises(BadInput, match="no tested dilution"):
        routine_dilution(tried((20, 30, 7)), maximum_valid_dilution=100)


def test_a_lost_spike_is_interference_and_not_a_pass() -> None:
    """Both lots read below 0.2 EU/mL; only one gave its spike back."""
    table = endotoxin_results(load_dataset("endotoxin_run"), catalogue().limit(HOUSE), spike=0.5)

    assert table.loc["SKTi004-A-W1", ["reported", "outcome"]].tolist() == [
        "< 0.2 EU/mL", "interference",
    ]  # fmt: skip
    assert table.loc["SKTi001-A-W1", ["reported", "outcome"]].tolist() == ["< 0.2 EU/mL", "pass"]
    assert table.loc["SKTi002-A-W1", "outcome"] == "reject"


def test_exchanged_standards_make_the_whole_run_invalid() -> None:
    """r of the line is 0.898 in size; the polynomial has 1 and says nothing."""
    wells = load_dataset("endotoxin_run_exchanged")
    run = kinetic_run(wells, catalogue().limit(HOUSE), spike=0.5)

    assert not run.valid
    assert {str(one.outcome) for one in run.samples} == {"invalid run"}
    assert curve_fits(wells)["size_of_r"].tolist() == [0.8978, 1.0]


def test_a_limit_in_another_unit_is_refused() -> None:
    """A dose per kilogram is no limit of a sample."""
    with pytest.raises(BadInput, match="Derive one"):
        kinetic_run(
            load_dataset("endotoxin_run"), catalogue().limit("ste-endotoxin-dose"), spike=0.5
        )


def test_end_points_have_a_geometric_mean() -> None:
    """0.125, 0.125, 0.0625, 0.125 give 0.1051, and not 0.1094."""
    ends = gel_end_points(teaching_table("gel_titration"))["end_point"]
    table = gel_sensitivity(list(ends), label=0.125)

    assert table["eu_per_ml"].tolist() == [0.1051, 0.1094]
    assert table.loc["geometric", "confirms"] is True


@pytest.mark.parametrize(("end", "valid"), [(0.25, True), (0.0625, True), (0.5, False)])
def test_half_and_twice_the_label_still_confirm_it(end: float, valid: bool) -> None:
    """Both bounds are included."""
    assert gel_sensitivity([end] * 4, label=0.125).loc["geometric", "confirms"] is valid


def test_a_series_with_a_gap_has_no_end_point() -> None:
    """It is not evaluable, and no number is made up for it."""
    tubes = pd.DataFrame(
        {"replicate": [1, 1, 1], "eu_per_ml": [0.25, 0.125, 0.06], "gel": [True, False, True]}
    )

    assert math.isnan(gel_end_points(tubes)["end_point"].iloc[0])


def test_figures_are_axes() -> None:
    """Limits side by side, and a run with two spiked samples."""
    derived = endotoxin_limits(product("vein", 7, 70), lowest_standard=0.005)
    limits = plot_endotoxin_limits(derived, {"stock": catalogue().limit(HOUSE)}, found_eu_per_ml=2)
    curve = plot_endotoxin_curve(
        load_dataset("endotoxin_run"), "SKTi004-A-W1", "SKTi001-A-W1", spike=0.5
    )

    assert isinstance(limits, Axes)
    assert isinstance(curve, Axes)


def test_a_sample_that_is_not_on_the_plate_is_refused() -> None:
    """A spelling mistake draws no empty figure."""
    with pytest.raises(BadInput, match="no sample"):
        plot_endotoxin_curve(load_dataset("endotoxin_run"), "SKTi1", spike=0.5)
