"""Limits of agreement."""

from __future__ import annotations

import math
from statistics import stdev

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.quality.bland_altman import (
    bland_altman,
    bland_altman_replicates,
    repeatability,
)

X = [10.0, 20.0, 30.0, 40.0, 50.0]
Y = [9.0, 18.0, 31.0, 38.0, 49.0]


def test_bias_and_limits_by_hand() -> None:
    """Differences 1, 2, -1, 2, 1: mean 1, SD sqrt(1.5)."""
    found = bland_altman(X, Y, multiplier=2)

    assert found.value == 1.0
    assert found.low == pytest.approx(1 - 2 * math.sqrt(1.5))
    assert found.high == pytest.approx(1 + 2 * math.sqrt(1.5))
    assert found.interval.high == pytest.approx(1 + stats.t.ppf(0.975, 4) * math.sqrt(1.5 / 5))


def test_two_and_one_point_96_are_not_the_same_limits() -> None:
    """The multiplier is stated in the notes."""
    two, other = (bland_altman(X, Y, multiplier=one) for one in (2, 1.96))

    assert two.high > other.high
    assert "1.96 SD" in other.notes[0]


def test_exact_intervals_are_longer_outside_than_inside() -> None:
    """With few pairs the limit may lie much further out than it may lie in."""
    found = bland_altman(X, Y, multiplier=1.96)

    outer = found.high_interval.high - found.high
    assert outer > 1.5 * (found.high - found.high_interval.low)
    assert found.low - found.low_interval.low == pytest.approx(outer)


def test_exact_intervals_hold_the_true_limit_as_often_as_they_say() -> None:
    """Of 200 normal samples of 12 pairs about 95 % hold it; the approximate ones hold fewer."""
    rng = np.random.RandomState(11)
    base = np.arange(12.0)
    held = {"exact": 0, "approximate": 0}
    for _ in range(200):
        d = rng.normal(size=12)
        for how in held:
            room = bland_altman(
                list(base + d), list(base), multiplier=1.96, intervals=how
            ).high_interval
            held[how] += room.low <= 1.96 <= room.high

    assert 180 <= held["exact"] <= 198
    assert held["approximate"] < held["exact"] + 4


def test_proportional_bias_shows_as_a_slope() -> None:
    """The second method reads 20 % low: the differences rise by 0.2 / 0.9 per unit of the mean."""
    found = bland_altman(X, [0.8 * v + e for v, e in zip(X, (0.1, -0.1, 0, 0.1, -0.1), strict=True)],
                         multiplier=1.96)  # fmt: skip

    assert found.slope == pytest.approx(0.2 / 0.9, abs=0.01)
    assert found.slope_p < 1e-4


def test_relative_differences_are_in_percent() -> None:
    """10 against 9 is 10.53 % of 9.5."""
    found = bland_altman([10.0, 20.0, 30.0], [9.0, 18.0, 28.0], multiplier=2, relative=True)

    assert found.unit == "%"
    assert found.value == pytest.approx((100 / 9.5 + 200 / 19 + 200 / 29) / 3)


def test_repeatability_by_hand() -> None:
    """Pairs that differ by 2 and by 4: variances 2 and 8, SD within sqrt(5)."""
    found = repeatability([[1, 3], [5, 9]], multiplier=1.96)

    assert found.value == pytest.approx(math.sqrt(5))
    assert found.coefficient == pytest.approx(1.96 * math.sqrt(10))


def test_means_of_replicates_hide_scatter_that_the_limits_add_back() -> None:
    """Var(difference of means) + half of each variance within."""
    x = [[10.0, 12.0], [20.0, 19.0], [31.0, 30.0]]
    y = [[11.0, 10.0], [18.0, 21.0], [29.0, 30.0]]
    found = bland_altman_replicates(x, y, multiplier=2)

    means = stdev([11 - 10.5, 19.5 - 19.5, 30.5 - 29.5])
    within = (2 + 0.5 + 0.5) / 3, (0.5 + 4.5 + 0.5) / 3
    assert found.sd == pytest.approx(math.sqrt(means**2 + sum(within) / 2))
    assert found.sd > means


@given(st.lists(st.integers(min_value=-50, max_value=50), min_size=4, max_size=20, unique=True))
@settings(max_examples=50, deadline=None)
def test_exchanging_the_methods_mirrors_the_result(differences: list[int]) -> None:
    """Bias and limits change sign and place."""
    y = [float(10 * i) for i in range(len(differences))]
    x = [a + d for a, d in zip(y, differences, strict=True)]
    one, other = bland_altman(x, y, multiplier=2), bland_altman(y, x, multiplier=2)

    assert one.value == pytest.approx(-other.value, abs=1e-9)
    assert one.low == pytest.approx(-other.high, abs=1e-9)
    assert one.high_interval.high == pytest.approx(-other.low_interval.low, abs=1e-9)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([1.0, 2.0], [1.0, 2.5], "2 and 2 measurements"),
        ([1.0, 2.0, 3.0], [1.0, 2.0], "Leave a sample out of both"),
        ([1.0, 2.0, 3.0], [2.0, 3.0, 4.0], "all 3 differences are -1"),
        ([1.0, 2.0, 3.0], [3.0, 2.0, 1.0], "have the mean 2"),
        ([1.0, float("nan"), 3.0], [1.0, 2.0, 4.0], "first value of pair 2"),
    ],
)
def test_pairs_that_cannot_be_compared_are_refused(
    x: list[float], y: list[float], message: str
) -> None:
    """Too few, unequal, copied, one level, or missing."""
    with pytest.raises(BadInput, match=message):
        bland_altman(x, y, multiplier=2)


def test_ragged_replicates_and_unknown_intervals_are_refused() -> None:
    """The message says what to use instead."""
    with pytest.raises(BadInput, match="Without replicates use bland_altman"):
        repeatability([[1.0], [2.0]], multiplier=2)
    with pytest.raises(BadInput, match="expected one of approximate, exact"):
        bland_altman(X, Y, multiplier=2, intervals="wide")
    with pytest.raises(BadInput, match="mean of a pair"):
        bland_altman([-1.0, 2.0, 3.0], [1.0, 2.0, 4.0], multiplier=2, relative=True)
