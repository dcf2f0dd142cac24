"""Passing-Bablok regression."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.quality.passing_bablok import passing_bablok

X = [1.0, 2.1, 2.9, 4.2, 5.0, 6.1, 7.2, 7.8, 9.1, 9.9]
Y = [1.3, 1.9, 3.4, 4.0, 5.6, 5.9, 7.7, 7.9, 9.6, 9.8]


def test_without_negative_slopes_it_is_theil_and_sen() -> None:
    """No shift is needed; SciPy's Theil-Sen takes the same median."""
    fit = stats.theilslopes(Y, X, method="joint")  # type: ignore[call-overload]

    assert passing_bablok(X, Y).value == pytest.approx(fit.slope)
    assert passing_bablok(X, Y).intercept == pytest.approx(fit.intercept)


def test_the_interval_by_its_ranks() -> None:
    """45 slopes, C = 1.96 sqrt(10 x 9 x 25 / 18) = 21.91: the 12th and the 34th slope."""
    slopes = sorted((Y[j] - Y[i]) / (X[j] - X[i]) for i in range(10) for j in range(i + 1, 10))
    found = passing_bablok(X, Y)

    assert sum(slope < -1 for slope in slopes) == 0
    assert (found.interval.low, found.interval.high) == (slopes[11], slopes[33])
    assert found.intercept_interval.low == pytest.approx(
        np.median(np.array(Y) - slopes[33] * np.array(X))
    )


def test_an_outlier_does_not_pull() -> None:
    """y = 2x with one wild value keeps slope 2; least squares does not."""
    x, y = list(range(1, 9)), [2, 4, 6, 8, 10, 12, 14, 60]

    assert passing_bablok(x, y).value == 2
    assert stats.linregress(x, y).slope > 4


def test_steep_negative_slopes_shift_the_median() -> None:
    """Pairs near in x may fall steeply; the shift keeps exchanging x and y consistent."""
    x = [1, 1.1, 2, 3, 4, 4.1, 5, 6, 7, 8]
    y = [1.2, 0.9, 2.1, 2.8, 4.4, 3.9, 5.2, 5.9, 7.3, 7.8]

    assert passing_bablok(x, y).value == pytest.approx(1 / passing_bablok(y, x).value)


def test_ties_are_counted_by_their_kind() -> None:
    """A repeated point gives no slope, the same x an infinite one: by hand, median 1.

    Points (0,0) (0,0) (1,1) (1,2) (2,2) (3,3) (4,4): slope 1 is by far the most frequent.
    """
    found = passing_bablok([0, 0, 1, 1, 2, 3, 4], [0, 0, 1, 2, 2, 3, 4])

    assert found.value == 1
    assert found.intercept == 0


def test_a_bent_relation_fails_the_linearity_test() -> None:
    """A parabola leaves long runs on one side; of 60 straight relations about 5 % fail."""
    rng = np.random.RandomState(2)
    x = np.linspace(1, 10, 40)
    bent = passing_bablok(list(x), list(x**2 / 5 + rng.normal(size=40) * 0.05))
    straight = [
        passing_bablok(*(list(x + rng.normal(size=40) * 0.3) for _ in range(2))).linearity_p
        for _ in range(60)
    ]

    assert bent.linearity_p < 0.001
    assert sum(p < 0.05 for p in straight) <= 7
    assert math.isclose(stats.kstwobign.isf(0.05), 1.36, abs_tol=0.01)


def test_points_on_the_line_say_nothing_against_it() -> None:
    """No residual: the linearity test has nothing to count."""
    found = passing_bablok([1, 2, 3, 4, 5], [2, 4, 6, 8, 10])

    assert (found.value, found.linearity, found.linearity_p) == (2, 0.0, 1.0)


@given(st.floats(min_value=0.2, max_value=5), st.floats(min_value=-10, max_value=10))
@settings(max_examples=30, deadline=None)
def test_the_unit_of_both_methods_does_not_matter(scale: float, shift: float) -> None:
    """Both in another unit: the slope stays, the intercept follows."""
    one = passing_bablok(X, Y)
    other = passing_bablok([scale * v for v in X], [scale * v + shift for v in Y])

    assert other.value == pytest.approx(one.value, rel=1e-9)
    assert other.intercept == pytest.approx(scale * one.intercept + shift, abs=1e-7)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([1, 2, 3, 4], [1, 2, 3, 4], "4 and 4 measurements"),
        ([1, 1, 1, 1, 1], [1, 1, 1, 1, 1], "all points are the same"),
        ([1, 1, 1, 1, 1], [1, 2, 3, 4, 5], "do not rise together"),
        ([1, 2, 3, 4, 5], [9, 7, 4, 2, -1], "do not rise together"),
    ],
)
def test_what_has_no_line_is_refused(x: list[float], y: list[float], message: str) -> None:
    """Too few, one point, one level, falling."""
    with pytest.raises(BadInput, match=message):
        passing_bablok(x, y)
