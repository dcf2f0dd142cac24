"""Intervals for a share, on published and textbook values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.proportions import clopper_pearson, rule_of_three, wilson

counts = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(3, 20, 3.21, 37.89), (6, 20, 11.89, 54.28), (0, 20, 0.0, 16.84), (0, 30, 0.0, 11.57)],
)
def test_clopper_pearson_gives_the_exact_interval(
    successes: int, n: int, low: float, high: float
) -> None:
    """The 95 % two-sided limits of four metaphase counts, in percent."""
    found = clopper_pearson(successes, n)
    assert (round(100 * found.low, 2), round(100 * found.high, 2)) == (low, high)


def test_wilson_gives_the_interval_of_a_marker_positive_share() -> None:
    """9,620 of 10,000 events: 95.81 to 96.56 %."""
    found = wilson(9620, 10_000)
    assert (round(100 * found.low, 2), round(100 * found.high, 2)) == (95.81, 96.56)


def test_the_rule_of_three_says_15_percent_for_none_of_20() -> None:
    """3 / 20, from -ln(0.05) / 20 = 0.1498."""
    assert rule_of_three(20) == pytest.approx(0.1498, abs=5e-5)
    assert round(rule_of_three(20), 2) == 0.15


def test_the_rule_of_three_never_exceeds_the_whole() -> None:
    """With 1 or 2 cells the formula would pass 100 %."""
    assert rule_of_three(1) == 1.0


def test_the_interval_of_all_ends_at_the_whole() -> None:
    """20 of 20 mirrors 0 of 20."""
    assert clopper_pearson(20, 20).low == pytest.approx(1 - clopper_pearson(0, 20).high)
    assert clopper_pearson(20, 20).high == wilson(20, 20).high == 1.0


@given(counts)
def test_both_intervals_contain_the_estimate(counted: tuple[int, int]) -> None:
    """0 <= low <= share <= high <= 1, for any counts."""
    successes, n = counted
    for interval in (clopper_pearson(successes, n), wilson(successes, n)):
        assert 0 <= interval.low <= successes / n <= interval.high <= 1


@given(counts)
def test_more_confidence_needs_a_wider_interval(counted: tuple[int, int]) -> None:
    """A 99 % interval holds the 90 % one."""
    narrow, wide = (clopper_pearson(*counted, confidence=c) for c in (0.90, 0.99))
    assert wide.low <= narrow.low and narrow.high <= wide.high


@pytest.mark.parametrize(("successes", "n"), [(5, 4), (-1, 4), (0, 0), (1.5, 4)])
def test_counts_that_are_no_share_are_refused(successes: int, n: int) -> None:
    """A share needs whole numbers, 0 <= successes <= n, and something counted."""
    with pytest.raises(BadInput):
        wilson(successes, n)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_confidence_is_a_share(confidence: float) -> None:
    """95 instead of 0.95 is the common slip, and is named."""
    with pytest.raises(BadInput, match=r"0\.95 for 95 %"):
        clopper_pearson(1, 2, confidence=confidence)
