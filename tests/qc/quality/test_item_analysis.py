"""Item analysis of an examination."""

from __future__ import annotations

import math
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.quality.item_analysis import (
    item_analysis,
    item_discrimination,
    score_counts,
    upper_lower,
)

TABLE = [[1, 1, 0], [1, 0, 0], [0, 1, 1], [1, 1, 1], [0, 0, 0]]


def test_difficulty_is_the_mean_score() -> None:
    """Three, three and two of five."""
    assert [item.difficulty for item in item_analysis(TABLE)] == [0.6, 0.6, 0.4]


def test_the_point_biserial_is_that_of_means_and_spread() -> None:
    """(mean of those right - mean of those wrong) / SD of totals * sqrt(p q), all with n below."""
    totals = np.array(TABLE).sum(axis=1)
    right = np.array(TABLE)[:, 0] == 1
    gap = totals[right].mean() - totals[~right].mean()

    found = item_analysis(TABLE)[0].item_total
    assert found == pytest.approx(gap / totals.std() * math.sqrt(0.6 * 0.4))


def test_the_whole_test_flatters_a_question() -> None:
    """Two questions that have nothing to do with each other still correlate with their sum."""
    table = [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]

    for item in item_analysis(table):
        assert item.item_rest == pytest.approx(0, abs=1e-12)
        assert item.item_total == pytest.approx(math.sqrt(1 / 3))


def test_patterns_with_counts_are_the_table_written_out() -> None:
    """Three candidates with one pattern are three rows."""
    written = [*TABLE, TABLE[0], TABLE[0]]

    for one, other in zip(
        item_analysis(TABLE, counts=[3, 1, 1, 1, 1]), item_analysis(written), strict=True
    ):
        assert astuple(one) == pytest.approx(astuple(other))


@pytest.mark.parametrize("share", [0.27, 0.5])
def test_the_best_and_the_weakest_are_compared(share: float) -> None:
    """Ten candidates, five right at the top: with 27 % three of three against none of three."""
    found = upper_lower([1] * 5 + [0] * 5, range(10, 0, -1), max_points=1, group_share=share)

    assert (found.value, found.upper, found.lower) == (1, 1, 0)
    assert found.group == round(10 * share)


def test_ties_at_the_edge_of_a_group_count_in_part() -> None:
    """Two share the second place of a group of two: each is half in it, in any order."""
    scores, points = [9, 8, 8, 1, 1, 0], [1, 1, 0, 0, 0, 0]
    found = upper_lower(points, scores, max_points=1, group_share=1 / 3)
    turned = upper_lower([1, 0, 1, 0, 0, 0], scores, max_points=1, group_share=1 / 3)

    assert found.upper == turned.upper == 0.75
    assert found.lower == 0


def test_partial_scores_are_counted() -> None:
    """Each number of points below the full one is a kind of wrong answer."""
    assert score_counts([3, 1, 1, 0, 3, 3, 2.0000000001]) == {0: 1, 1: 2, 2: 1, 3: 3}


@given(st.floats(min_value=0.1, max_value=100), st.floats(min_value=-50, max_value=50))
@settings(max_examples=30, deadline=None)
def test_the_scale_of_the_scores_does_not_matter(scale: float, shift: float) -> None:
    """A correlation is the same in points and in percent."""
    points, rests = [1, 0, 2, 2, 1], [5, 1, 4, 6, 2]
    wholes = [a + b for a, b in zip(points, rests, strict=True)]
    first = item_discrimination(points, wholes, rests)
    other = item_discrimination(
        points, [scale * one + shift for one in wholes], [scale * one for one in rests]
    )

    assert other.value == pytest.approx(first.value)
    assert other.item_total == pytest.approx(first.item_total)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([[1, 0, 1], [1, 1, 0], [1, 0, 0]], "same score in question 1"),
        ([[1, 0], [0, 1], [1, 1]], "at least 3 questions"),
        ([[1, 0, 1], [0, 1, 1]], "at least 3 candidates"),
        ([[1, 0, 1], [0, 1], [1, 1, 1]], "one length"),
        ([[1, 0, 1], [0, math.nan, 1], [1, 1, 1]], "a score in row 2"),
    ],
)
def test_what_has_no_correlation_is_refused(table: list[list[float]], message: str) -> None:
    """All alike, too few, gaps: an error that says so, never a number."""
    with pytest.raises(BadInput, match=message):
        item_analysis(table)


def test_a_group_of_nobody_is_refused() -> None:
    """27 % of one candidate is nobody; more than half would count people twice."""
    with pytest.raises(BadInput, match="groups of 0"):
        upper_lower([1], [1], max_points=1, group_share=0.27)
    with pytest.raises(BadInput, match="at most half"):
        upper_lower([1, 0, 1], [1, 2, 3], max_points=1, group_share=0.6)


def test_lists_of_unequal_length_are_refused() -> None:
    """A missing score cannot be guessed."""
    with pytest.raises(BadInput, match="3, 3, 2 values"):
        item_discrimination([1, 0, 1], [1, 2, 3], [1, 2])
