"""Item analysis of an examination: how hard a question is, and whether it tells candidates apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.qc.quality.score_table import score_table
from stemcell_kit.shown import Shown

__all__ = [
    "Discrimination",
    "Item",
    "UpperLower",
    "item_analysis",
    "item_discrimination",
    "score_counts",
    "upper_lower",
]

_LEAST = 3
_Values = NDArray[np.float64]


@dataclass(frozen=True)
class Discrimination(Shown):
    """Correlation of a question with the rest of the test (``value``) and with the whole of it.

    With a question scored 0 or 1 both are point-biserial. The whole holds the question itself, so
    ``item_total`` is too high, the more so the shorter the test.
    """

    value: float
    item_total: float
    n: int
    unit: str = ""


@dataclass(frozen=True)
class UpperLower(Shown):
    """Difficulty among the best candidates minus that among the weakest (``value``)."""

    value: float
    upper: float
    lower: float
    group: int
    n: int
    unit: str = ""


@dataclass(frozen=True)
class Item(Shown):
    """One question of a complete table: ``difficulty`` is the mean score, high for easy ones.

    ``alpha_without`` is the test's alpha when the question is left out.
    """

    difficulty: float
    sd: float
    item_total: float
    item_rest: float
    alpha_without: float
    n: int


def item_analysis(
    table: Sequence[Sequence[float]], *, counts: Sequence[int] | None = None
) -> tuple[Item, ...]:
    """Classical statistics of every question that all candidates got.

    Parameters
    ----------
    table
        One row per candidate, one column per question, no gaps.
    counts
        How many candidates gave each row, where rows are patterns; one each without it.

    Raises
    ------
    BadInput
        Fewer than three questions or candidates, rows of unequal length, or a question that all
        answered alike: it has no correlation with anything.

    Source
    ------
    Lord & Novick 1968, Statistical Theories of Mental Test Scores, chapter 15.
    """
    values = score_table(table, counts, questions=3)
    totals = values.sum(axis=1)
    return tuple(_item(values, totals, place) for place in range(values.shape[1]))


def _item(values: _Values, totals: _Values, place: int) -> Item:
    column = values[:, place]
    rests = np.delete(values, place, axis=1)
    found = _discrimination(column, totals, totals - column, f"question {place + 1}")
    k, spread = rests.shape[1], float(rests.sum(axis=1).var(ddof=1))
    alpha = k / (k - 1) * (1 - float(rests.var(axis=0, ddof=1).sum()) / spread)
    return Item(
        float(column.mean()), float(column.std(ddof=1)), found.item_total, found.value, alpha,
        len(column),
    )  # fmt: skip


def item_discrimination(
    points: Sequence[float], wholes: Sequence[float], rests: Sequence[float]
) -> Discrimination:
    """Correlation of one question with the scores of those who got it.

    Parameters
    ----------
    points
        What each candidate earned in the question.
    wholes, rests
        Each candidate's score in the whole test and in the test without the question, on any
        scale: where forms differ, as shares of what the form gives.

    Raises
    ------
    BadInput
        Fewer than three candidates, lists of unequal length, or nothing that varies.

    Source
    ------
    Henrysson 1963, Psychometrika 28:211 (correlation with the rest of the test).
    """
    item, whole, rest = (_column(one) for one in (points, wholes, rests))
    if len({len(item), len(whole), len(rest)}) != 1 or len(item) < _LEAST:
        raise BadInput(
            f"{len(item)}, {len(whole)}, {len(rest)} values for question, whole and rest; "
            f"expected one of each for at least {_LEAST} candidates."
        )
    return _discrimination(item, whole, rest, "the question")


def _discrimination(item: _Values, wholes: _Values, rests: _Values, what: str) -> Discrimination:
    for name, values in ((what, item), ("the whole test", wholes), ("the rest of the test", rests)):
        if float(np.ptp(values)) <= 1e-12:
            raise BadInput(
                f"all {len(values)} candidates have the same score in {name}; expected scores that "
                "differ. Without them it has no correlation: report the difficulty alone."
            )
    return Discrimination(
        float(np.corrcoef(item, rests)[0, 1]), float(np.corrcoef(item, wholes)[0, 1]), len(item)
    )


def upper_lower(
    points: Sequence[float], scores: Sequence[float], *, max_points: float, group_share: float
) -> UpperLower:
    """Share of a question's points in the upper group minus that in the lower group.

    Parameters
    ----------
    points
        What each candidate earned in the question, at most ``max_points``.
    scores
        What puts candidates in order, e.g. their percent in the test.
    group_share
        Share of all candidates in each group, at most one half. Candidates with the same score at
        the edge of a group are all in it, each in part, so that the order of the list decides
        nothing.

    Raises
    ------
    BadInput
        Lists of unequal length, or a group with nobody in it.

    Source
    ------
    Kelley 1939, J Educ Psychol 30:17 (groups of 27 %).
    """
    earned, order = _column(points), _column(scores)
    most = inputs.positive(max_points, "max_points")
    size = round(inputs.share(group_share, "group_share") * len(order))
    if len(earned) != len(order) or not 1 <= size <= len(order) / 2:
        raise BadInput(
            f"{len(earned)} answers and {len(order)} scores give groups of {size}; expected one "
            "score for each answer, and groups of at least one and at most half of all."
        )
    high, low = (_group_mean(earned / most, order * sign, size) for sign in (1.0, -1.0))
    return UpperLower(high - low, high, low, size, len(order))


def _group_mean(shares: _Values, order: _Values, size: int) -> float:
    """Mean of the *size* with the highest place in the order; ties at the edge count in part."""
    edge = np.sort(order)[-size]
    above, at = order > edge, order == edge
    part = (size - int(above.sum())) / int(at.sum())
    return float((shares[above].sum() + part * shares[at].sum()) / size)


def score_counts(points: Sequence[float]) -> Mapping[float, int]:
    """How many candidates earned how many points in a question, from none to most.

    Each number of points below the full one stands for a kind of wrong answer, so these are the
    distractor counts of a question with partial credit.
    """
    values, counts = np.unique(np.round(_column(points), 9), return_counts=True)
    return {float(value): int(count) for value, count in zip(values, counts, strict=True)}


def _column(values: Sequence[float]) -> _Values:
    return np.array([inputs.number(value, "a score") for value in values], dtype=float)
