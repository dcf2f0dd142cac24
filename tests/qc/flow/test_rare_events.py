"""Rare events against a limit."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.flow import rare_events


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 10**6), st.data())
def test_at_the_upper_limit_so_few_are_found_in_one_of_twenty(
    total: int, data: st.DataObject
) -> None:
    """The definition of the limit, by scipy's binomial distribution."""
    positive = data.draw(st.integers(0, min(total - 1, 30)))
    upper = rare_events.upper_limit(positive, total)

    assert stats.binom.cdf(positive, total, upper) == pytest.approx(0.05, rel=1e-6)


@pytest.mark.parametrize(
    ("positive", "total", "verdict"),
    [
        (0, 29_955, "not shown"),
        (0, 29_956, "below the limit"),
        (2, 60_000, "not shown"),
        (1, 60_000, "below the limit"),
        (12, 60_000, "above the limit"),
        (9, 60_000, "not shown"),
    ],
)
def test_a_limit_of_100_ppm_needs_enough_events(positive: int, total: int, verdict: str) -> None:
    """One event fewer than needed shows nothing; neither does a count near the limit."""
    assert rare_events.rare_events(positive, total, at_most_ppm=100).verdict == verdict


def test_too_few_events_are_said() -> None:
    """10,000 events for a limit of 0.01 %, the typical failure; none found is not zero."""
    found = rare_events.rare_events(0, 10_000, at_most_ppm=100)
    assert "29956 are needed" in found.notes[0]
    assert "below 300 ppm, not 0" in found.notes[1]
    assert rare_events.zero_found_limit(10_000) == pytest.approx(1 - 0.05 ** (1 / 10_000))


@pytest.mark.parametrize("positives", [0, 1, 5])
def test_the_events_for_a_limit_are_just_enough(positives: int) -> None:
    """So many reach the limit, one fewer does not."""
    n = rare_events.events_for_limit(100, positives=positives)
    assert rare_events.upper_limit(positives, n) <= 100e-6
    assert rare_events.upper_limit(positives, n - 1) > 100e-6


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 5000), st.integers(1, 5000), st.data())
def test_the_excess_over_the_control_agrees_with_statsmodels(
    total: int, control: int, data: st.DataObject
) -> None:
    """Newcombe's interval, computed by a second library."""
    positive = data.draw(st.integers(0, total))
    behind = data.draw(st.integers(0, control))
    found = rare_events.rare_excess(positive, total, control_positive=behind, control_total=control)
    low, high = confint_proportions_2indep(positive, total, behind, control, method="newcomb")

    assert found.interval.low == pytest.approx(1e6 * low, abs=1)
    assert found.interval.high == pytest.approx(1e6 * high, abs=1)


def test_an_excess_that_may_be_background_is_said() -> None:
    """3 against 2 in a smaller control is nothing; 60 against 2 is something."""
    doubtful = rare_events.rare_excess(3, 60_000, control_positive=2, control_total=30_000)
    sure = rare_events.rare_excess(60, 60_000, control_positive=2, control_total=60_000)
    assert any("not distinguishable" in note for note in doubtful.notes)
    assert any("fewer control" in note for note in doubtful.notes)
    assert sure.notes == ()
    assert sure.interval.low > 0


@pytest.mark.parametrize(("positive", "total"), [(1, 0), (3, 2), (-1, 10), (0.5, 10)])
def test_counts_that_cannot_be_are_refused(positive: float, total: int) -> None:
    """No event, more than all, negative, a share in place of a count."""
    with pytest.raises(BadInput):
        rare_events.rare_events(positive, total, at_most_ppm=100)  # type: ignore[arg-type]


def test_a_limit_of_everything_is_no_limit() -> None:
    """A percentage written as parts per million is not noticed, but a million and more is."""
    with pytest.raises(BadInput, match="less than a million"):
        rare_events.events_for_limit(1_000_000)
    with pytest.raises(BadInput, match="at_most_ppm"):
        rare_events.rare_events(0, 10, at_most_ppm=0)


def test_all_positive_has_no_upper_limit_below_everything() -> None:
    """5 of 5: up to all cells."""
    assert rare_events.upper_limit(5, 5) == 1
