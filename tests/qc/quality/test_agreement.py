"""Agreement of two readers."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.quality.agreement import OneCategory, cohens_kappa, weighted_kappa

COUNTS = st.integers(min_value=0, max_value=40)


def test_the_worked_example() -> None:
    """Read alike 35 of 50; rows 25/25 and columns 30/20 give 0.5 by chance: kappa 0.4."""
    found = cohens_kappa([[20, 5], [10, 15]])

    assert found.observed == pytest.approx(0.7)
    assert found.by_chance == pytest.approx(0.5)
    assert found.value == pytest.approx(0.4)
    assert (found.quantity, found.unit, found.n) == ("cohens_kappa", "", 50)


def test_the_interval_by_hand() -> None:
    """Even margins, 70 of 100 alike: variance 0.7 x 0.3 / (100 x 0.25) = 0.0084."""
    found = cohens_kappa([[35, 15], [15, 35]])

    assert found.interval.low == pytest.approx(0.4 - 1.959964 * math.sqrt(0.0084), abs=1e-6)
    assert found.interval.high == pytest.approx(0.4 + 1.959964 * math.sqrt(0.0084), abs=1e-6)


def test_the_interval_with_uneven_margins_by_hand() -> None:
    """Rows .5/.5, columns .6/.4: (0.10972 alike + 0.36 x 0.283 apart - 0.01) / 0.25 = 0.8064."""
    found = cohens_kappa([[20, 5], [10, 15]])

    assert found.interval.low == pytest.approx(0.4 - 1.959964 * math.sqrt(0.8064 / 50), abs=1e-6)
    assert found.interval.high == pytest.approx(0.4 + 1.959964 * math.sqrt(0.8064 / 50), abs=1e-6)


@pytest.mark.parametrize(("alike", "kappa"), [(10, 1.0), (5, 0.0), (0, -1.0)])
def test_full_chance_and_no_agreement(alike: int, kappa: float) -> None:
    """1 is full agreement, 0 what chance gives, -1 always the other category."""
    assert cohens_kappa([[alike, 10 - alike], [10 - alike, alike]]).value == pytest.approx(kappa)


def test_many_alike_may_be_no_more_than_chance() -> None:
    """18 of 20 alike, nearly all of one kind: kappa is slightly below zero."""
    found = cohens_kappa([[18, 1], [1, 0]])

    assert found.observed == pytest.approx(0.9)
    assert found.value < 0


def test_three_categories() -> None:
    """Shares alike 0.6, rows and columns 1/3 each: (0.6 - 1/3) / (2/3) = 0.4."""
    assert cohens_kappa([[6, 2, 2], [2, 6, 2], [2, 2, 6]]).value == pytest.approx(0.4)


def test_one_category_throughout_is_refused() -> None:
    """0 / 0 is not full agreement."""
    with pytest.raises(OneCategory, match="20 fields"):
        cohens_kappa([[20, 0], [0, 0]])


@pytest.mark.parametrize(
    "table", [[[5]], [[1, 2], [3]], [[1, 2, 3], [4, 5, 6]], [[0, 0], [0, 0]], []]
)
def test_a_table_that_compares_nothing_is_refused(table: list[list[int]]) -> None:
    """Square, at least two categories, at least one field."""
    with pytest.raises(BadInput):
        cohens_kappa(table)


@pytest.mark.parametrize("value", [-1, 0.5, None, "4"])
def test_counts_are_whole_numbers(value: object) -> None:
    """A share or a blank in the table is a mistake, not a count."""
    with pytest.raises(BadInput):
        cohens_kappa([[value, 1], [1, 3]])  # type: ignore[list-item]


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_kappa_keeps_its_bounds_and_does_not_mind_who_reads_first(
    a: int, b: int, c: int, d: int
) -> None:
    """Between -1 and 1, inside its interval, the same with the readers exchanged."""
    try:
        found = cohens_kappa([[a, b], [c, d]])
    except BadInput:
        return
    assert -1 <= found.interval.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.interval.high <= 1
    assert cohens_kappa([[a, c], [b, d]]).value == pytest.approx(found.value)


# --- weighted --------------------------------------------------------------------------------

GRADES = [[20, 4, 0], [3, 15, 5], [1, 2, 10]]


def test_two_categories_have_no_near_miss() -> None:
    """Weighted and plain kappa agree on two categories, with either weights."""
    plain = cohens_kappa([[20, 5], [10, 15]])
    for weights in ("linear", "quadratic"):
        found = weighted_kappa([[20, 5], [10, 15]], weights=weights)
        assert found.value == pytest.approx(plain.value)
        assert found.interval is not None and plain.interval is not None
        assert found.interval.low == pytest.approx(plain.interval.low, abs=1e-6)


def test_weights_by_hand() -> None:
    """Linear: a neighbour counts half. 45 alike, 14 neighbours, 1 opposite: 52 of 60."""
    found = weighted_kappa(GRADES, weights="linear")

    assert found.observed == pytest.approx(52 / 60)
    # rows 24, 23, 13; columns 24, 21, 15
    chance = 24 * 24 + 23 * 21 + 13 * 15 + 0.5 * (24 * 21 + 23 * 24 + 23 * 15 + 13 * 21)
    assert found.by_chance == pytest.approx(chance / 3600)
    assert found.value == pytest.approx((52 / 60 - chance / 3600) / (1 - chance / 3600))
    assert found.notes == ("linear weights",)


def test_near_misses_cost_less_and_less() -> None:
    """Plain, linear, quadratic: kappa rises where most misses are neighbours."""
    values = [cohens_kappa(GRADES).value]
    values += [weighted_kappa(GRADES, weights=w).value for w in ("linear", "quadratic")]

    assert values == sorted(values)


def test_weights_that_are_not_known_and_single_grades_are_refused() -> None:
    """The message names the two; one grade throughout is 0 / 0."""
    with pytest.raises(BadInput, match="expected one of linear, quadratic"):
        weighted_kappa(GRADES, weights="cubic")
    with pytest.raises(OneCategory, match="one category"):
        weighted_kappa([[9, 0, 0], [0, 0, 0], [0, 0, 0]], weights="linear")
