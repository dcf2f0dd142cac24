"""Specific lysis: the scale, its controls, and what makes a plate worthless."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.potency.specific_lysis import (
    NoReleaseWindow,
    flow_lysis,
    ldh_lysis,
    specific_lysis,
    spontaneous_release,
)

LDH = {
    "effector_spontaneous": 0.212,
    "target_spontaneous": 0.298,
    "target_maximum": 1.642,
    "background": 0.082,
    "volume_correction": 0.034,
}


def test_lysis_runs_from_spontaneous_to_maximum_release() -> None:
    """Half way between the controls is 50 %."""
    assert specific_lysis(600, spontaneous=200, maximum=1000).value == 50


@pytest.mark.parametrize(("release", "value"), [(100, -12.5), (1100, 112.5)])
def test_lysis_outside_the_controls_is_kept_and_named(release: float, value: float) -> None:
    """Clipping would hide noise of the controls."""
    found = specific_lysis(release, spontaneous=200, maximum=1000)

    assert found.value == value
    assert "kept as it is" in found.notes[0]


@pytest.mark.parametrize("maximum", [199, 200])
def test_a_maximum_that_is_not_above_spontaneous_release_is_refused(maximum: float) -> None:
    """There is no scale, so there is no number."""
    with pytest.raises(
        NoReleaseWindow, match=f"maximum release is {maximum} .* spontaneous .* 200"
    ):
        specific_lysis(300, spontaneous=200, maximum=maximum)


def test_one_well_of_a_kind_has_no_interval() -> None:
    """Three experimental wells do not make up for single controls."""
    assert specific_lysis([590, 600, 610], spontaneous=200, maximum=1000).interval is None


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """95 % intervals of 500 simulated plates, sample error in all three groups."""
    rng = np.random.RandomState(5)
    held = 0
    for _ in range(500):
        e, s, m = (list(x + 30 * rng.normal(size=4)) for x in (600, 200, 1000))
        interval = specific_lysis(e, spontaneous=s, maximum=m).interval
        assert interval is not None
        held += interval.low <= 50 <= interval.high

    assert 0.92 <= held / 500 <= 0.98


@pytest.mark.parametrize(
    ("spontaneous", "verdict"),
    [(249, "valid"), (250, "doubtful"), (299, "doubtful"), (300, "invalid"), (301, "invalid")],
)
def test_spontaneous_release_is_valid_below_its_limits(spontaneous: float, verdict: str) -> None:
    """The limits themselves are not below."""
    found = spontaneous_release(spontaneous, 1000, warn_percent=25, fail_percent=30)

    assert found.verdict == verdict


def test_limits_in_the_wrong_order_are_refused() -> None:
    """A warning above the failure would never be given."""
    with pytest.raises(BadInput, match="exchange them"):
        spontaneous_release(100, 1000, warn_percent=30, fail_percent=25)


@pytest.mark.parametrize(("effectors", "flagged"), [(0.5, False), (0.6, False), (0.7, True)])
def test_effectors_that_leak_more_than_their_limit_are_flagged(
    effectors: float, flagged: bool
) -> None:
    """Half of a corrected signal of 1.0 (background 0.1) is the limit, included."""
    leaking = {**LDH, "effector_spontaneous": effectors, "background": 0.1}
    found = ldh_lysis(1.1, **leaking, effector_share_limit_percent=50)

    assert any("effectors alone" in note for note in found.notes) is flagged


def test_each_correction_of_the_enzyme_assay_matters() -> None:
    """Leaving out a correction changes the result in the direction of pencil and paper."""
    right = ldh_lysis(1.184, **LDH, effector_share_limit_percent=50).value

    without_volume = {**LDH, "volume_correction": 0.0}
    assert ldh_lysis(1.184, **without_volume, effector_share_limit_percent=50).value < right
    without_background = {**LDH, "background": 0.0}
    assert ldh_lysis(1.184, **without_background, effector_share_limit_percent=50).value < right


def test_flow_lysis_needs_living_targets() -> None:
    """Nothing is left to be killed when all are dead; 99 % dead still counts."""
    assert flow_lysis(99.5, dead_alone_percent=99).value == pytest.approx(50)
    with pytest.raises(NoReleaseWindow, match="all targets are dead"):
        flow_lysis(100, dead_alone_percent=100)
    with pytest.raises(BadInput, match="expected 0 to 100"):
        flow_lysis(101, dead_alone_percent=5)


@settings(max_examples=50, deadline=None)
@given(
    st.floats(-0.5, 1.5),
    st.floats(10, 1e4),
    st.floats(10, 1e5),
    st.floats(0.1, 10),
    st.floats(0, 1e4),
)
def test_gain_and_background_of_the_reader_cancel(
    share: float, spontaneous: float, window: float, gain: float, background: float
) -> None:
    """Lysis does not change when all wells are scaled and shifted alike."""
    wells = (spontaneous + share * window, spontaneous, spontaneous + window)
    e, s, m = (gain * (one + background) for one in wells)

    assert specific_lysis(e, spontaneous=s, maximum=m).value == pytest.approx(100 * share, abs=1e-6)
