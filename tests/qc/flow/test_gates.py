"""Gates, and the points on their edges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.path import Path as Outline

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.flow import gate_shapes
from stemcell_kit.qc.flow.gates import from_data, inside

TWO = [{"channel": "x"}, {"channel": "y"}]


def box(name: str, **more: Any) -> dict[str, Any]:
    """A gate on x from 0 to 10."""
    return {
        "id": name,
        "kind": "rectangle",
        "dimensions": [{"channel": "x", "low": 0, "high": 10}],
        **more,
    }


def test_ranges_that_meet_share_no_event_and_lose_none() -> None:
    """An event on the border is in the upper one: below, at, above."""
    values = np.array([9.999, 10.0, 10.001])
    below, above = gate_shapes.within(values, 0, 10), gate_shapes.within(values, 10, 20)

    assert below.tolist() == [True, False, False]
    assert above.tolist() == [False, True, True]


def test_an_open_side_holds_everything_there() -> None:
    """Without a limit even infinity's neighbours are inside."""
    points = [[-1e300, 5.0], [1e300, 5.0], [0.0, 4.9]]
    assert gate_shapes.in_rectangle(points, [-np.inf, 5], [np.inf, np.inf]).tolist() == [
        True,
        True,
        False,
    ]


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000))
def test_a_polygon_holds_what_a_second_program_says(seed: int) -> None:
    """Random triangles and random points, against matplotlib's own test (edges left aside)."""
    rng = np.random.RandomState(seed)
    corners, points = rng.uniform(0, 100, (3, 2)), rng.uniform(0, 100, (200, 2))
    other = Outline(corners).contains_points(points)

    assert (gate_shapes.in_polygon(points, corners.tolist()) == other).all()


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000))
def test_the_edge_of_a_polygon_belongs_to_it(seed: int) -> None:
    """Corners and the middles of all edges are inside, however the polygon is turned."""
    corners = np.random.RandomState(seed).randint(-50, 50, (3, 2)).astype(float)
    if abs(np.linalg.det(np.column_stack([corners[1] - corners[0], corners[2] - corners[0]]))) < 1:
        return
    middles = (corners + np.roll(corners, -1, axis=0)) / 2

    assert gate_shapes.in_polygon(np.vstack([corners, middles]), corners.tolist()).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_an_ellipse_holds_the_share_of_a_normal_population(seed: int) -> None:
    """Within distance square 2 ln 20 lie 95 % of a two-dimensional normal population."""
    rng = np.random.RandomState(seed)
    covariance = [[4.0, 1.5], [1.5, 1.0]]
    points = rng.multivariate_normal([5, 5], covariance, 4000)
    share = gate_shapes.in_ellipse(points, [5, 5], covariance, 2 * np.log(20)).mean()

    assert share == pytest.approx(0.95, abs=0.02)


def test_several_dividers_make_more_than_four_regions() -> None:
    """Two dividers on x: below, between, above; a value at a divider lies above it."""
    gate = {
        "id": "Q",
        "kind": "quadrant",
        "dimensions": [
            {"channel": "x", "dividers": [20, 10]},
            {"channel": "y", "dividers": [5]},
        ],
        "quadrants": {"low": [0, 9], "middle": [15, 9], "high": [25, 9]},
    }
    found = inside([[9.9, 5], [10, 5], [19.9, 5], [20, 5], [20, 4.9]], gate)

    assert found["low"] == [True, False, False, False, False]
    assert found["middle"] == [False, True, True, False, False]
    assert found["high"] == [False, False, False, True, False]


def test_a_gate_drawn_on_a_scale_is_placed_on_it() -> None:
    """On a log scale of 4 decades to 10 000 the place 0.5 is the value 100."""
    data = {
        "gates": [box("G", dimensions=[{"channel": "x", "low": 0.5, "scale": "log4"}])],
        "scales": {"log4": {"kind": "log", "t": 10_000, "m": 4}},
    }
    gate = from_data(data).gates["G"]
    scale = gate.dimensions[0].scale

    assert scale is not None
    values = scale.apply(np.array([-5.0, 99.0, 100.0001, 10_000.0]))
    assert gate.inside([values]).tolist() == [False, False, True, True]


def test_corners_kept_as_values_are_joined_on_the_scale() -> None:
    """Between 10 and 1000 the middle of the edge is 100, not 505."""
    scales = {"log": {"kind": "log", "t": 10_000, "m": 4}}
    gate = {
        "id": "P",
        "kind": "polygon",
        "coordinates": "data",
        "dimensions": [{"channel": "x", "scale": "log"}, {"channel": "y"}],
        "vertices": [[10, 0], [1000, 2], [10, 2]],
    }
    made = from_data({"gates": [gate], "scales": scales}).gates["P"]
    x = made.dimensions[0].scale.apply(np.array([90.0, 110.0]))  # type: ignore[union-attr]

    assert made.inside([x, np.array([1.0, 1.0])]).tolist() == [True, False]


def test_outside_turns_a_shape_over() -> None:
    """What is in the box is out, and the other way round."""
    gate = from_data([box("G", outside=True)]).gates["G"]
    assert gate.inside([np.array([-1.0, 0.0, 10.0])]).tolist() == [True, False, True]


def test_gates_are_ordered_parents_first() -> None:
    """A child may come before its parent in the file."""
    gates = [box("child", parent="mother"), box("mother")]
    assert list(from_data(gates).gates) == ["mother", "child"]


@pytest.mark.parametrize(
    ("gates", "reason"),
    [
        ([box("A"), box("A")], "'A' is there twice"),
        ([box("A", parent="B")], "'A' refers to 'B', which is no gate"),
        ([box("A", parent="B"), box("B", parent="A")], "in a circle: A -> B -> A"),
        ([box("A", kind="lasso")], "of kind 'lasso'"),
        ([box("A", dimensions=[])], "lacks its dimensions"),
        ([box("A", kind="polygon")], "lacks vertices"),
        ([{"id": "A"}], "lacks kind"),
        ([box("A", dimensions=[{"low": 5}])], "lacks channel of a dimension"),
        ([box("A", kind="quadrant", quadrants={})], "lacks dividers of a dimension"),
        ([box("A", dimensions=[{"channel": "x", "low": 5, "high": 5}])], "low below high"),
        ([box("A", dimensions=[{"channel": "x", "scale": "none"}])], "scale 'none' is not defined"),
        ([box("A", dimensions=[{"channel": "x", "compensation": "M"}])], "matrix 'M'"),
        (
            [{"id": "A", "kind": "polygon", "dimensions": TWO, "vertices": [[0, 0], [1, 1]]}],
            "at least 3",
        ),
        (
            [
                {
                    "id": "A",
                    "kind": "polygon",
                    "dimensions": TWO,
                    "vertices": [[0, 0], [1, 1], [2, 2]],
                }
            ],
            "on one line",
        ),
        (
            [
                {
                    "id": "A",
                    "kind": "ellipse",
                    "dimensions": TWO,
                    "mean": [0, 0],
                    "covariance": [[1, 1], [1, 1]],
                    "distance_square": 1,
                }
            ],
            "no width",
        ),
        (
            [
                {
                    "id": "A",
                    "kind": "ellipse",
                    "dimensions": TWO,
                    "mean": [0, 0],
                    "covariance": [[1, 0.5], [0, 1]],
                    "distance_square": 1,
                }
            ],
            "symmetric",
        ),
        (
            [
                {
                    "id": "Q",
                    "kind": "quadrant",
                    "dimensions": [{"channel": "x", "dividers": [10]}],
                    "quadrants": {"a": [11], "b": [12]},
                }
            ],
            "same region",
        ),
        (
            [
                box("A"),
                {"id": "N", "kind": "boolean", "operator": "and", "operands": [["A", False]]},
            ],
            "at least two gates",
        ),
        (
            [
                box("A"),
                {"id": "N", "kind": "boolean", "operator": "xor", "operands": [["A", False]]},
            ],
            "'xor' of 1",
        ),
    ],
)
def test_gates_that_cannot_be_are_refused(gates: list[dict[str, Any]], reason: str) -> None:
    """Before the first event is counted."""
    with pytest.raises(BadInput, match=reason):
        from_data(gates)


def test_a_point_that_is_no_number_is_refused() -> None:
    """NaN is in no gate and out of none."""
    with pytest.raises(BadInput, match="no numbers"):
        gate_shapes.in_rectangle([[np.nan]], [0], [1])
    with pytest.raises(BadInput, match="2 columns"):
        gate_shapes.in_polygon([[1.0]], [[0, 0], [1, 0], [0, 1]])
    with pytest.raises(BadInput, match="do not rise"):
        gate_shapes.quadrant_of([[1.0]], [[5, 5]])
