"""Relative change of calcium fluorescence: dF/F0 with a baseline from the trace itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["CalciumTrace", "calcium_trace", "relative_change"]


@dataclass(frozen=True)
class CalciumTrace(Shown):
    """A trace as dF/F0; ``drift_percent`` is the change of the baseline from first to last frame."""

    peak: float
    changes: tuple[float, ...]
    baseline: tuple[float, ...]
    drift_percent: float
    n: int
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """Highest dF/F0."""
        return self.peak


def relative_change(fluorescence: float, *, baseline: float) -> float:
    """dF/F0 of one reading: ``(F - F0) / F0``, background already taken off both.

    Raises
    ------
    BadInput
        The baseline is not above zero.
    """
    zero = inputs.positive(baseline, "baseline")
    return (inputs.number(fluorescence, "fluorescence") - zero) / zero


def calcium_trace(
    fluorescence: Sequence[float], *, percentile: float, window_frames: int
) -> CalciumTrace:
    """DF/F0 of a trace over the running percentile of its neighbourhood.

    Parameters
    ----------
    fluorescence
        One reading a frame, background taken off.
    percentile
        Percentile of the window that is the baseline, above 0 and at most 50.
    window_frames
        Frames of the window around each frame; long against an event, short against bleaching. A
        window of the whole trace or more gives one baseline and hides drift.

    Raises
    ------
    BadInput
        A baseline that is not above zero, a percentile or window that cannot be, or fewer than
        three frames.
    """
    trace = np.array([inputs.number(f, f"frame {n}") for n, f in enumerate(fluorescence, 1)])
    frames = inputs.count(window_frames, "window_frames")
    _check_window(len(trace), frames, percentile)
    baseline = _running_percentile(trace, percentile, frames)
    if (baseline <= 0).any():
        raise BadInput(
            f"the baseline falls to {baseline.min():g}; expected above 0. The background taken "
            "off is too large, or the cell left the field."
        )
    changes = (trace - baseline) / baseline
    drift = 100 * (float(baseline[-1]) / float(baseline[0]) - 1)
    # a single baseline cannot follow bleaching
    notes = ("one baseline for the whole trace: drift is not corrected",)
    return CalciumTrace(
        peak=float(changes.max()),
        changes=tuple(map(float, changes)),
        baseline=tuple(map(float, baseline)),
        drift_percent=drift,
        n=len(trace),
        notes=notes if frames >= 2 * len(trace) - 1 else (),
    )


def _check_window(length: int, frames: int, percentile: float) -> None:
    if length < 3 or frames < 3:
        raise BadInput(f"{length} frames with a window of {frames}; expected at least 3 of each.")
    if not 0 < inputs.number(percentile, "percentile") <= 50:
        raise BadInput(
            f"percentile is {percentile:g}; expected above 0 and at most 50: a baseline lies "
            "below most of an active trace."
        )


def _running_percentile(
    trace: NDArray[np.float64], percentile: float, frames: int
) -> NDArray[np.float64]:
    half = frames // 2
    return np.array(
        [
            np.percentile(trace[max(0, place - half) : place + half + 1], percentile)
            for place in range(len(trace))
        ]
    )
