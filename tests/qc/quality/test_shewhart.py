"""Shewhart charts."""

from __future__ import annotations

from statistics import fmean, stdev

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.quality.shewhart import c4, d2, d3, individuals_chart, mean_chart

GROUPS = [[10.0, 12.0], [11.0, 11.5], [9.0, 10.0], [12.0, 10.0]]


def test_the_constants_of_two_have_closed_forms() -> None:
    """The range of two values is half-normal: 2/sqrt(pi), and c4(2) is sqrt(2/pi)."""
    assert d2(2) == pytest.approx(2 / np.sqrt(np.pi), abs=1e-5)
    assert d3(2) == pytest.approx(np.sqrt(2 - 4 / np.pi), abs=1e-5)
    assert c4(2) == pytest.approx(np.sqrt(2 / np.pi), abs=1e-12)


def test_the_constants_agree_with_a_simulation() -> None:
    """200 000 groups of five normal values."""
    drawn = np.random.RandomState(3).normal(size=(200_000, 5))
    ranges, sds = np.ptp(drawn, axis=1), drawn.std(axis=1, ddof=1)

    assert d2(5) == pytest.approx(ranges.mean(), abs=0.01)
    assert d3(5) == pytest.approx(ranges.std(), abs=0.01)
    assert c4(5) == pytest.approx(sds.mean(), abs=0.005)


def test_single_values_take_sigma_from_their_neighbours() -> None:
    """10, 12, 11, 13: ranges 2, 1, 2; sigma is 5/3 over 1.1284."""
    found = individuals_chart([10, 12, 11, 13], sigmas=3)

    assert found.value == pytest.approx(5 / 3 / 1.128379, rel=1e-5)
    assert found.centre == 11.5
    assert found.high == pytest.approx(11.5 + 3 * found.value)
    assert found.spread_high == pytest.approx(3.267 * 5 / 3, rel=1e-3)
    assert found.estimate == "mean moving range / d2"


def test_a_drift_inflates_the_overall_sd_and_not_the_moving_range() -> None:
    """A steady climb: the neighbours differ little, the overall SD is large."""
    drifting = [0.1 * (-1) ** i + 0.2 * i for i in range(20)]
    found = individuals_chart(drifting, sigmas=3)

    assert found.overall_sd > 4 * found.value
    assert len(found.beyond) > 10


def test_range_and_sd_of_subgroups_are_named_and_differ() -> None:
    """Ranges 2, .5, 1, 2; the two estimates of pairs agree, of larger groups not."""
    by_range, by_sd = (mean_chart(GROUPS, estimate=one, sigmas=3) for one in ("range", "sd"))

    assert by_range.value == pytest.approx(1.375 / 1.128379, rel=1e-5)
    assert by_sd.value == pytest.approx(fmean(map(stdev, GROUPS)) / c4(2))
    assert by_range.value == pytest.approx(by_sd.value, rel=1e-5)
    assert by_range.high - by_range.centre == pytest.approx(1.880 * 1.375, rel=1e-3)
    assert (by_range.estimate, by_sd.estimate) == ("mean range / d2", "mean SD / c4")
    wider = [[1.0, 2.0, 5.0], [2.0, 3.0, 3.5]]
    assert mean_chart(wider, estimate="sd", sigmas=3).value != pytest.approx(
        mean_chart(wider, estimate="range", sigmas=3).value, rel=1e-3
    )


def test_points_beyond_are_named_by_place() -> None:
    """The last of eleven values jumps; its range belongs to it."""
    found = individuals_chart([10.0, 10.1, 9.9, 10.0, 10.1, 9.9, 10.0, 10.1, 9.9, 10.0, 13.0],
                              sigmas=3)  # fmt: skip

    assert found.beyond == (10,)
    assert found.spread_beyond == (10,)


@given(st.floats(min_value=0.1, max_value=100), st.floats(min_value=-50, max_value=50))
@settings(max_examples=30, deadline=None)
def test_the_chart_follows_the_unit(scale: float, shift: float) -> None:
    """Another unit scales sigma and moves the limits alike."""
    values = [10.0, 12.0, 11.0, 13.5, 12.2]
    one = individuals_chart(values, sigmas=3)
    other = individuals_chart([scale * v + shift for v in values], sigmas=3)

    assert other.value == pytest.approx(scale * one.value, rel=1e-6)
    assert other.low == pytest.approx(scale * one.low + shift, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ([[1.0, 2.0], [1.0]], "sizes"),
        ([[1.0], [2.0]], "individuals_chart"),
        ([[1.0, 1.0], [2.0, 2.0]], "no subgroup has any spread"),
    ],
)
def test_subgroups_that_give_no_limits_are_refused(groups: list[list[float]], message: str) -> None:
    """Unequal, single or flat subgroups."""
    with pytest.raises(BadInput, match=message):
        mean_chart(groups, estimate="range", sigmas=3)


def test_flat_single_values_and_unknown_estimates_are_refused() -> None:
    """The message says how many values differ, or which estimates exist."""
    with pytest.raises(BadInput, match="3 values, 1 of them different"):
        individuals_chart([5.0, 5.0, 5.0], sigmas=3)
    with pytest.raises(BadInput, match="expected one of range, sd"):
        mean_chart(GROUPS, estimate="mean", sigmas=3)
    with pytest.raises(BadInput, match="needs at least 2"):
        d2(1)
