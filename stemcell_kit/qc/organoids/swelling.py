"""Swelling of organoids after stimulation, and the resistance of an epithelial layer."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scipy import special

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["SwellingResponse", "swelling_area", "swelling_response", "teer"]

_BASELINE = 100.0


@dataclass(frozen=True)
class SwellingResponse(Shown):
    """Stimulated minus vehicle wells: area under the curve above baseline, %.min.

    The interval is Welch's for the difference of the means; ``n`` is the number of wells.
    """

    value: float
    n: int
    interval: Interval
    stimulated: float
    vehicle: float
    responds: bool
    unit: str = "%.min"
    notes: tuple[str, ...] = ()


def swelling_area(minutes: Sequence[float], areas: Sequence[float]) -> float:
    """Area under the curve of the area in percent of its start, above 100 %.

    Parameters
    ----------
    minutes
        Rising times; the first is 0, the moment of stimulation.
    areas
        Area of the same organoids at each time, any unit.

    Returns
    -------
    Trapezoid area in percent times minutes; below zero where the organoids shrink.

    Raises
    ------
    BadInput
        Fewer than two times, a start that is not 0, times that do not rise, or no area at the
        start.
    """
    times = [inputs.not_negative(one, "a time") for one in minutes]
    sizes = [inputs.not_negative(one, "an area") for one in areas]
    if len(times) != len(sizes) or len(times) < 2:
        raise BadInput(
            f"found {len(times)} times and {len(sizes)} areas; expected two or more pairs"
        )
    if times[0] != 0 or any(late <= early for early, late in pairwise(times)):
        raise BadInput(
            f"the times start at {times[0]:g} min; expected 0 and then rising. The picture before "
            "stimulation is the baseline: sort by time and keep it."
        )
    start = inputs.positive(sizes[0], "the area at the start")
    above = [_BASELINE * size / start - _BASELINE for size in sizes]
    steps = zip(pairwise(times), pairwise(above), strict=True)
    return sum((late - early) * (low + high) / 2 for (early, late), (low, high) in steps)


def swelling_response(
    minutes: Sequence[float],
    *,
    stimulated: Mapping[str, Sequence[float]],
    vehicle: Mapping[str, Sequence[float]],
    confidence: float = 0.95,
) -> SwellingResponse:
    """Swelling of stimulated wells beyond that of the vehicle.

    Parameters
    ----------
    minutes
        Times common to all wells, see :func:`swelling_area`.
    stimulated, vehicle
        Well -> areas; two or more wells of each.

    Returns
    -------
    ``responds`` is true when the whole interval lies above zero.

    Raises
    ------
    BadInput
        Fewer than two wells of one kind, or a well that cannot be used; the message names it.

    Source
    ------
    Welch 1947, Biometrika 34:28, for the interval.
    """
    level = inputs.open_share(confidence, "confidence")
    given = _areas(minutes, stimulated, "stimulated")
    control = _areas(minutes, vehicle, "vehicle")
    difference = statistics.fmean(given) - statistics.fmean(control)
    half = _welch_half_width(given, control, level)
    return SwellingResponse(
        value=difference,
        n=len(given) + len(control),
        interval=Interval(difference - half, difference + half, level, "Welch t"),
        stimulated=statistics.fmean(given),
        vehicle=statistics.fmean(control),
        responds=difference - half > 0,
        notes=("wells of one plate and donor: repeat with other passages before you generalise",),
    )


def teer(sample_ohm: float, blank_ohm: float, *, area_cm2: float) -> float:
    """Transepithelial resistance, ``(R_sample - R_blank) x area``, in ohm square centimetres.

    Raises
    ------
    BadInput
        The blank insert is not above zero or reads more than the sample, or there is no area.
    """
    sample = inputs.positive(sample_ohm, "sample_ohm")
    blank = inputs.positive(blank_ohm, "blank_ohm")
    if sample < blank:
        raise BadInput(
            f"the sample reads {sample:g} ohm and the empty insert {blank:g}; expected more in the "
            "sample. Check for swapped wells and for a blank at another temperature."
        )
    return (sample - blank) * inputs.positive(area_cm2, "area_cm2")


def _areas(
    minutes: Sequence[float], wells: Mapping[str, Sequence[float]], what: str
) -> list[float]:
    if len(wells) < 2:
        raise BadInput(f"found {len(wells)} {what} wells; expected two or more to see the spread")
    found = []
    for well, areas in wells.items():
        try:
            found.append(swelling_area(minutes, areas))
        except BadInput as error:
            raise BadInput(f"{what} well {well}: {error}") from None
    return found


def _welch_half_width(a: list[float], b: list[float], level: float) -> float:
    parts = [statistics.variance(wells) / len(wells) for wells in (a, b)]
    total = sum(parts)
    if total == 0:
        return 0.0
    sizes = [len(a), len(b)]
    freedom = total**2 / sum(p**2 / (n - 1) for p, n in zip(parts, sizes, strict=True))
    return float(special.stdtrit(freedom, (1 + level) / 2)) * math.sqrt(total)
