"""Counting a hierarchy of gates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.flow.gate_percent import EmptyGate, OverlappingGates
from stemcell_kit.qc.flow.gate_tree import count_gates


def gate(name: str, channel: str, low: float, high: float, parent: str = "") -> dict[str, Any]:
    """A range on one channel."""
    limits = {"channel": channel, "low": low, "high": high}
    return {"id": name, "kind": "rectangle", "parent": parent, "dimensions": [limits]}


EVENTS = {"x": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], "y": [1, 1, 1, 1, 1, 5, 5, 5, 5, 5]}
TREE = [
    gate("cells", "x", 2, 11),
    gate("live", "y", 0, 2, "cells"),
    gate("low", "x", 0, 4, "live"),
    gate("high", "x", 3, 11, "live"),
    gate("none", "x", 100, 200, "live"),
    gate("in none", "x", 0, 200, "none"),
]


def test_percent_of_parent_of_an_ancestor_and_of_total_differ() -> None:
    """2 of 4 live are low, 2 of 9 cells, 2 of 10 events: always both counts."""
    counts = count_gates(EVENTS, TREE)

    percents = [counts.percent("low", of=of) for of in ("parent", "cells", "total")]
    assert [(one.count, one.of_count, one.of) for one in percents] == [
        (2, 4, "live"),
        (2, 9, "cells"),
        (2, 10, "total"),
    ]
    assert counts.above("low") == ("live", "cells", "total")
    assert counts.percent("cells").of == "total"


def test_a_percentage_of_a_gate_beside_is_refused() -> None:
    """Only what lies above holds all the events."""
    counts = count_gates(EVENTS, TREE)
    with pytest.raises(BadInput, match="'high' is not above 'low'; expected one of live"):
        counts.percent("low", of="high")
    with pytest.raises(BadInput, match="no gate 'NK'"):
        counts.percent("NK")


def test_an_empty_gate_has_no_percentages_below_it() -> None:
    """0 of 4 is 0 %, 0 of 0 is nothing."""
    counts = count_gates(EVENTS, TREE)
    assert counts.percent("none").value == 0
    with pytest.raises(EmptyGate, match="none holds no event"):
        counts.percent("in none")
    shown = counts.table().set_index("gate")["percent_of_parent"]
    assert shown["none"] == 0
    assert np.isnan(shown["in none"])


def test_gates_that_overlap_are_found_by_their_events() -> None:
    """low and high share the event at 3; low and none share nothing."""
    counts = count_gates(EVENTS, TREE)
    assert counts.exclusive(["low", "none"], of="live") == 50
    with pytest.raises(OverlappingGates, match="1 events are in more than one of low, high"):
        counts.exclusive(["low", "high"], of="live")


def test_boolean_gates_join_and_turn_over() -> None:
    """and, or, not, and one operand taken as complement."""
    joined = [
        {"id": name, "kind": "boolean", "operator": operator, "operands": operands}
        for name, operator, operands in (
            ("both", "and", [["low", False], ["high", False]]),
            ("either", "or", [["low", False], ["high", False]]),
            ("rest", "not", [["cells", False]]),
            ("only low", "and", [["low", False], ["high", True]]),
        )
    ]
    counts = count_gates(EVENTS, [*joined, *TREE]).counts
    assert [counts[one["id"]] for one in joined] == [1, 4, 1, 1]


def test_compensation_is_applied_where_the_gate_asks_for_it() -> None:
    """Without a matrix the values stay as they are, and a note says so."""
    events = {"A": [1000.0], "B": [100.0]}
    raw = gate("raw", "B", 50, 1e6)
    asked = {**gate("asked", "B", 50, 1e6)}
    asked["dimensions"] = [{**asked["dimensions"][0], "compensation": "FCS"}]
    matrix = {"detectors": ["A", "B"], "rows": [[1, 0.1], [0, 1]]}

    with_matrix = count_gates(events, [raw, asked], spillover=matrix)
    without = count_gates(events, [raw, asked])
    assert (with_matrix.counts["raw"], with_matrix.counts["asked"]) == (1, 0)
    assert with_matrix.notes == ()
    assert without.counts["asked"] == 1
    assert "no matrix was given" in without.notes[0]


def test_a_matrix_of_the_gating_file_gives_dyes() -> None:
    """The gate names the dye; only then is there such a channel."""
    data = {
        "gates": [
            {
                "id": "PE",
                "kind": "rectangle",
                "dimensions": [{"channel": "PE", "low": 50, "compensation": "M"}],
            }
        ],
        "matrices": {
            "M": {"detectors": ["A", "B"], "dyes": ["FITC", "PE"], "rows": [[1, 0.1], [0, 1]]}
        },
    }
    assert count_gates({"A": [1000.0, 0], "B": [100.0, 60]}, data).counts["PE"] == 1


def test_a_channel_of_another_panel_is_named() -> None:
    """The message says what there is."""
    with pytest.raises(BadInput, match="asks for the channel 'z'; found x, y"):
        count_gates(EVENTS, [gate("G", "z", 0, 1)])


def test_an_event_that_is_no_number_is_refused() -> None:
    """It would be outside every gate in silence."""
    with pytest.raises(BadInput, match="channel 'x' holds events that are no numbers"):
        count_gates({"x": [1.0, float("nan")]}, [gate("G", "x", 0, 1)])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-100, 100), min_size=1, max_size=60), st.floats(-99, 99))
def test_a_divider_splits_every_population_without_loss(values: list[float], at: float) -> None:
    """Below and above together hold each event once."""
    quadrant = {
        "id": "Q",
        "kind": "quadrant",
        "dimensions": [{"channel": "x", "dividers": [at]}],
        "quadrants": {"below": [at - 1], "above": [at + 1]},
    }
    counts = count_gates(pd.DataFrame({"x": values}), [quadrant])

    assert counts.exclusive(["below", "above"], of="total") == 100
    assert counts.counts["above"] == sum(value >= at for value in values)
