"""Environmental counts: intervals, scatter and levels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.discrete.discrete_model import NegativeBinomial as StatsmodelsFit

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.environment.count_limits import count_limits, negative_binomial
from stemcell_kit.qc.environment.environmental_counts import (
    air_concentration,
    dispersion_test,
    poisson_interval,
    settle_plate,
)

COUNTS = [0] * 58 + [1] * 16 + [2] * 9 + [3] * 6 + [4] * 3 + [5] * 2 + [6] * 2 + [8, 9, 12, 17]


@given(st.integers(0, 500), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
@settings(max_examples=50, deadline=None)
def test_the_interval_is_exact(count: int, confidence: float) -> None:
    """At each end the Poisson tail is half of what the confidence leaves."""
    found, tail = poisson_interval(count, confidence=confidence), (1 - confidence) / 2

    assert stats.poisson.cdf(count, found.high) == pytest.approx(tail, rel=1e-6)
    if count:
        assert stats.poisson.sf(count - 1, found.low) == pytest.approx(tail, rel=1e-6)
    else:
        assert found.low == 0


def test_a_count_is_reported_per_cubic_metre() -> None:
    """7 CFU in 500 L are 14 CFU/m3, not 7."""
    found = air_concentration(7, volume_l=500)

    assert (found.value, found.unit, found.n) == (14, "CFU/m3", 7)


@pytest.mark.parametrize("hours", [3.9, 4.0])
def test_a_settle_plate_is_not_scaled_up(hours: float) -> None:
    """A short exposure keeps its count, and says so."""
    found = settle_plate(3, hours=hours, longest_h=4)

    assert found.value == 3
    assert bool(found.notes) is (hours < 4)


def test_a_plate_that_stood_open_too_long_is_refused() -> None:
    """It dried out."""
    with pytest.raises(BadInput, match=r"4\.1 h; expected at most 4 h"):
        settle_plate(3, hours=4.1, longest_h=4)


def test_the_fit_is_that_of_statsmodels() -> None:
    """Mean and size by an independent likelihood."""
    fit = StatsmodelsFit(np.array(COUNTS), np.ones((100, 1))).fit(disp=0, start_params=[0.3, 3])
    found = negative_binomial(COUNTS)

    assert found.mean == pytest.approx(math.exp(fit.params[0]), rel=1e-4)
    assert found.size == pytest.approx(1 / fit.params[1], rel=1e-3)


@given(st.lists(st.integers(0, 30), min_size=3, max_size=40))
@settings(max_examples=50, deadline=None)
def test_the_fit_is_a_maximum_of_the_likelihood(counts: list[int]) -> None:
    """No size a little smaller or larger is more likely; where none exists, it says so."""
    if np.var(counts) <= np.mean(counts):
        with pytest.raises(BadInput, match="Poisson law describes"):
            negative_binomial(counts)
        return
    fit = negative_binomial(counts)

    def likelihood(size: float) -> float:
        return float(stats.nbinom.logpmf(counts, size, size / (size + fit.mean)).sum())

    best = likelihood(fit.size)
    assert best >= likelihood(fit.size * 1.02) - 1e-6
    assert best >= likelihood(fit.size / 1.02) - 1e-6


def test_poisson_counts_pass_the_dispersion_test_and_clustered_ones_do_not() -> None:
    """The constructed plates are far from a Poisson law."""
    rng = np.random.RandomState(1)

    assert dispersion_test(rng.poisson(1.3, 100).tolist()).p > 0.05
    assert dispersion_test(COUNTS).p < 1e-10


def test_a_level_is_never_above_the_regulatory_limit() -> None:
    """12 from the data is held at 10, and the result says so."""
    found = count_limits(COUNTS, rule="inverse cdf", alert=0.95, action=0.99, regulatory=10)

    assert (found.alert, found.action) == (6, 10)
    assert found.notes == ("held at the regulatory limit 10",)
    free = count_limits(COUNTS, rule="inverse cdf", alert=0.95, action=0.99, regulatory=12)
    assert free.notes == ()


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (
            lambda: count_limits(COUNTS, rule="95", alert=0.9, action=0.99),
            "expected one of inverse",
        ),
        (lambda: count_limits(COUNTS, rule="linear", alert=0.99, action=0.95), "exchange the two"),
        (lambda: count_limits(COUNTS, rule="linear", alert=95, action=99), "share"),
        (lambda: count_limits([3], rule="linear", alert=0.9, action=0.99), "at least 2"),
        (lambda: dispersion_test([0, 0, 0]), "recovery rate"),
        (lambda: air_concentration(7, volume_l=0), "more than 0"),
        (lambda: poisson_interval(2.5), "whole number"),
    ],
)
def test_what_cannot_be_computed_is_refused(call, reason: str) -> None:
    """A rule nobody stated, shares as percent, one plate, no growth at all, means for counts."""
    with pytest.raises(BadInput, match=reason):
        call()
