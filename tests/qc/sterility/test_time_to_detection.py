"""Time from the inoculum to the signal."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.sterility.time_to_detection import (
    doublings_to_detection,
    incubation_needed,
    missed_share,
    time_to_detection,
)


def test_three_doublings_make_eight() -> None:
    """From 1 to 8 organisms at 2 h each, after 4 h of lag: 10 h."""
    assert doublings_to_detection(1, 8) == 3
    assert time_to_detection(1, 8, generation_h=2, lag_h=4) == 10
    assert time_to_detection(8, 8, generation_h=2) == 0


@given(inoculum=st.floats(1, 1e3), generation=st.floats(0.3, 20))
@settings(max_examples=50, deadline=None)
def test_twice_the_inoculum_saves_one_generation(inoculum: float, generation: float) -> None:
    """A property of exponential growth."""
    one = time_to_detection(inoculum, 1e7, generation_h=generation)
    two = time_to_detection(2 * inoculum, 1e7, generation_h=generation)

    assert one - two == pytest.approx(generation, rel=1e-6)


def test_the_slowest_organism_sets_the_incubation() -> None:
    """The mean of 20, 30 and 130 h would stop after 60."""
    assert incubation_needed([20, 30, 130], margin_h=24) == 154


@pytest.mark.parametrize(("hours", "missed"), [(129, 1 / 3), (130, 0), (131, 0), (25, 2 / 3)])
def test_a_strain_that_shows_at_the_end_is_found(hours: float, missed: float) -> None:
    """The end of the incubation belongs to it."""
    assert missed_share([20, 30, 130], incubated_h=hours) == missed


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: doublings_to_detection(100, 10), "expected a signal at or above the inoculum"),
        (lambda: doublings_to_detection(0, 10), "inoculum_cfu is 0"),
        (lambda: incubation_needed([], margin_h=1), "no time to detection is given"),
        (lambda: time_to_detection(1, 2, generation_h=0), "generation_h is 0"),
    ],
)
def test_impossible_numbers_are_refused(call: object, reason: str) -> None:
    """The message says what is wrong."""
    with pytest.raises(BadInput, match=reason):
        call()  # type: ignore[operator]
