"""Deming regression."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.quality.deming import deming

X = [1.0, 2.1, 2.9, 4.2, 5.0, 6.1, 7.2, 7.8]
Y = [1.3, 1.9, 3.4, 4.0, 5.6, 5.9, 7.7, 7.9]


@pytest.mark.parametrize("ratio", [0.25, 1.0, 4.0])
def test_the_line_has_the_least_weighted_distance(ratio: float) -> None:
    """An independent minimiser of the squared distances in units of the errors finds it too."""
    x, y = np.array(X), np.array(Y)

    def distance(line: np.ndarray) -> float:
        slope, intercept = line
        return float(np.sum((y - intercept - slope * x) ** 2) / (ratio + slope**2))

    best = optimize.minimize(distance, [1.0, 0.0], method="Nelder-Mead",
                             options={"xatol": 1e-10, "fatol": 1e-14, "maxiter": 5000}).x  # fmt: skip
    found = deming(X, Y, error_ratio=ratio)
    assert (found.value, found.intercept) == pytest.approx(tuple(best), abs=1e-5)


def test_exchanging_the_methods_inverts_the_slope() -> None:
    """With the error ratio inverted as well, it is the same line; ordinary regression is not."""
    one, other = deming(X, Y, error_ratio=2), deming(Y, X, error_ratio=0.5)

    assert one.value == pytest.approx(1 / other.value)
    ordinary = stats.linregress(X, Y).slope * stats.linregress(Y, X).slope
    assert ordinary < 0.999


def test_a_huge_ratio_is_ordinary_regression() -> None:
    """If only y errs, x is exact."""
    found = deming(X, Y, error_ratio=1e9)
    fit = stats.linregress(X, Y)

    assert found.value == pytest.approx(fit.slope, rel=1e-6)
    assert found.intercept == pytest.approx(fit.intercept, rel=1e-4)


def test_the_jackknife_by_its_definition() -> None:
    """Pseudo-values n b - (n-1) b(i): their mean and SE give the interval."""
    n, whole = len(X), deming(X, Y, error_ratio=1)
    left = [deming(X[:i] + X[i + 1 :], Y[:i] + Y[i + 1 :], error_ratio=1).value for i in range(n)]
    pseudo = [n * whole.value - (n - 1) * one for one in left]
    half = stats.t.ppf(0.975, n - 2) * np.std(pseudo, ddof=1) / math.sqrt(n)

    assert whole.interval.low == pytest.approx(np.mean(pseudo) - half)
    assert whole.interval.high == pytest.approx(np.mean(pseudo) + half)
    assert whole.error_ratio == 1


def test_ordinary_regression_flattens_and_deming_does_not() -> None:
    """Two methods that err alike over a narrow range: slope 1 is recovered on average."""
    rng = np.random.RandomState(4)
    slopes, flat = [], []
    for _ in range(60):
        true = rng.uniform(0, 4, size=40)
        x, y = (list(true + rng.normal(size=40) * 0.6) for _ in range(2))
        slopes.append(deming(x, y, error_ratio=1).value)
        flat.append(stats.linregress(x, y).slope)

    assert np.mean(slopes) == pytest.approx(1, abs=0.04)
    assert np.mean(flat) < 0.87


@given(st.floats(min_value=0.1, max_value=10), st.floats(min_value=-20, max_value=20))
@settings(max_examples=30, deadline=None)
def test_points_on_a_line_give_the_line(slope: float, intercept: float) -> None:
    """Whatever the error ratio is."""
    y = [intercept + slope * one for one in X]
    found = deming(X, y, error_ratio=3)

    assert found.value == pytest.approx(slope, rel=1e-6)
    assert found.intercept == pytest.approx(intercept, abs=1e-5)


@pytest.mark.parametrize(
    ("x", "y", "ratio", "message"),
    [
        ([1, 2, 3], [1, 2, 3], 1, "3 and 3 measurements"),
        ([1, 2, 3, 4], [1, 2, 3], 1, "4 and 3 measurements"),
        ([2, 2, 2, 2], [1, 2, 3, 4], 1, "do not vary together"),
        ([1, 2, 3, 4], [1, 2, 3, 4], 0, "error ratio is 0"),
    ],
)
def test_what_has_no_line_is_refused(
    x: list[float], y: list[float], ratio: float, message: str
) -> None:
    """Too few, unpaired, one level, no error ratio."""
    with pytest.raises(BadInput, match=message):
        deming(x, y, error_ratio=ratio)
