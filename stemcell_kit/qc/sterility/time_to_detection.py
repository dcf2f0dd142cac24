"""When a growth-based method sees what was there: doublings from the inoculum to the signal."""

from __future__ import annotations

import math
from collections.abc import Sequence

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs

__all__ = [
    "doublings_to_detection",
    "incubation_needed",
    "missed_share",
    "time_to_detection",
]


def doublings_to_detection(inoculum_cfu: float, detected_cfu: float) -> float:
    """Doublings from an inoculum to the number that gives a signal: ``log2(N / N0)``.

    Raises
    ------
    BadInput
        The number detected is below the inoculum.
    """
    start = inputs.positive(inoculum_cfu, "inoculum_cfu")
    end = inputs.positive(detected_cfu, "detected_cfu")
    if end < start:
        raise BadInput(
            f"detected_cfu is {end:g} and inoculum_cfu {start:g}; expected a signal at or above "
            "the inoculum. Check whether the two were exchanged."
        )
    return math.log2(end / start)


def time_to_detection(
    inoculum_cfu: float, detected_cfu: float, *, generation_h: float, lag_h: float = 0.0
) -> float:
    """Hours until an inoculum has grown to the number that gives a signal.

    ``lag + g log2(N / N0)``, exponential growth with one generation time.

    Source
    ------
    Derived from exponential growth; the equation of USP <73> was not seen.
    """
    generation = inputs.positive(generation_h, "generation_h")
    lag = inputs.not_negative(lag_h, "lag_h")
    return lag + generation * doublings_to_detection(inoculum_cfu, detected_cfu)


def incubation_needed(detected_h: Sequence[float], *, margin_h: float) -> float:
    """Hours to incubate: the longest time to detection plus a margin, never the mean."""
    return max(_times(detected_h)) + inputs.not_negative(margin_h, "margin_h")


def missed_share(detected_h: Sequence[float], *, incubated_h: float) -> float:
    """Share of strains that are detected only after the incubation has ended.

    A strain that shows exactly at the end is found.
    """
    times = _times(detected_h)
    end = inputs.positive(incubated_h, "incubated_h")
    return sum(time > end for time in times) / len(times)


def _times(detected_h: Sequence[float]) -> list[float]:
    times = [inputs.positive(time, "a time to detection") for time in detected_h]
    if not times:
        raise BadInput("no time to detection is given; expected one for each strain.")
    return times
