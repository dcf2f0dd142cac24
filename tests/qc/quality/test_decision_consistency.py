"""Consistency of pass and fail, and equivalence of means."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.weightstats import ttost_ind

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.quality.decision_consistency import decision_consistency, pass_mark_shift
from stemcell_kit.qc.quality.equivalence import Group, equivalence


def test_a_mark_at_the_mean_has_a_closed_form() -> None:
    """Both on the same side of the mean: 1/2 + arcsin(r) / pi."""
    for r in (0.0, 0.3, 0.8):
        found = decision_consistency(standardised_mark=0, reliability=r)
        assert found.value == pytest.approx(0.5 + math.asin(r) / math.pi)


@pytest.mark.parametrize("r", [0.2, 0.7, 0.95])
@pytest.mark.parametrize("z", [-1.5, 0.4, 2])
def test_the_agreement_is_that_of_a_bivariate_normal(z: float, r: float) -> None:
    """scipy's distribution gives the same."""
    both = stats.multivariate_normal([0, 0], [[1, r], [r, 1]]).cdf([z, z])
    found = decision_consistency(standardised_mark=z, reliability=r)

    assert found.value == pytest.approx(1 - 2 * stats.norm.cdf(z) + 2 * both, abs=1e-6)


def test_no_reliability_agrees_by_chance_and_full_reliability_always() -> None:
    """Kappa is 0 and 1."""
    assert decision_consistency(standardised_mark=0.5, reliability=0).kappa == pytest.approx(0)
    assert decision_consistency(standardised_mark=0.5, reliability=1).value == pytest.approx(1)


@pytest.mark.parametrize(("z", "r"), [(0, 1.1), (9, 0.5), (0, -0.1)])
def test_what_cannot_be_consistent_is_refused(z: float, r: float) -> None:
    """A reliability out of its range, a mark that nobody reaches."""
    with pytest.raises(BadInput):
        decision_consistency(standardised_mark=z, reliability=r)


@pytest.mark.parametrize(("by", "changed"), [(-2, 2), (-1, 1), (0, 0), (0.5, 1), (1, 2), (2, 3)])
def test_who_changes_when_the_mark_moves(by: float, changed: int) -> None:
    """At the mark passes, a float's last digit below it too."""
    assert pass_mark_shift([-1.5, -1, -1e-12, 0.5, 1, 5], by=by) == changed


def test_the_tests_are_those_of_statsmodels() -> None:
    """p is the larger of the two one-sided ones."""
    rng = np.random.RandomState(1)
    first, second = rng.normal(60, 10, 50), rng.normal(61, 14, 70)
    p, *_ = ttost_ind(first, second, -5, 5, usevar="unequal")
    found = equivalence(group(first), group(second), tolerance=5)

    assert found.p == pytest.approx(p)
    assert found.equivalent == (p < 0.05)


@pytest.mark.parametrize(("tolerance", "equivalent"), [(2.6, False), (2.7, True)])
def test_equivalent_means_that_the_interval_lies_within_the_tolerance(
    tolerance: float, equivalent: bool
) -> None:
    """The two ways of saying it agree, on both sides of the edge of the interval at 2.66."""
    found = equivalence(Group(100, 50, 8), Group(100, 49.2, 7.9), tolerance=tolerance)
    widest = max(abs(found.interval.low), abs(found.interval.high))

    assert widest == pytest.approx(2.658, abs=0.001)
    assert found.equivalent is equivalent is (widest < tolerance)


def test_a_large_difference_is_not_equivalent() -> None:
    """p is near 1, not near 0."""
    assert equivalence(Group(90, 70, 5), Group(90, 50, 5), tolerance=5).p > 0.99


@pytest.mark.parametrize(
    ("first", "tolerance"), [(Group(1, 5, 0), 1), (Group(9, 5, 0), 1), (Group(9, 5, 1), 0)]
)
def test_groups_without_spread_are_refused(first: Group, tolerance: float) -> None:
    """One candidate, all alike, or no tolerance."""
    with pytest.raises(BadInput):
        equivalence(first, Group(9, 5, 0), tolerance=tolerance)


def group(values: np.ndarray) -> Group:
    """A group of values."""
    return Group(len(values), float(values.mean()), float(values.std(ddof=1)))
