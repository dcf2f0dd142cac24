"""Swelling above baseline, and resistance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.organoids.swelling import swelling_area, swelling_response, teer

TIMES = [0, 30, 60]
GIVEN = {"B1": [100, 142, 168], "B2": [200, 260, 310], "B3": [50, 68, 85]}
VEHICLE = {"C1": [100, 101, 103], "C2": [300, 303, 306], "C3": [80, 81, 81]}


@given(st.lists(st.floats(1, 1e3), min_size=3, max_size=3), st.floats(0.01, 100))
@settings(max_examples=50, deadline=None)
def test_the_unit_of_area_does_not_matter(areas: list[float], factor: float) -> None:
    """Pixels or square micrometres; and numpy's trapezoid gives the same."""
    found = swelling_area(TIMES, areas)

    assert found == pytest.approx(swelling_area(TIMES, [factor * one for one in areas]), abs=1e-6)
    above = 100 * np.array(areas) / areas[0] - 100
    assert found == pytest.approx(float((np.diff(TIMES) * (above[1:] + above[:-1]) / 2).sum()))


def test_shrinking_is_below_zero() -> None:
    """Half the area after an hour: minus 1500 %.min."""
    assert swelling_area([0, 60], [100, 50]) == -1500


def test_the_response_agrees_with_welch() -> None:
    """Interval of scipy's t test with unequal variances."""
    found = swelling_response(TIMES, stimulated=GIVEN, vehicle=VEHICLE)
    a, b = ([swelling_area(TIMES, w) for w in wells.values()] for wells in (GIVEN, VEHICLE))
    interval = stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.95)

    assert (found.interval.low, found.interval.high) == pytest.approx(tuple(interval))
    assert found.responds
    assert found.n == 6


def test_vehicle_against_vehicle_is_no_response() -> None:
    """The difference is exactly zero, and zero is not above zero."""
    assert not swelling_response(TIMES, stimulated=VEHICLE, vehicle=VEHICLE).responds
    same = {"a": [100, 110, 120], "b": [100, 110, 120]}
    assert not swelling_response(TIMES, stimulated=same, vehicle=same).responds


@pytest.mark.parametrize(
    ("times", "areas", "reason"),
    [
        ([5, 30], [100, 120], "start at 5 min"),
        ([0, 30, 30], [100, 120, 120], "then rising"),
        ([0], [100], "two or more pairs"),
        ([0, 30], [100], "two or more pairs"),
        ([0, 30], [0, 100], "area at the start"),
        ([0, 30], [100, float("nan")], "expected a number"),
    ],
)
def test_a_curve_without_its_baseline_is_refused(
    times: list[float], areas: list[float], reason: str
) -> None:
    """Each with its reason."""
    with pytest.raises(BadInput, match=reason):
        swelling_area(times, areas)


def test_the_message_names_the_well() -> None:
    """And one well shows no spread."""
    with pytest.raises(BadInput, match=r"stimulated well B9: .*area at the start"):
        swelling_response(TIMES, stimulated=GIVEN | {"B9": [0, 1, 1]}, vehicle=VEHICLE)
    with pytest.raises(BadInput, match="found 1 vehicle wells"):
        swelling_response(TIMES, stimulated=GIVEN, vehicle={"C1": [1, 1, 1]})


@pytest.mark.parametrize(("sample", "refused"), [(109, True), (110, False), (310, False)])
def test_a_layer_cannot_resist_less_than_nothing(sample: float, refused: bool) -> None:
    """Below, at and above the empty insert."""
    if refused:
        with pytest.raises(BadInput, match="swapped wells"):
            teer(sample, 110, area_cm2=0.33)
    else:
        assert teer(sample, 110, area_cm2=0.33) == pytest.approx(0.33 * (sample - 110))
