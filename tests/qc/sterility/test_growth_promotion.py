"""Recovery on media, inocula and counts over dilutions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.sterility.growth_promotion import (
    accepted_counts,
    equal_media_fail,
    largest_mean_inoculum,
    over_inoculum,
    recovery_ratio,
    weighted_count,
)

LIMITS = {"at_least": 0.5, "at_most": 2.0}


@pytest.mark.parametrize(
    ("colonies", "accepted"),
    [(30, False), (31, True), (32, True), (123, True), (124, True), (125, False)],
)
def test_the_ratio_includes_its_limits(colonies: int, accepted: bool) -> None:
    """31 and 124 of 62 are exactly one half and two."""
    assert recovery_ratio(colonies, 62, **LIMITS).accepted is accepted
    low, high = accepted_counts(62, **LIMITS)
    assert (low <= colonies <= high) is accepted


def test_a_limit_in_tenths_includes_itself() -> None:
    """3 of 30 is one tenth, although 0.1 times 30 is a little more in binary."""
    assert recovery_ratio(3, 30, at_least=0.1, at_most=10).accepted
    assert accepted_counts(30, at_least=0.1, at_most=10) == (3, 300)


def test_the_interval_of_a_ratio_is_that_of_scipy() -> None:
    """Given the sum, the first count is binomial."""
    found = recovery_ratio(31, 62, **LIMITS).interval
    share = stats.binomtest(31, 93).proportion_ci(method="exact")

    assert found.low == pytest.approx(share.low / (1 - share.low))
    assert found.high == pytest.approx(share.high / (1 - share.high))


def test_no_colony_on_the_new_medium_is_a_ratio_and_none_on_the_old_is_not() -> None:
    """Zero over something fails the limits; something over zero says nothing."""
    assert not recovery_ratio(0, 62, **LIMITS).accepted
    with pytest.raises(BadInput, match="reference is 0 colonies; expected some"):
        recovery_ratio(62, 0, **LIMITS)


def test_chance_fails_equal_media_as_a_sum_over_all_pairs_does() -> None:
    """Every pair of Poisson counts at a mean of 10, one by one."""
    chances = [float(stats.poisson.pmf(k, 10)) for k in range(80)]
    failed = sum(
        chances[new] * chances[old]
        for old in range(1, 80)
        for new in range(80)
        if not old <= 2 * new <= 4 * old
    )
    assert equal_media_fail(10, **LIMITS) == pytest.approx(failed / (1 - chances[0]), rel=1e-9)


@pytest.mark.parametrize(("mean", "fits"), [(84, True), (85, True), (86, False)])
def test_a_mean_of_85_keeps_95_per_cent_of_inocula_within_100(mean: int, fits: bool) -> None:
    """86 exceeds 100 CFU in more than 5 %."""
    assert (over_inoculum(mean, limit=100) <= 0.05) is fits
    assert (mean <= largest_mean_inoculum(100, chance=0.05)) is fits


def test_the_chance_of_an_over_inoculum_is_the_tail_of_the_poisson_law() -> None:
    """As scipy gives it; exactly the limit is not over it."""
    assert over_inoculum(95, limit=100) == pytest.approx(stats.poisson.sf(100, 95))


def test_a_count_of_one_dilution_is_the_mean_over_its_dilution() -> None:
    """Two plates of 10 and 20 at 1e-2 and 0.5 mL: 15 / 0.005."""
    found = weighted_count([[10, 20]], [0.01], volume_ml=0.5)

    assert found.value == pytest.approx(3000)
    assert (found.n, found.unit) == (30, "per mL")


@given(counts=st.lists(st.integers(0, 300), min_size=1, max_size=4))
@settings(max_examples=50, deadline=None)
def test_the_interval_holds_the_count(counts: list[int]) -> None:
    """Also where nothing grew."""
    found = weighted_count([counts], [0.1], volume_ml=1)

    assert found.interval.low <= found.value <= found.interval.high
    assert found.interval.high > 0


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: recovery_ratio(1, 2, at_least=2, at_most=0.5), "accept nothing"),
        (lambda: recovery_ratio(1.5, 2, **LIMITS), "expected a whole number"),  # type: ignore[arg-type]
        (lambda: weighted_count([[1]], [0.1, 0.01], volume_ml=1), "plates of 1 dilutions and 2"),
        (lambda: weighted_count([[1], []], [0.1, 0.01], volume_ml=1), "a dilution has no plate"),
        (lambda: weighted_count([[1]], [100], volume_ml=1), "expected a share"),
        (lambda: largest_mean_inoculum(1, chance=0.05), "no whole mean stays within 1"),
        (lambda: equal_media_fail(0, **LIMITS), "mean_colonies is 0"),
    ],
)
def test_impossible_numbers_are_refused(call: Any, reason: str) -> None:
    """The message says what is wrong."""
    with pytest.raises(BadInput, match=reason):
        call()
