"""Gel clot: end-points, their geometric mean, and the limit test."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.endotoxin.gel_clot import (
    GelOutcome,
    NotEvaluable,
    confirm_sensitivity,
    end_point,
    gel_limit_test,
    semi_quantitative,
)

LEVELS = [0.25, 0.125, 0.0625, 0.03125]
FOLDS = {"label_sensitivity": 0.125, "at_least_fold": 0.5, "at_most_fold": 2.0}


@given(st.lists(st.sampled_from(LEVELS), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_the_mean_is_that_of_scipy(points: list[float]) -> None:
    """Independent geometric mean."""
    assert confirm_sensitivity(points, **FOLDS).value == pytest.approx(stats.gmean(points))


@pytest.mark.parametrize(
    ("points", "valid"),
    [
        ([0.0625] * 4, True),
        ([0.0624] * 4, False),
        ([0.25] * 4, True),
        ([0.2501] * 4, False),
        ([0.125] * 3, True),
    ],
)
def test_half_and_double_lambda_are_still_valid(points: list[float], valid: bool) -> None:
    """The limits are included, whatever logarithms do to the last digit."""
    assert confirm_sensitivity(points, **FOLDS).valid is valid


@given(st.floats(0.001, 0.5), st.integers(1, 7), st.sampled_from([0.5, 2.0]))
@settings(max_examples=50, deadline=None)
def test_the_limit_itself_is_valid_at_every_sensitivity(label: float, n: int, fold: float) -> None:
    """Half and double of 0.03 as well as of 0.125."""
    found = confirm_sensitivity(
        [fold * label] * n, label_sensitivity=label, at_least_fold=0.5, at_most_fold=2.0
    )
    assert found.valid


def test_the_end_point_is_the_last_gel_from_the_top() -> None:
    """Order of the tubes does not matter."""
    assert end_point(LEVELS, [True, True, False, False]) == 0.125
    assert end_point(LEVELS[::-1], [False, False, True, True]) == 0.125
    assert end_point(LEVELS, [True] * 4) == 0.03125


@pytest.mark.parametrize(
    ("gels", "reason"),
    [([False] * 4, "no level gave a gel"), ([False, True, False, False], "lies above one")],
)
def test_a_series_without_end_point_is_not_evaluable(gels: list[bool], reason: str) -> None:
    """No gel at all, or a gap above a gel."""
    with pytest.raises(NotEvaluable, match=reason):
        end_point(LEVELS, gels)


@pytest.mark.parametrize(
    ("gels", "repeat", "outcome"),
    [
        ([False, False], [], GelOutcome.NEGATIVE),
        ([True, True], [], GelOutcome.POSITIVE),
        ([True, False], [], GelOutcome.REPEAT),
        ([False, True], [False] * 4, GelOutcome.NEGATIVE),
        ([False, True], [False, False, False, True], GelOutcome.POSITIVE),
    ],
)
def test_one_gel_of_two_asks_for_a_repeat(
    gels: list[bool], repeat: list[bool], outcome: GelOutcome
) -> None:
    """All tubes of the repeat must be without gel."""
    assert gel_limit_test(gels, repeat, repeat_wells=4) is outcome


def test_a_repeat_of_another_size_is_refused() -> None:
    """Two tubes do not make a repeat of four; three are no first test."""
    with pytest.raises(BadInput, match="expected 4"):
        gel_limit_test([True, False], [False, False], repeat_wells=4)
    with pytest.raises(BadInput, match="expected 2"):
        gel_limit_test([True] * 3, repeat_wells=4)


def test_nothing_has_no_mean() -> None:
    """Neither end-points nor series."""
    with pytest.raises(BadInput, match="no end-point"):
        confirm_sensitivity([], **FOLDS)
    with pytest.raises(BadInput, match="no series"):
        semi_quantitative([], sensitivity_eu_per_ml=0.25)
