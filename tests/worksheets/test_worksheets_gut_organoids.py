"""Worksheets of intestinal organoids: papers, growth, markers, counts, swelling, donors."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from matplotlib.axes import Axes

from stemcell_kit.catalogue import catalogue
from stemcell_kit.datasets import load_dataset
from stemcell_kit.errors import BadInput
from stemcell_kit.model import Limit
from stemcell_kit.plots import gut_organoids as plots
from stemcell_kit.qc.molecular.relative_quantity import UndeterminedCq
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets import gut_organoids as gut
from stemcell_kit.worksheets import gut_papers as papers

NAN = float("nan")


def limit(name: str) -> Limit:
    """A limit of the catalogue by its id."""
    return catalogue().limit(name)


def tissue(**changes: object) -> pd.DataFrame:
    """One piece of tissue whose papers are in order, processed after five hours."""
    row = {
        "tissue": "G-1",
        "approved": "2023-11-20",
        "consented": "2024-03-01",
        "consent_for": "research",
        "excised_at": "2024-03-04T09:00+08:00",
        "processed_at": "2024-03-04T14:00+08:00",
        "region": "ileum",
        "viruses_reported": "2024-03-01",
        "tissue_mg": 100,
        "crypts": 400,
        "intact_crypts": 300,
    }
    return pd.DataFrame([{**row, **changes}])


def tissue_open(**changes: object) -> list[str]:
    """What the papers of one piece leave open."""
    return list(papers.tissue_gaps(tissue(**changes), limit("int-cold-ischaemia-h"))["open"])


def line_file(**changes: object) -> pd.DataFrame:
    """The file of one line that leaves nothing open."""
    row = {
        "line": "L-1",
        "stable_passages": 5,
        "bank_passage": 9,
        "karyotype_passage": 9,
        "str_reference": "donor",
        "antibiotics_stopped": "2024-06-03",
        "microbes_sampled": "2024-06-17",
        "regrowth_percent": 70.0,
        "label": "donor, region, passage, medium",
        "instructions": "for research only",
    }
    return pd.DataFrame([{**row, **changes}])


def line_open(**changes: object) -> list[str]:
    """What the file of one line leaves open."""
    stable, regrowth = limit("int-stable-passages"), limit("int-regrowth-percent")
    return list(
        papers.gut_line_gaps(line_file(**changes), stable=stable, regrowth=regrowth)["open"]
    )


def circles(**diameters: list[float]) -> pd.DataFrame:
    """Round outlines of lot L-1, by day (``d1``, ``d7``)."""
    rows = [
        {
            "lot": "L-1",
            "day": int(day[1:]),
            "area_um2": math.pi * d**2 / 4,
            "perimeter_um": math.pi * d,
        }
        for day, sizes in diameters.items()
        for d in sizes
    ]
    return pd.DataFrame(rows)


def wells(**cqs: tuple[float, float]) -> pd.DataFrame:
    """Two wells 0.1 cycles apart for each gene, before and after withdrawal."""
    rows = [
        {"line": "L-1", "state": state, "gene": gene, "cq": mean + half}
        for gene, pair in cqs.items()
        for state, mean in zip(("expansion", "differentiated"), pair, strict=True)
        for half in (-0.05, 0.05)
    ]
    return pd.DataFrame(rows)


def folds(table: pd.DataFrame) -> pd.Series:
    """The fold of the only gene of a table beside the reference."""
    shift = limit("int-reference-shift-cycles")
    return gut.marker_folds(table, reference="ref", shift=shift, cycle_limit=40).iloc[0]


def swelling_wells(forskolin: list[float], vehicle: list[float]) -> pd.DataFrame:
    """Wells of lot L-1 that start at 100 and end at the areas given after 60 minutes."""
    groups = {"forskolin": forskolin, "vehicle": vehicle}
    rows = [
        {"lot": "L-1", "well": f"{name[0]}{n}", "treatment": name, "minutes": m, "area_um2": area}
        for name, ends in groups.items()
        for n, end in enumerate(ends)
        for m, area in ((0.0, 100.0), (60.0, end))
    ]
    return pd.DataFrame(rows)


# --- papers --------------------------------------------------------------------------------


def test_a_piece_with_all_papers_leaves_nothing_open() -> None:
    """Approval, consent, virus results and region are there, in time."""
    assert tissue_open() == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"consented": "2024-03-04"}, "consented 2024-03-04, operation 2024-03-04"),
        ({"approved": ""}, "approved not shown, operation 2024-03-04"),
        ({"consent_for": "diagnosis"}, "form speaks of diagnosis only"),
        ({"viruses_reported": "2024-03-04"}, "virus results 2024-03-04"),
        ({"viruses_reported": ""}, "virus results missing"),
        ({"region": ""}, "gut region missing"),
        ({"excised_at": ""}, "time of excision missing"),
    ],
)
def test_each_open_paper_is_named(changes: dict[str, object], said: str) -> None:
    """A date of the same day proves no order; an empty cell is open."""
    assert tissue_open(**changes) == [said]


@pytest.mark.parametrize(
    ("processed", "said"),
    [
        ("2024-03-05T08:54+08:00", []),
        ("2024-03-05T09:00+08:00", []),
        ("2024-03-05T09:06+08:00", ["24.1 h until processing"]),
    ],
)
def test_a_day_in_the_cold_is_inside(processed: str, said: list[str]) -> None:
    """Below and at 24 hours nothing is said."""
    assert tissue_open(processed_at=processed) == said


def test_crypts_are_counted_per_milligram_and_as_intact_share() -> None:
    """400 crypts of 100 mg, 300 intact: 4 per mg, 75 %."""
    assert papers.crypt_yields(tissue()).loc["G-1"].tolist() == [4.0, 75.0]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, []),
        ({"regrowth_percent": 69.9}, ["69.9 % grow again"]),
        ({"regrowth_percent": NAN}, ["growth after thaw not counted"]),
        ({"stable_passages": 4}, ["4 stable passages"]),
        ({"karyotype_passage": 8}, ["karyotype at passage 8, bank at 9"]),
        ({"str_reference": "itself"}, ["STR against itself"]),
        ({"microbes_sampled": "2024-06-03"}, ["microbes sampled with antibiotics"]),
        ({"antibiotics_stopped": ""}, ["microbes sampled with antibiotics"]),
        ({"label": "donor, passage"}, ["label lacks region, medium"]),
        ({"instructions": "for therapy"}, ["instructions say 'for therapy'"]),
    ],
)
def test_a_line_file_is_read_point_by_point(changes: dict[str, object], said: list[str]) -> None:
    """5 passages and 70 % regrowth are enough; each other change opens one point."""
    assert line_open(**changes) == said


# --- size and number -----------------------------------------------------------------------


def test_twice_the_diameter_is_eight_times_the_volume() -> None:
    """Medians 50 and 100 µm: three doublings."""
    row = gut.size_growth(circles(d1=[40.0, 50.0, 60.0], d7=[90.0, 100.0, 110.0])).loc["L-1"]

    assert row.tolist() == [50.0, 100.0, 2.0, 8.0, 3.0]


def test_growth_needs_two_days() -> None:
    """One day is no curve."""
    with pytest.raises(BadInput, match="one day"):
        gut.size_growth(circles(d1=[50.0, 60.0]))


def test_outlines_without_lots_are_taken_together() -> None:
    """A reader's own table has areas and perimeters only."""
    own = circles(d7=[50.0, 70.0]).drop(columns=["lot", "day"])
    row = gut.outline_summary(own).loc["all outlines"]

    assert row.tolist() == [2, 60.0, 1.0]


def test_an_outline_shorter_than_a_circle_is_refused() -> None:
    """Area in µm² and perimeter in millimetres do not go together."""
    own = circles(d7=[50.0]).assign(perimeter_um=0.157)
    with pytest.raises(BadInput, match="both are in micrometres"):
        gut.outline_summary(own)


def test_wells_of_a_lot_are_pooled() -> None:
    """100 and 42 organoids of 1000 cells each: 142 of 2000 are 7.1 %."""
    table = pd.DataFrame({"lot": "L-1", "seeded_cells": 1000, "organoids": [100, 42]})

    assert gut.forming_table(table).loc["L-1", "percent"] == 7.1


@pytest.mark.parametrize(
    ("new", "change", "within"),
    [
        (79, -21.0, False),
        (80, -20.0, True),
        (81, -19.0, True),
        (120, 20.0, True),
        (121, 21.0, False),
    ],
)
def test_a_fifth_less_is_still_within(new: int, change: float, within: bool) -> None:
    """The limits of the change belong to it."""
    table = pd.DataFrame(
        {
            "material": "matrix",
            "version": ["old", "new"],
            "seeded_cells": 1000,
            "organoids": [100, new],
        }
    )
    row = gut.lot_change(table, limit("int-lot-change-percent")).loc["matrix"]

    assert (row["change_percent"], row["within"]) == (change, within)


# --- cells ---------------------------------------------------------------------------------


def test_a_gene_is_read_against_the_reference() -> None:
    """The gene comes 3 cycles later, the reference 1: a quarter is left."""
    row = folds(wells(ref=(18.0, 19.0), LGR5=(26.0, 29.0)))

    assert row["fold"] == pytest.approx(0.25)
    assert not row["below"]


@pytest.mark.parametrize(("after", "usable"), [(18.9, True), (19.0, True), (19.1, False)])
def test_a_reference_that_moves_spoils_the_run(after: float, usable: bool) -> None:
    """One cycle itself is allowed."""
    assert bool(folds(wells(ref=(18.0, after), LGR5=(26.0, 29.0)))["usable"]) is usable


def test_a_well_without_signal_gives_an_upper_limit() -> None:
    """It counts as the last cycle; a reference gene without signal is refused."""
    table = wells(ref=(18.0, 18.0), LGR5=(28.0, 38.0))
    row = folds(table.assign(cq=table["cq"].where(table["cq"] < 38.02)))

    assert row["below"]
    assert (row["low"], row["fold"] < 2**-10) == (0.0, True)
    lost = table.assign(cq=table["cq"].where(table["gene"] != "ref"))
    with pytest.raises((BadInput, UndeterminedCq)):
        folds(lost)


def test_fields_are_pooled_and_none_seen_gives_a_bound() -> None:
    """None among 300 nuclei leaves up to 1 %."""
    table = pd.DataFrame(
        {"line": "L-1", "marker": ["CHGA", "CHGA", "CDX2"], "nuclei": [100, 200, 100]}
    ).assign(positive=[0, 0, 90])
    found = gut.cell_type_shares(table)

    assert found.loc[("L-1", "CHGA"), ["fields", "nuclei", "low", "high"]].tolist() == [
        2,
        300,
        0,
        1.0,
    ]
    assert found.loc[("L-1", "CDX2"), "percent"] == 90.0


# --- function and donors -------------------------------------------------------------------


def test_swelling_is_forskolin_minus_vehicle() -> None:
    """An even rise to 150 % is 1500 %·min, to 110 % 300: 1200 beyond vehicle."""
    table = swelling_wells([149.0, 150.0, 151.0], [109.0, 110.0, 111.0])
    row = gut.swelling_table(table).loc["L-1"]

    assert (row["forskolin"], row["vehicle"], row["beyond"]) == (1500, 300, 1200)
    # SD of both groups is 30 %·min
    assert (row["responds"], row["z_prime"]) == (True, round(1 - 180 / 1200, 2))


def test_no_swelling_beyond_vehicle_does_not_respond() -> None:
    """The interval includes zero, and the groups overlap."""
    row = gut.swelling_table(swelling_wells([105.0, 110.0, 116.0], [104.0, 109.0, 116.0])).loc[
        "L-1"
    ]

    assert not row["responds"]
    assert row["low"] < 0 < row["high"]
    assert row["z_prime"] < 0


def test_donors_that_differ_more_than_their_wells_have_a_high_share() -> None:
    """Two donors at 5 and 10 %, wells within half a percent."""
    table = pd.DataFrame({"lot": ["A", "A", "B", "B"], "seeded_cells": 1000})
    table["organoids"] = [50, 52, 100, 103]

    assert gut.donor_spread(table).value > 0.99
    with pytest.raises(BadInput):
        gut.donor_spread(table.iloc[:3])


def test_the_worked_line_grows_best_and_does_not_swell() -> None:
    """What the lesson tells of INT-2403."""
    growth = gut.size_growth(load_dataset("gut_outlines"))["volume_fold"]
    swells = gut.swelling_table(load_dataset("gut_swelling"))["responds"]

    assert growth.idxmax() == "INT-2403"
    assert [lot for lot in swells.index if not swells[lot]] == ["INT-2403"]


def test_the_figures_return_axes() -> None:
    """One panel per lot, and one row per line and gene."""
    shift = limit("int-reference-shift-cycles")
    cqs = teaching_table("gut_marker_cqs")
    found = gut.marker_folds(cqs, reference="reference", shift=shift, cycle_limit=40)

    assert isinstance(plots.plot_marker_folds(found, at_least=2), Axes)
    assert len(plots.plot_organoid_growth(load_dataset("gut_outlines"))) == 4
    assert len(plots.plot_swelling(load_dataset("gut_swelling"))) == 4
