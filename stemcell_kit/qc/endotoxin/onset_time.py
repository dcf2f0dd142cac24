"""Onset time of a kinetic test: when the signal of a well has risen by a fixed amount."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["OnsetTimes", "onset_times"]


@dataclass(frozen=True)
class OnsetTimes(Shown):
    """Onset time of each well that reacted; the others are named, never 0 and never the last read."""

    onset_s: Mapping[str, float]
    without_onset: tuple[str, ...]
    rise: float
    n: int
    notes: tuple[str, ...] = ()


def onset_times(reads: Mapping[str, Sequence[Any]], *, rise: float) -> OnsetTimes:
    """Find the time at which each well has risen by *rise* above its first read.

    Between two reads the signal is taken as a straight line.

    Parameters
    ----------
    reads
        Table with ``well``, ``time_s`` and ``value``, one entry per well and read, in any order.
    rise
        Rise of the signal that defines the onset, in the unit of the signal.

    Returns
    -------
    A well whose signal falls back after its onset is noted: look for a bubble.

    Raises
    ------
    BadInput
        A well with fewer than two reads or two reads at one time, or a read that is no number.

    Source
    ------
    Kinetic technique of USP <85>; the rise belongs to the validated method.
    """
    needed = inputs.positive(rise, "rise")
    curves = _curves(reads)
    onsets = {well: _onset(curve, needed) for well, curve in curves.items()}
    found = {well: onset for well, onset in onsets.items() if onset is not None}
    notes = tuple(
        f"well {well} falls back after its onset: look for a bubble or a scratch"
        for well, onset in found.items()
        if any(
            time > onset and value < _threshold(curves[well], needed)
            for time, value in curves[well]
        )
    )
    silent = tuple(well for well in curves if well not in found)
    return OnsetTimes(found, silent, needed, len(curves), notes)


_Curve = list[tuple[float, float]]


def _curves(reads: Mapping[str, Sequence[Any]]) -> dict[str, _Curve]:
    """Return time and signal of each well in the order of time."""
    curves: dict[str, _Curve] = {}
    for well, time, value in zip(reads["well"], reads["time_s"], reads["value"], strict=True):
        read = (inputs.not_negative(time, f"time of well {well}"), inputs.number(value, f"{well}"))
        curves.setdefault(str(well), []).append(read)
    for well, curve in curves.items():
        curve.sort()
        if len(curve) < 2 or any(a == b for (a, _), (b, _) in pairwise(curve)):
            raise BadInput(
                f"well {well} has {len(curve)} reads, or two at one time; expected two or more, "
                "one at a time. Give the reads of one plate and one wavelength."
            )
    if not curves:
        raise BadInput("no read given; expected the reads of at least one well.")
    return curves


def _threshold(curve: _Curve, rise: float) -> float:
    # 0.1 + 0.2 is a hair above 0.3 in binary; a read that just reaches the rise must count
    return round(curve[0][1] + rise, 9)


def _onset(curve: _Curve, rise: float) -> float | None:
    threshold = _threshold(curve, rise)
    for (before, low), (after, high) in pairwise(curve):
        if high >= threshold:
            return before + (after - before) * (threshold - low) / (high - low)
    return None
