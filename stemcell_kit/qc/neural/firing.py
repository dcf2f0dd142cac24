"""How fast and how regularly a neuron fires, from the intervals between its spikes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["Firing", "firing", "intervals_of"]


@dataclass(frozen=True)
class Firing(Shown):
    """Rate and regularity; ``n`` is the number of intervals.

    ``cv`` is the SD over the mean of all intervals; ``cv2`` compares neighbours only, so that a
    slow drift of the rate does not look like irregular firing.
    """

    rate_hz: float
    cv: float
    cv2: float
    n: int

    @property
    def value(self) -> float:
        """Rate."""
        return self.rate_hz

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "Hz"


def firing(intervals_s: Sequence[float]) -> Firing:
    """Rate, CV and CV2 of the intervals between spikes.

    Parameters
    ----------
    intervals_s
        Intervals in seconds, in the order in which they came.

    Raises
    ------
    BadInput
        Fewer than three intervals, or one that is not above zero.

    Source
    ------
    CV2: Holt et al. 1996, J Neurophysiol 75:1806.
    """
    gaps = [inputs.positive(one, f"interval {n}") for n, one in enumerate(intervals_s, 1)]
    if len(gaps) < 3:
        raise BadInput(
            f"{len(gaps)} interval(s); expected at least 3. Record longer, or report the cell as "
            "silent."
        )
    mean = fmean(gaps)
    neighbours = zip(gaps[1:], gaps, strict=False)
    cv2 = fmean(2 * abs(one - before) / (one + before) for one, before in neighbours)
    return Firing(1 / mean, stdev(gaps) / mean, cv2, len(gaps))


def intervals_of(spike_times_s: Sequence[float]) -> list[float]:
    """Intervals between spikes from their times.

    Raises
    ------
    BadInput
        The times do not rise.
    """
    times = [inputs.number(one, f"spike {n}") for n, one in enumerate(spike_times_s, 1)]
    gaps = [one - before for one, before in zip(times[1:], times, strict=False)]
    if any(gap <= 0 for gap in gaps):
        place = next(n for n, gap in enumerate(gaps, 2) if gap <= 0)
        raise BadInput(
            f"spike {place} does not come after spike {place - 1}; expected rising times. Sort "
            "them, and look for one spike detected twice."
        )
    return gaps
