"""Midbrain lots: HPLC, release, firing and rotation, from table to result."""

from __future__ import annotations

import pandas as pd
import pytest

from stemcell_kit.catalogue import catalogue
from stemcell_kit.datasets import load_dataset
from stemcell_kit.errors import BadInput
from stemcell_kit.plots.midbrain import (
    plot_calcium_baselines,
    plot_dopamine_lots,
    plot_markers_together,
    plot_residual_transcripts,
)
from stemcell_kit.qc.potency.reporting import AboveTopStandard
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets.midbrain import (
    DOPAMINE_G_PER_MOL,
    dopamine_lots,
    firing_by_neuron,
    hplc_line,
    hplc_read_back,
    hplc_reading,
    rotation_by_animal,
)
from stemcell_kit.worksheets.residual_cells import residual_transcripts


def run(
    *, basal: float = 1.0, potassium: float = 4.0, free: float = 1.0, spike: float = 8.0
) -> pd.DataFrame:
    """A run whose area is ten times the concentration; a spike of 10 ng/mL, a million cells."""
    areas = [("standard", one, 10 * one) for one in (1.0, 2.0, 5.0, 10.0)]
    areas += [("blank", float("nan"), 0.0), ("spike", 10.0, 10 * spike)]
    samples = {"basal": basal, "potassium": potassium, "calcium-free": free}
    areas += [(role, float("nan"), 10 * read) for role, read in samples.items()]
    table = pd.DataFrame(areas, columns=["role", "nominal_ng_per_ml", "area"])
    return table.assign(lot="L-1", dilution=2.0, volume_ml=0.5, cells=1_000_000)


def animal(before: int, after: int) -> pd.DataFrame:
    """One animal with so many net turns in ten minutes, before and after."""
    row = {"animal": "R-1", "graft": "lot", "weeks": 18, "minutes": 10, "contra_before": 0}
    row |= {"contra_after": 0, "ipsi_before": before, "ipsi_after": after}
    return pd.DataFrame([row])


def test_a_straight_run_gives_its_slope_and_reads_its_standards_back() -> None:
    """Area is ten times the concentration, so every standard reads back 100 %."""
    assert hplc_line(run()).slope == pytest.approx(10)
    assert (hplc_read_back(run()) == 100).all().all()


def test_a_reading_is_taken_from_the_line_of_its_own_run() -> None:
    """The spike of 10 ng/mL is found as 8; the blank reads 0 and is not taken off."""
    assert hplc_reading(run(), "spike") == pytest.approx(8)
    assert hplc_reading(run(), "blank") == 0


def test_a_reading_beyond_the_top_standard_is_refused() -> None:
    """The top standard is 10 ng/mL: 12 must be diluted, not extrapolated."""
    with pytest.raises(AboveTopStandard, match="Dilute"):
        hplc_reading(run(potassium=12), "potassium")


def test_two_runs_are_not_read_from_one_line() -> None:
    """A table of several lots is refused, and the message shows how to choose one."""
    with pytest.raises(BadInput, match="MDA-2401"):
        hplc_line(pd.concat([run(), run().assign(lot="L-2")]))


def test_amount_fold_and_calcium_part_are_those_of_pencil_and_paper() -> None:
    """4 ng/mL, diluted twice, in 0.5 mL of a million cells: 4 ng, 26.1 pmol per million."""
    lot = dopamine_lots(run()).loc["L-1"]

    assert lot["potassium"] == pytest.approx(4000 / DOPAMINE_G_PER_MOL, abs=0.05)
    assert (lot["recovery"], lot["fold"], lot["calcium_part"]) == (80, 4, 0.75)
    assert lot["potassium_corrected"] == pytest.approx(5000 / DOPAMINE_G_PER_MOL, abs=0.05)


def test_lost_dopamine_leaves_the_fold_and_changes_the_recovery() -> None:
    """Half of everything is lost: the amounts halve, the fold stays."""
    whole, half = (
        dopamine_lots(run(basal=2 * s, potassium=8 * s, free=2 * s, spike=8 * s)).loc["L-1"]
        for s in (1.0, 0.5)
    )

    assert half["fold"] == whole["fold"]
    assert half["recovery"] == whole["recovery"] / 2
    assert half["potassium"] == pytest.approx(whole["potassium"] / 2, abs=0.1)


@pytest.mark.parametrize(
    ("gap", "said"), [(1.1, "no"), (1.0, "yes"), (0.5, "yes"), (0.2, "yes"), (0.19, "no")]
)
def test_the_range_of_firing_includes_its_ends(gap: float, said: str) -> None:
    """1 to 5 Hz: intervals of 1 s and 0.2 s are inside."""
    neuron = pd.DataFrame([{"cell": "N", "i1": gap, "i2": gap, "i3": gap}])

    assert firing_by_neuron(neuron).loc["N", "in_range"] == said


def test_a_silent_neuron_stays_in_the_table() -> None:
    """Fewer than three intervals make no rate; the neuron is counted all the same."""
    neuron = pd.DataFrame([{"cell": "N", "i1": 0.4, "i2": 0.4, "i3": 0.0}])

    assert firing_by_neuron(neuron).loc["N", "in_range"] == "silent"


@pytest.mark.parametrize(
    ("turns", "said"), [(49, "no"), (50, "grey zone"), (60, "grey zone"), (61, "yes")]
)
def test_entry_is_above_six_turns_with_a_grey_zone_from_five(turns: int, said: str) -> None:
    """Net turns in ten minutes: 6 per minute itself does not enter yet."""
    assert rotation_by_animal(animal(turns, 0)).loc["R-1", "enters"] == said


def test_recovery_may_be_above_a_hundred() -> None:
    """From 6.0 to -0.6 turns per minute is 110 %."""
    table = animal(60, 0).assign(contra_after=6)

    assert rotation_by_animal(table).loc["R-1", "recovery"] == 110


def test_the_worked_lots_say_what_the_lesson_says() -> None:
    """The numbers that the text quotes: one lot lost its dopamine, the fold does not show it."""
    lots = dopamine_lots(load_dataset("midbrain_dopamine"))

    assert lots["recovery"].round().tolist() == [89, 90, 39, 88]
    assert lots["fold"].tolist() == [4.81, 4.47, 4.69, 5.17]
    assert lots["potassium"].round().tolist() == [327, 294, 152, 383]


def test_the_figures_are_axes_with_the_lots_named() -> None:
    """Every figure of the lesson draws, and says which lot is which."""
    catalogue_limit = catalogue().limit
    fields = teaching_table("midbrain_fields")
    markers = plot_markers_together(fields, ["FOXA2"], catalogue_limit("mda-foxa2-tuj1-percent"))
    transcripts = plot_residual_transcripts(
        residual_transcripts(load_dataset("midbrain_residual")),
        catalogue_limit("mda-pou5f1-lin28-percent"),
    )
    dopamine = plot_dopamine_lots(load_dataset("midbrain_dopamine"))
    calcium = plot_calcium_baselines(teaching_table("midbrain_calcium"), [40, 240], percentile=20)

    assert markers.get_xticklabels()[0].get_text() == "MDA-2401"
    assert transcripts.get_yticklabels()[-1].get_text() == "MDA-2404"
    assert len(dopamine) == 2
    assert len(calcium.get_lines()) == 3
