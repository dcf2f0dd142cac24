"""Release, firing, calcium and rotation: small numbers, and what has no result."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.neural.calcium_signal import calcium_trace, relative_change
from stemcell_kit.qc.neural.evoked_release import evoked_release
from stemcell_kit.qc.neural.firing import firing, intervals_of
from stemcell_kit.qc.neural.rotation import net_rotation, rotation_recovery

# --- release -------------------------------------------------------------------------------


def test_the_blank_is_taken_off_all_three() -> None:
    """(10 - 1) / (4 - 1) is 3; of 9, 3 are left without calcium."""
    found = evoked_release(4, 10, calcium_free=4, blank=1)

    assert found.fold == 3
    assert found.calcium_dependent_fraction == pytest.approx(2 / 3)
    assert found.notes == ()


@settings(max_examples=50, deadline=None)
@given(st.floats(0.1, 10), st.floats(0.1, 10), st.floats(0, 10), st.floats(0.05, 1))
def test_a_common_loss_does_not_change_the_fold(
    basal: float, evoked: float, free: float, recovery: float
) -> None:
    """Recovery cancels, which is why release cannot see oxidised samples."""
    one = evoked_release(basal, evoked, calcium_free=free)
    lossy = evoked_release(recovery * basal, recovery * evoked, calcium_free=recovery * free)

    assert lossy.fold == pytest.approx(one.fold)
    assert lossy.calcium_dependent_fraction == pytest.approx(one.calcium_dependent_fraction)


@pytest.mark.parametrize(
    ("free", "words"), [(9, None), (10.5, "leakage, not exocytosis"), (0.5, "below the blank")]
)
def test_a_calcium_free_sample_that_cannot_be_is_noted(free: float, words: str | None) -> None:
    """More release without calcium is leakage; less than the blank is an artefact."""
    notes = evoked_release(4, 10, calcium_free=free, blank=1).notes

    assert bool(notes) is (words is not None)
    assert (words or "") in " ".join(notes)


@pytest.mark.parametrize("basal", [0.9, 1.0])
def test_release_that_is_not_above_the_blank_has_no_fold(basal: float) -> None:
    """A fold over nothing is no number."""
    with pytest.raises(BadInput, match="expected both above 0"):
        evoked_release(basal, 10, calcium_free=3, blank=1)


# --- firing --------------------------------------------------------------------------------


def test_a_regular_pacemaker_has_no_variation() -> None:
    """Equal intervals: rate only."""
    found = firing([0.5, 0.5, 0.5, 0.5])

    assert (found.rate_hz, found.cv, found.cv2) == (2, 0, 0)


def test_cv2_ignores_a_slow_drift_of_the_rate() -> None:
    """Slowing twofold over 40 intervals is variation between minutes, not between spikes."""
    found = firing([0.2 * 2 ** (k / 40) for k in range(41)])

    assert found.cv > 0.15
    assert found.cv2 < 0.02


def test_intervals_come_from_rising_times() -> None:
    """The message names the spike."""
    assert intervals_of([0.0, 0.5, 1.5]) == [0.5, 1.0]
    with pytest.raises(BadInput, match="spike 3 does not come after spike 2"):
        intervals_of([0.0, 0.5, 0.5])


@pytest.mark.parametrize(("gaps", "fine"), [([1, 1], False), ([1, 1, 1], True)])
def test_firing_needs_three_intervals(gaps: list[float], fine: bool) -> None:
    """Two intervals say nothing about regularity."""
    if fine:
        assert firing(gaps).n == 3
    else:
        with pytest.raises(BadInput, match="report the cell as silent"):
            firing(gaps)


# --- calcium -------------------------------------------------------------------------------


def bleaching_trace() -> tuple[list[float], list[float]]:
    """A baseline that bleaches by 30 %, with three events of +50 %, and the true dF/F0."""
    frames = np.arange(300)
    baseline = 200 * np.exp(-frames / 850)
    change = sum(0.5 * np.exp(-np.maximum(frames - at, 0) / 6) * (frames >= at)
                 for at in (60, 150, 240))  # fmt: skip
    return list(baseline * (1 + change)), list(change)


def test_a_running_baseline_follows_bleaching() -> None:
    """All three peaks come out alike; with one baseline the first looks larger than the last."""
    trace, _ = bleaching_trace()
    running = calcium_trace(trace, percentile=20, window_frames=60)
    fixed = calcium_trace(trace, percentile=20, window_frames=10_000)

    peaks = [[one.changes[at] for at in (60, 150, 240)] for one in (running, fixed)]
    assert peaks[0] == pytest.approx([0.5, 0.5, 0.5], abs=0.05)
    assert peaks[1][0] - peaks[1][2] > 0.25
    assert running.drift_percent == pytest.approx(-29, abs=4)
    assert fixed.notes == ("one baseline for the whole trace: drift is not corrected",)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.01, 100))
def test_the_gain_of_the_camera_cancels(gain: float) -> None:
    """dF/F0 is a ratio."""
    trace, _ = bleaching_trace()
    one, scaled = (
        calcium_trace([k * f for f in trace[:80]], percentile=20, window_frames=40)
        for k in (1.0, gain)
    )

    assert scaled.peak == pytest.approx(one.peak)


def test_a_baseline_at_or_below_zero_is_refused() -> None:
    """Background taken off twice."""
    with pytest.raises(BadInput, match="baseline is 0"):
        relative_change(10, baseline=0)
    with pytest.raises(BadInput, match="background taken off is too large"):
        calcium_trace([5, -1, -1, -1, 5], percentile=20, window_frames=3)


@pytest.mark.parametrize(("percentile", "fine"), [(0, False), (20, True), (50, True), (51, False)])
def test_a_baseline_is_a_low_percentile(percentile: float, fine: bool) -> None:
    """Above the median is no baseline."""
    if fine:
        assert calcium_trace([1, 2, 3], percentile=percentile, window_frames=3).n == 3
    else:
        with pytest.raises(BadInput, match="above 0 and at most 50"):
            calcium_trace([1, 2, 3], percentile=percentile, window_frames=3)


def test_a_trace_needs_frames() -> None:
    """Two frames, or a window of two, hold no baseline."""
    with pytest.raises(BadInput, match="at least 3 of each"):
        calcium_trace([1, 2], percentile=20, window_frames=3)
    with pytest.raises(BadInput, match="at least 3 of each"):
        calcium_trace([1, 2, 3], percentile=20, window_frames=2)


# --- rotation ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "value", "noted"), [(0, 100, False), (-1, 110, True), (12, -20, False)]
)
def test_recovery_beyond_full_and_below_none_is_kept(
    after: float, value: float, noted: bool
) -> None:
    """Overcompensation is noted; from 10 turns a minute before grafting."""
    found = rotation_recovery(10, after)

    assert found.value == pytest.approx(value)
    assert bool(found.notes) is noted


def test_turns_to_the_other_side_are_negative() -> None:
    """Not cut off at zero."""
    found = net_rotation(10, 100, minutes=90)

    assert found.value == -1
    assert "sides are exchanged" in found.notes[0]


def test_an_animal_without_lesion_cannot_recover() -> None:
    """Also broken turns and no time are refused."""
    with pytest.raises(BadInput, match="rotation before grafting is 0"):
        rotation_recovery(0, 1)
    with pytest.raises(BadInput, match="minutes is 0"):
        net_rotation(10, 1, minutes=0)
    with pytest.raises(BadInput, match="whole number"):
        net_rotation(10.5, 1, minutes=90)
