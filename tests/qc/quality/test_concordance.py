"""Lin's concordance against its own definition and an independent standard error."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.quality.concordance import lin_concordance

X = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
Y = [1.5, 1.8, 3.9, 4.4, 4.6, 7.1, 7.4, 9.2]


def test_it_is_one_minus_the_squared_distance_from_the_line_of_identity() -> None:
    """1 - E(x-y)^2 over what it would be without correlation."""
    x, y = np.array(X), np.array(Y)
    independent = x.var() + y.var() + (x.mean() - y.mean()) ** 2

    assert lin_concordance(X, Y).value == pytest.approx(1 - ((x - y) ** 2).mean() / independent)


def test_it_is_precision_times_accuracy() -> None:
    """Pearson's r times the bias factor."""
    found = lin_concordance(X, Y)

    assert found.precision == pytest.approx(stats.pearsonr(X, Y).statistic)
    assert found.value == pytest.approx(found.precision * found.accuracy)


def test_the_interval_agrees_with_the_delta_method_on_the_moments() -> None:
    """The standard error of atanh from the covariance of bivariate normal moments."""
    x, y = np.array(X), np.array(Y)
    n = len(x)
    cov = np.cov(x, y, bias=True)
    point = np.array([x.mean(), y.mean(), cov[0, 0], cov[1, 1], cov[0, 1]])

    def z(m: np.ndarray) -> float:
        return math.atanh(2 * m[4] / (m[2] + m[3] + (m[0] - m[1]) ** 2))

    step = 1e-6
    slope = np.array([(z(point + d) - z(point - d)) / (2 * step) for d in step * np.eye(5)])
    a, b, c = cov[0, 0], cov[1, 1], cov[0, 1]
    moments = np.zeros((5, 5))
    moments[:2, :2] = cov
    moments[2:, 2:] = [
        [2 * a * a, 2 * c * c, 2 * a * c],
        [2 * c * c, 2 * b * b, 2 * b * c],
        [2 * a * c, 2 * b * c, a * b + c * c],
    ]
    error = math.sqrt(slope @ moments @ slope / (n - 2))
    interval = lin_concordance(X, Y).interval

    assert interval is not None
    half = (math.atanh(interval.high) - math.atanh(interval.low)) / 2
    assert half == pytest.approx(1.959964 * error, rel=1e-4)


def test_equal_series_agree_without_an_interval() -> None:
    """The standard error does not exist at 1."""
    found = lin_concordance(X, X)

    assert found.value == pytest.approx(1)
    assert found.interval is None


def test_a_constant_shift_lowers_concordance_and_not_correlation() -> None:
    """The mistake of reading r as agreement."""
    found = lin_concordance(X, [one + 5 for one in X])

    assert found.precision == pytest.approx(1)
    assert found.value < 0.5
    assert found.location_shift > 1


@pytest.mark.parametrize(
    ("x", "y", "reason"),
    [
        (X, Y[:-1], "8 values and y 7"),
        ([1, 2], [1, 2], "3 or more"),
        ([1, 1, 1], [1, 2, 3], "same value throughout"),
        ([1, 2, float("nan")], [1, 2, 3], "expected a number"),
    ],
)
def test_what_cannot_be_compared_is_refused(x: list[float], y: list[float], reason: str) -> None:
    """Each with its reason."""
    with pytest.raises(BadInput, match=reason):
        lin_concordance(x, y)


PAIRS = st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=3, max_size=15)


@given(PAIRS.filter(lambda p: len({a for a, _ in p}) > 1 and len({b for _, b in p}) > 1))
@settings(max_examples=50, deadline=None)
def test_it_is_symmetric_and_never_above_correlation(pairs: list[tuple[int, int]]) -> None:
    """Exchanging the methods changes nothing; |concordance| <= |r|; the interval holds it."""
    x, y = zip(*pairs, strict=True)
    found = lin_concordance(x, y)

    assert found.value == pytest.approx(lin_concordance(y, x).value)
    assert abs(found.value) <= abs(found.precision) + 1e-12
    if found.interval is not None:
        assert found.interval.low <= found.value <= found.interval.high
