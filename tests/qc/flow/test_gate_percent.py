"""Percent of a gate."""

from __future__ import annotations

import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.flow.compensation import spillover
from stemcell_kit.qc.flow.gate_percent import (
    EmptyGate,
    OverlappingGates,
    exclusive_percent,
    gate_percent,
)
from stemcell_kit.qc.flow.gate_tree import count_gates
from stemcell_kit.qc.flow.rare_events import rare_events
from stemcell_kit.qc.flow.scales import scale

RANGE = {"id": "G", "kind": "rectangle", "dimensions": [{"channel": "x", "high": 2.0}]}


def test_a_percentage_keeps_both_counts() -> None:
    """Value, unit and n are there as well."""
    found = gate_percent(78_223, 87_400, gate="NK", of="live")
    assert (found.count, found.of_count, found.n, found.unit) == (78_223, 87_400, 87_400, "%")
    assert found.value == pytest.approx(89.5)


def test_all_and_none_are_percentages() -> None:
    """0 % and 100 %, with an interval that says how sure."""
    assert gate_percent(0, 50).value == 0
    assert gate_percent(50, 50).value == 100
    assert gate_percent(0, 50).interval.high > 5


def test_a_percentage_of_nothing_is_refused() -> None:
    """No event below the line."""
    with pytest.raises(EmptyGate, match="live holds no event"):
        gate_percent(0, 0, of="live")


def test_more_than_all_is_refused() -> None:
    """A gate cannot hold more than the one around it."""
    with pytest.raises(BadInput, match="11 events in NK of 10 in live"):
        gate_percent(11, 10, gate="NK", of="live")


@pytest.mark.parametrize(("second", "percent"), [(39, 99.0), (40, 100.0)])
def test_exclusive_gates_may_fill_everything(second: int, percent: float) -> None:
    """99 and 100 % are possible."""
    assert exclusive_percent({"NK": 60, "T": second}, 100) == percent


def test_exclusive_gates_above_100_percent_are_refused() -> None:
    """101 % is not."""
    with pytest.raises(OverlappingGates, match="hold 101 events of 100, 101 %"):
        exclusive_percent({"NK": 60, "T": 41}, 100)


def test_results_show_themselves_in_words() -> None:
    """A notebook prints them line by line, the matrix and the counts too."""
    shown = [
        gate_percent(895, 1000, gate="NK", of="live"),
        spillover([[1, 0.1], [0.02, 1]], ["A", "B"]),
        scale("log", t=1000, m=4),
        rare_events(0, 1000, at_most_ppm=100),
        count_gates({"x": [1.0, 2.0]}, [{**RANGE}]),
    ]
    words = [one.shown() for one in shown]

    assert words[0]["value"] == "89.5"
    assert words[1]["rows"] == "1, 0.1, 0.02, 1"
    assert words[3]["verdict"] == "not shown"
    assert "'G': 1" in words[4]["counts"]
