"""From tubes, plates and papers of natural killer cells to the results that two lessons show."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest
from matplotlib.axes import Axes

from stemcell_kit.catalogue import catalogue
from stemcell_kit.datasets import load_dataset
from stemcell_kit.errors import BadInput
from stemcell_kit.model import Limit
from stemcell_kit.plots.nk_potency import (
    plot_dose_ladder,
    plot_hold_study,
    plot_killing,
    plot_plate_release,
)
from stemcell_kit.plots.nk_purity import (
    plot_cd3_cd56,
    plot_events_for_limit,
    plot_t_cell_doses,
    plot_two_colours,
)
from stemcell_kit.qc.flow.compensation import spillover
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets.nk_lot import (
    nk_bag_endotoxin,
    nk_dose_ladder,
    nk_expansion,
    plan_gaps,
    residual_beads,
)
from stemcell_kit.worksheets.nk_origin import (
    hla_matches,
    karyotype_gaps,
    nk_input,
    rare_cells,
    receipt_gaps,
)
from stemcell_kit.worksheets.nk_potency import (
    cytokine_report,
    degranulation,
    killing_at,
    killing_curve,
    killing_plates,
    killing_readings,
    killing_units,
    relative_killing,
)
from stemcell_kit.worksheets.nk_purity import (
    cd3_cd56_divider,
    measured_matrices,
    nk_composition,
    nk_gate_steps,
    nk_tube,
    spillover_table,
    stored_matrices,
    t_cell_doses,
)


def limit(name: str) -> Limit:
    """A limit as the kit has it."""
    return catalogue().limit(name)


def plate(
    maximum: float = 1100.0,
    spontaneous: float = 100.0,
    lysis: tuple[float, ...] = (0.75, 0.5, 0.25),
    lot: str = "L-1",
) -> pd.DataFrame:
    """One plate without scatter: S 100 and M 1100, so that each point of lysis is 10 units."""
    window = maximum - spontaneous
    wells = [("effector", 4 / 2**n, spontaneous + window * part) for n, part in enumerate(lysis)]
    wells += [("spontaneous", 0.0, spontaneous + step) for step in (-1, 0, 1)]
    wells += [("maximum", 0.0, maximum + step) for step in (-1, 0, 1)]
    table = pd.DataFrame(wells, columns=["role", "ratio", "signal_rfu"])
    return table.assign(lot=lot, plate=f"P-{lot}", targets=10_000)


def counted(*rows: tuple[str, int, int]) -> pd.DataFrame:
    """Samples with positive events and events looked at."""
    return pd.DataFrame(rows, columns=["lot", "positive", "events"])


def parts(t_cells: int, live: int = 10_000) -> pd.DataFrame:
    """The composition of one lot, as far as the dose needs it."""
    row = {"t_cells": t_cells, "live": live, "viability": 80.0, "nk": 90.0}
    row["t"] = 100 * t_cells / live
    return pd.DataFrame([row], index=pd.Index(["L-1"], name="lot"))


def dose(viable_cells: float = 1e9, weight_kg: float = 50.0) -> pd.DataFrame:
    """One dose: a billion viable cells for 50 kg."""
    return pd.DataFrame([{"lot": "L-1", "viable_cells": viable_cells, "weight_kg": weight_kg}])


# --- receipt, feeder cells, origin ----------------------------------------------------------


def test_cells_that_came_in_are_viable_and_natural_killers() -> None:
    """1,000 million, half alive, a tenth NK: 50 million; what was not recorded gives no number."""
    table = pd.DataFrame(
        {
            "lot": ["a", "b"],
            "source": ["blood", ""],
            "tnc_million": [1000.0, 1000.0],
            "nk_percent": [10.0, math.nan],
            "viability_percent": [50.0, 50.0],
            "hours": [4.0, 4.0],
        }
    )

    found = nk_input(table)
    assert found["viable_nk_million"].iloc[0] == 50.0
    assert math.isnan(found["viable_nk_million"].iloc[1])
    assert receipt_gaps(table) == {"a": [], "b": ["source", "nk_percent"]}
    assert list(found["not_recorded"]) == ["", "source, nk_percent"]


@pytest.mark.parametrize(("events", "verdict"), [(2994, "not shown"), (2995, "below the limit")])
def test_none_found_shows_a_tenth_of_a_percent_from_2995_events_on(
    events: int, verdict: str
) -> None:
    """The published rule of three for 0.1 %, one event below and at it."""
    found = rare_cells(counted(("L-1", 0, events)), limit("nk-feeder-residue"))

    assert found.loc["L-1", "verdict"] == verdict
    assert found.loc["L-1", "events_for_none"] == 2995


def test_two_of_sixty_thousand_do_not_show_a_hundredth_of_a_percent() -> None:
    """The published example: the upper bound is 0.0105 %."""
    found = rare_cells(counted(("L-1", 2, 60_000)), limit("nk-residual-psc")).loc["L-1"]

    assert (found["upper"], found["verdict"]) == (0.0105, "not shown")


def test_rare_cells_need_an_upper_limit() -> None:
    """A limit of the other kind is refused by its name."""
    with pytest.raises(BadInput, match="nk-viability"):
        rare_cells(counted(("L-1", 0, 10)), limit("nk-viability"))


def test_hla_is_compared_allele_by_allele_in_any_order() -> None:
    """Turned round is identical; one other allele is not, and the recipient is another person."""
    people = {"donor A": "1/2", "donor B": "3/4", "recipient A": "5/6", "recipient B": "7/8"}
    table = pd.DataFrame(
        [
            {"lot": "same", **people, "product A": "2/1", "product B": "4/3"},
            {"lot": "one off", **people, "product A": "1/2", "product B": "3/9"},
            {"lot": "swapped", **people, "product A": "5/6", "product B": "8/7"},
        ]
    )

    assert hla_matches(table)["is the donor's"].tolist() == [True, False, False]
    assert hla_matches(table)["is the recipient's"].tolist() == [False, False, True]


def test_a_karyotype_of_the_bank_is_not_one_of_the_product() -> None:
    """What was tested comes first, then the string."""
    files = pd.DataFrame(
        {
            "file": ["a", "b", "c"],
            "cells_tested": ["product", "working bank", "product"],
            "karyotype": ["46,XX[20]", "46,XX[20]", "47,XX,+12[3]/46,XX[17]"],
        }
    )

    assert karyotype_gaps(files)["gap"].tolist() == [
        "",
        "made on working bank, not on the product",
        "abnormal: +12",
    ]


# --- compensation and gates -----------------------------------------------------------------


def test_a_matrix_that_was_never_measured_loses_half_of_the_nk_cells() -> None:
    """The worked lots: about 40 % NK by the stored matrix, above 80 % by the single stains."""
    flow = load_dataset("nk_flow")
    by_file = nk_composition(flow, stored_matrices(load_dataset("nk_spillover")))
    by_stains = nk_composition(flow, measured_matrices(flow, percentile=99))

    assert by_file["nk"].max() < 45
    assert by_stains["nk"].min() > 80
    assert by_stains["t"].idxmax() == "NK-2402"


def test_single_stains_give_back_the_spillover_of_the_bank() -> None:
    """A tenth of the CD56 light arrives at CD3, and 14 % of the CD16 light at CD56."""
    flow = load_dataset("nk_flow")
    table = spillover_table(measured_matrices(flow, percentile=99)["NK-2401"])

    assert table.loc["CD56", "CD3"] == pytest.approx(10, abs=0.5)
    assert table.loc["CD16", "CD56"] == pytest.approx(14, abs=0.5)


def test_gate_steps_keep_both_counts() -> None:
    """A percent of the live cells stands only where the gate lies inside them."""
    flow = load_dataset("nk_flow")
    steps = nk_gate_steps(flow, "NK-2402", measured_matrices(flow, percentile=99)["NK-2402"])

    assert math.isnan(steps.loc["singlets", "of live %"])
    assert steps.loc["live", "of live %"] == 100
    shares = 100 * steps["events"] / steps.loc["live", "events"]
    assert steps.loc["NK-cells", "of live %"] == pytest.approx(shares["NK-cells"], abs=0.005)


def test_a_tube_carries_its_matrix_as_a_file_does() -> None:
    """Channels only, and the matrix where a reader of FCS files puts it."""
    flow = load_dataset("nk_flow")
    matrix = measured_matrices(flow, percentile=99)["NK-2401"]
    tube = nk_tube(flow, "NK-2401", matrix)

    assert list(tube.columns[:3]) == ["FSC-A", "FSC-H", "SSC-A"]
    assert tube.attrs["spillover"]["detectors"] == list(matrix.detectors)
    assert "spillover" not in nk_tube(flow, "NK-2401").attrs


def test_a_lot_without_matrix_is_refused() -> None:
    """The message says how to get one."""
    flow = load_dataset("nk_flow")
    with pytest.raises(BadInput, match="single stains"):
        nk_composition(flow, {"other": spillover([[1.0]], ["CD3"])})


def test_the_divider_is_that_of_the_gates() -> None:
    """Half of an arcsinh scale of 4.5 decades: 262,144 over 10 to the 2.25."""
    assert cd3_cd56_divider() == pytest.approx(262_144 / 10**2.25, rel=1e-3)


# --- the dose of T cells --------------------------------------------------------------------


@pytest.mark.parametrize(("t_cells", "below"), [(99, True), (100, False), (101, False)])
def test_a_dose_of_t_cells_must_lie_below_its_limit(t_cells: int, below: bool) -> None:
    """1 % of a billion viable cells for 50 kg is just 200,000 per kg, and that is not below."""
    found = t_cell_doses(parts(t_cells), dose(), limit("nk-tcell-dose")).loc["L-1"]

    assert found["t_per_kg"] == t_cells * 2000
    assert found["below_limit"] == below


def test_the_largest_dose_that_stays_below_is_told() -> None:
    """At 2 % T cells half of the billion would reach the limit."""
    found = t_cell_doses(parts(200), dose(), limit("nk-tcell-dose")).loc["L-1"]

    assert (found["viable_million"], found["most_million"]) == (1000.0, 500.0)


def test_a_dose_needs_a_limit_that_it_can_lie_below() -> None:
    """A profile that turns the limit round is told so."""
    turned = replace(limit("nk-tcell-dose"), below=None, above=1.0)
    with pytest.raises(BadInput, match="nk-tcell-dose"):
        t_cell_doses(parts(1), dose(), turned)


# --- killing --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spontaneous", "verdict"),
    [(249.0, "valid"), (250.0, "doubtful"), (299.0, "doubtful"), (300.0, "invalid")],
)
def test_spontaneous_release_warns_and_then_stops(spontaneous: float, verdict: str) -> None:
    """From 25 % of maximum a plate is doubtful, from 30 % invalid."""
    wells = plate(maximum=1000.0, spontaneous=spontaneous)

    assert killing_plates(wells, limit("nk-spontaneous-release")).loc["L-1", "verdict"] == verdict


def test_a_plate_is_judged_by_two_numbers() -> None:
    """A limit without its second number is refused."""
    with pytest.raises(BadInput, match="two numbers"):
        killing_plates(plate(), replace(limit("nk-spontaneous-release"), grey=None))


def test_lysis_takes_off_what_the_targets_release_alone() -> None:
    """600 of 100 to 1,100 is half, and the curve runs from the highest ratio down."""
    assert killing_at(plate(), "L-1", 2.0).value == pytest.approx(50)
    assert killing_curve(plate())["lysis"].tolist() == [75.0, 50.0, 25.0]


def test_a_ratio_that_was_not_tested_is_refused() -> None:
    """The message names those that were."""
    with pytest.raises(BadInput, match=r"4\.0, 2\.0, 1\.0"):
        killing_at(plate(), "L-1", 20.0)


def test_lytic_units_of_a_straight_logit_line() -> None:
    """Half lysis at 2:1 takes 20,000 effectors a well: 500 units in 10 million."""
    found = killing_units(plate(), at_percent=50).loc["L-1"]

    assert (found["ratio_at"], found["units"]) == (2.0, 500)
    assert found["rises"]


def test_a_curve_that_never_reaches_the_percentage_has_no_units() -> None:
    """Not estimable is a result with a reason, not a zero."""
    found = killing_units(plate(), at_percent=80).loc["L-1"]

    assert pd.isna(found["units"])
    assert found["note"] == "the highest lysis is 75 %"


def test_readings_name_percentage_and_method() -> None:
    """Both methods meet where a point lies on the percentage."""
    found = killing_readings(plate(), [50], ["logit", "interpolation"])

    assert found.loc["L-1"].to_dict() == {"LU50 logit": 500, "LU50 interpolation": 500}


def test_lots_are_compared_only_where_a_number_exists() -> None:
    """In the worked plates no lot is a plain dilution of NK-2401."""
    found = relative_killing(load_dataset("nk_killing"), "NK-2401", alpha=0.05)

    assert found.loc["NK-2402", "says"] == "not parallel: no single number"
    assert found.loc["NK-2403", "says"] == "no complete curve: no number"
    assert found["times"].isna().all()


def test_parallel_lots_get_their_ratio() -> None:
    """With no level of p that is too small, NK-2402 is told to be the stronger one."""
    wells = load_dataset("nk_killing")
    two = wells[wells["lot"].isin(["NK-2401", "NK-2402"])]
    found = relative_killing(two, "NK-2401", alpha=1e-9).loc["NK-2402"]

    assert found["says"] == "parallel"
    assert found["low"] < found["times"] < found["high"]


def test_a_background_that_was_not_measured_is_not_zero() -> None:
    """40 less 10 is 30 %; without the control tube the net value is empty."""
    counts = pd.DataFrame(
        {
            "lot": ["a", "b"],
            "with_k562": [40, 40],
            "events": [100, 100],
            "alone": [10.0, math.nan],
            "events_alone": [100.0, math.nan],
        }
    )

    assert degranulation(counts).loc["a", "net"] == 30.0
    assert math.isnan(degranulation(counts).loc["b", "net"])


def test_a_cytokine_below_the_lowest_standard_is_reported_as_below() -> None:
    """At the lowest standard it is a number, just below it a bound in the same unit."""
    reading = {"lot": "a", "cytokine": "c", "volume_ml": 1.0, "viable_cells": 5e5}
    table = pd.DataFrame(
        [{**reading, "pg_per_ml": x, "lowest_standard": 10.0} for x in (10.0, 9.9)]
    )

    assert cytokine_report(table)["reported"].tolist() == [
        "20 pg per 1e6 cells",
        "<20 pg per 1e6 cells",
    ]


# --- the lot on its way out -----------------------------------------------------------------


def test_fold_counts_viable_cells_on_both_days() -> None:
    """100 million half alive become 800 all alive: 16-fold, 4 doublings, 8-fold if mixed."""
    log = pd.DataFrame(
        [["a", 100.0, 50.0, 800.0, 100.0]],
        columns=["lot", "start_million", "start_viability", "end_million", "end_viability"],
    )

    assert nk_expansion(log).loc["a"].tolist() == [16.0, 4.0, 8.0]


def test_a_bag_holds_fewer_killers_than_nucleated_cells() -> None:
    """800 million viable at 80 % are 1,000 in all and 720 viable NK cells at 90 %."""
    found = nk_dose_ladder(parts(100), dose(8e8)).loc["L-1"]

    assert (found["nucleated"], found["viable_nk"], found["viable_t"]) == (1000.0, 720.0, 8.0)
    assert found["percent_of_label"] == 72.0


def test_endotoxin_depends_on_volume_and_weight() -> None:
    """The published sum: 5 EU/kg for 70 kg and 100 mL leave 3.5 EU/mL."""
    bags = pd.DataFrame(
        [["a", 4.2, 100.0, 70.0]], columns=["lot", "eu_per_ml", "volume_ml", "weight_kg"]
    )
    found = nk_bag_endotoxin(bags, limit("com-endotoxin-dose")).loc["a"]

    assert (found["eu_per_kg"], found["limit_eu_per_ml"]) == (6.0, 3.5)
    with pytest.raises(BadInput, match="upper bound"):
        nk_bag_endotoxin(bags, limit("nk-viability"))


def test_beads_are_told_in_the_unit_of_the_comparator() -> None:
    """45 in a million are 135 in three million."""
    assert residual_beads(45, 1e6).value == 135
    with pytest.raises(BadInput, match="cells_counted"):
        residual_beads(45, 0)


def test_a_plan_tells_what_is_not_assigned() -> None:
    """An item with both cells filled is left out."""
    rows = [["a", "type", ""], ["b", "", ""], ["c", "release", "every lot"]]
    plan = pd.DataFrame(rows, columns=["item", "list", "frequency"])

    assert plan_gaps(plan) == {"a": "frequency", "b": "list and frequency"}


# --- the tables and the figures -------------------------------------------------------------


def test_every_practice_file_has_the_status_that_its_columns_show() -> None:
    """The exercise can be solved from what is handed out."""
    files = teaching_table("nk_virus_files")
    results = files[["HIV", "HBV", "HCV", "CMV"]]
    undecided = (results == "positive").any(axis=1) & ~files["note"].str.startswith("decision")
    is_open = (results == "not tested").any(axis=1) | undecided

    assert (files["status"] == "open").tolist() == is_open.tolist()


def test_every_figure_of_purity_is_drawn() -> None:
    """One panel for each matrix, one for a tube without, and named axes."""
    flow = load_dataset("nk_flow")
    matrices = measured_matrices(flow, percentile=99)
    composition = nk_composition(flow, matrices)
    matrix = matrices["NK-2401"]
    t_limit, rare = limit("nk-tcell-dose"), limit("nk-feeder-residue")

    assert len(plot_cd3_cd56(flow, "NK-2401", {"one": matrix, "two": matrix})) == 2
    assert len(plot_two_colours(nk_tube(flow, "NK-2401"), "CD3", "CD56", divider=1500)) == 1
    doses = t_cell_doses(composition, load_dataset("nk_doses"), t_limit)
    assert isinstance(plot_t_cell_doses(doses, t_limit), Axes)
    feeders = rare_cells(teaching_table("nk_feeder_counts"), rare)
    assert isinstance(plot_events_for_limit(feeders, rare), Axes)
    assert isinstance(plot_dose_ladder(nk_dose_ladder(composition, load_dataset("nk_doses"))), Axes)


def test_a_channel_that_is_not_in_the_tube_is_refused() -> None:
    """The message lists the channels there are, since each laboratory names its own."""
    tube = pd.DataFrame({"BV421-A": [1.0], "PE-A": [1.0]})
    with pytest.raises(BadInput, match="BV421-A, PE-A"):
        plot_two_colours(tube, "CD3", "PE-A", divider=1500)


def test_every_figure_of_potency_is_drawn() -> None:
    """Curves, plates and a hold study return their axes."""
    wells, release = load_dataset("nk_killing"), limit("nk-spontaneous-release")
    hold = teaching_table("nk_hold")

    assert isinstance(plot_killing(wells, ["NK-2401"], limit("nk-lysis-et20")), Axes)
    assert isinstance(plot_plate_release(killing_plates(wells, release), release), Axes)
    assert isinstance(
        plot_hold_study(hold, limit("nk-viability-fresh"), limit("nk-lysis-et20")), Axes
    )
