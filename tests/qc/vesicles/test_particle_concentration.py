"""Dilution once, blank with its own dilution, videos as what they are."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.vesicles.particle_concentration import (
    NotAboveBlank,
    particle_concentration,
    usable_range,
)

VIDEOS = [4.31e8, 4.08e8, 4.22e8, 4.15e8, 4.24e8]


@given(st.floats(1, 1e5), st.lists(st.floats(1e6, 1e9), min_size=1, max_size=6))
@settings(max_examples=50, deadline=None)
def test_it_does_not_matter_who_applied_the_dilution(dilution: float, cell: list[float]) -> None:
    """An export that has and one that has not give the same sample and the same cell."""
    here = particle_concentration(cell, dilution=dilution, dilution_applied=False)
    done = [one * dilution for one in cell]
    there = particle_concentration(done, dilution=dilution, dilution_applied=True)

    assert here.value == pytest.approx(there.value)
    assert here.in_cell_per_ml == pytest.approx(there.in_cell_per_ml)


def test_the_interval_is_that_of_the_videos() -> None:
    """t interval of the five, as scipy gives it."""
    found = particle_concentration(VIDEOS, dilution=500, dilution_applied=False)
    low, high = stats.ttest_1samp([500 * v for v in VIDEOS], 0).confidence_interval(0.95)

    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high))
    assert found.n == 5
    assert "nothing of other preparations" in found.notes[-1]


def test_one_video_has_no_spread() -> None:
    """Neither CV nor interval is made up."""
    found = particle_concentration([4.2e8], dilution=500, dilution_applied=False)

    assert found.cv_percent is None
    assert found.interval is None


def test_the_blank_is_subtracted_on_its_own_scale() -> None:
    """An undiluted blank of 2e9 weighs as much as one of 2e7 at 1:100."""
    values = [
        particle_concentration(
            VIDEOS,
            dilution=500,
            dilution_applied=False,
            blank_videos_per_ml=[blank],
            blank_dilution=dilution,
            blank_dilution_applied=False,
        ).value
        for blank, dilution in ((2e9, 1), (2e7, 100))
    ]

    assert values[0] == pytest.approx(values[1]) == pytest.approx(2.1e11 - 2e9)


def test_without_a_blank_the_result_says_so() -> None:
    """Particles of the diluent are in it."""
    found = particle_concentration(VIDEOS, dilution=500, dilution_applied=False)

    assert any("no blank subtracted" in note for note in found.notes)


@pytest.mark.parametrize(("blank", "refused"), [(4.19e8, False), (4.2e8, True), (4.21e8, True)])
def test_a_sample_must_be_above_its_blank(blank: float, refused: bool) -> None:
    """Below, at and above the sample."""

    def net() -> float:
        return particle_concentration(
            [4.2e8],
            dilution=500,
            dilution_applied=False,
            blank_videos_per_ml=[blank],
            blank_dilution=500,
            blank_dilution_applied=False,
        ).value

    if refused:
        with pytest.raises(NotAboveBlank, match="Check the blank's dilution"):
            net()
    else:
        assert net() == pytest.approx(5e8)


def test_impossible_dilutions_are_refused() -> None:
    """A factor below 1 is an inverted one; a blank needs its own."""
    with pytest.raises(BadInput, match="Write 1:500 as 500"):
        particle_concentration(VIDEOS, dilution=0.002, dilution_applied=False)
    with pytest.raises(BadInput, match="the blank has readings but no dilution"):
        particle_concentration(
            VIDEOS, dilution=500, dilution_applied=False, blank_videos_per_ml=[2e7]
        )
    with pytest.raises(BadInput, match="has no video"):
        particle_concentration([], dilution=500, dilution_applied=False)


@pytest.mark.parametrize(
    ("frame", "verdict"),
    [
        (19.9, "too dilute"),
        (20, "within"),
        (120, "within"),
        (120.1, "too concentrated"),
    ],
)
def test_the_usable_range_includes_its_ends(frame: float, verdict: str) -> None:
    """Below, at and above."""
    found = usable_range(frame, at_least=20, at_most=120, unit="particles/frame")

    assert found.verdict == verdict
    assert found.dilute_by == pytest.approx(frame / math.sqrt(2400))


def test_a_range_upside_down_is_refused() -> None:
    """Low must be below high."""
    with pytest.raises(BadInput, match="low below high"):
        usable_range(50, at_least=120, at_most=20, unit="particles/frame")
