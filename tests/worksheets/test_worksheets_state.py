"""Worksheets of the undifferentiated state: gates, panels, germ layers, readings."""

from __future__ import annotations

import pandas as pd
import pytest

from stemcell_kit import teaching_tables
from stemcell_kit.catalogue import catalogue
from stemcell_kit.errors import BadInput
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets import state


def tube(name: str, values: list[float], lot: str = "LOT-1") -> pd.DataFrame:
    """Whole live single cells of one tube with these OCT4 values."""
    table = pd.DataFrame({"lot": lot, "tube": name, "OCT4": values})
    return table.assign(**{"FSC-A": 9e4, "FSC-H": 9e4, "Viability": 100.0})


def small_file(lot: str = "LOT-1") -> pd.DataFrame:
    """Unstained 1-100, isotype 51-150, stained half at 120 and half at 1000."""
    return pd.concat([
        tube("unstained", [float(n) for n in range(1, 101)], lot),
        tube("isotype", [float(n) for n in range(51, 151)], lot),
        tube("stained", [120.0] * 50 + [1000.0] * 50, lot),
    ])  # fmt: skip


def test_each_gate_takes_out_its_kind() -> None:
    """Debris is small, a doublet has more area than height, a dead cell is bright."""
    cell = tube("stained", [1.0] * 4)
    cell["FSC-A"] = [90_000.0, 20_000.0, 170_000.0, 90_000.0]
    cell["FSC-H"] = [90_000.0, 20_000.0, 90_000.0, 90_000.0]
    cell["Viability"] = [100.0, 100.0, 100.0, 9000.0]

    assert len(state.live_singlets(cell)) == 1


def test_percent_positive_is_counted_above_the_isotype_gate() -> None:
    """99th percentile of 51-150: half of the stained events and 1 % of the control lie above."""
    found = state.marker_positive(small_file(), "OCT4", percentile=99)

    assert (found.percent, found.background) == (50.0, 1.0)


def test_a_gate_on_the_unstained_tube_lets_everything_in() -> None:
    """The lower gate turns 50 % into 100 %, and the background gives it away."""
    table = state.gate_by_control(small_file(), "OCT4", percentile=99)

    assert table.loc["gate on unstained", ["percent", "background"]].tolist() == [100.0, 51.0]
    assert table.loc["gate on isotype", "percent"] == 50.0


def test_each_lot_is_read_on_its_own_tubes() -> None:
    """With two lots in the table the lot has to be named."""
    events = pd.concat([small_file("LOT-1"), small_file("LOT-2")])

    assert state.marker_positive(events, "OCT4", percentile=99, lot="LOT-2").total == 100
    with pytest.raises(BadInput, match="2 lots"):
        state.marker_positive(events, "OCT4", percentile=99)


@pytest.mark.parametrize("wrong", [{}, {"percentile": 99, "gate": 5.0}])
def test_a_gate_comes_from_one_place(wrong: dict[str, float]) -> None:
    """A percentile or a channel value, not both and not none."""
    with pytest.raises(BadInput, match="either"):
        state.marker_positive(small_file(), "OCT4", **wrong)


@pytest.mark.parametrize(("marker", "lot"), [("NANOG", None), ("OCT4", "LOT-9")])
def test_an_unknown_channel_or_lot_is_named(marker: str, lot: str | None) -> None:
    """A misspelt name must not give an empty result."""
    with pytest.raises(BadInput, match=lot or marker):
        state.marker_gate(small_file(), marker, percentile=99, lot=lot)


@pytest.mark.parametrize(
    ("gene", "layer", "control", "shows"),
    [
        ("PAX6", "ectoderm", "-", 1),
        ("PAX6", "ectoderm", "+", 0),
        ("PAX6", "ectoderm", "not run", 0),
        ("SOX2", "ectoderm", "-", 0),
        ("PAX6", "mesoderm", "-", 0),
    ],
)
def test_a_gene_counts_against_its_control(gene: str, layer: str, control: str, shows: int) -> None:
    """Informative, under its own layer, and off in the undifferentiated control."""
    report = pd.DataFrame([["R", gene, layer, control, "+"]], columns=[
        "report", "gene", "layer", "undifferentiated", "differentiated"
    ])  # fmt: skip

    assert state.germ_layer_counts(report)["shows"].sum() == shows


def test_readings_make_a_square_table() -> None:
    """A category that one reader never used still has its row and column."""
    readings = pd.DataFrame({"reader_1": ["a", "a"], "reader_2": ["a", "b"]})

    assert state.reading_counts(readings).to_numpy().tolist() == [[1, 1], [0, 0]]


def test_every_small_table_says_what_it_rests_on() -> None:
    """Cited tables name sources of the catalogue; constructed ones name none."""
    for name in teaching_tables._tables():
        attrs = teaching_table(name).attrs
        assert bool(attrs["sources"]) == (attrs["nature"] == "cited")
        assert set(attrs["sources"]) <= set(catalogue().sources)


def test_an_unknown_table_is_refused_with_the_names() -> None:
    """The message lists what there is."""
    with pytest.raises(BadInput, match="marker_panels"):
        teaching_table("panels")
