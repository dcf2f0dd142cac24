"""Airborne particles: ISO 14644-1 class limits, sample volume, and counts against a grade table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Measurement
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = [
    "GradeFinding",
    "SizeFinding",
    "check_grade",
    "class_limit",
    "class_reached",
    "minimum_volume",
]

_EXPONENT = 2.08
_REFERENCE_UM = 0.1
_WANTED_PARTICLES = 20  # ISO 14644-1: a sample would hold 20 particles at the class limit


@dataclass(frozen=True)
class SizeFinding:
    """One particle size: mean per cubic metre over the locations, highest location, limit."""

    size_um: float
    limit_per_m3: float
    mean_per_m3: float
    highest_per_m3: float
    enough_volume: bool
    within: bool


@dataclass(frozen=True)
class GradeFinding(Shown):
    """Counts of a room against one grade and state."""

    within: bool
    sizes: tuple[SizeFinding, ...] = field(repr=False)
    n: int
    notes: tuple[str, ...] = ()

    @property
    def highest(self) -> tuple[str, ...]:
        """Highest location of each size beside its limit."""
        return tuple(
            f"{one.size_um:g} um: {one.highest_per_m3:.4g} of {one.limit_per_m3:g} per m3"
            for one in self.sizes
        )


def class_limit(iso_class: float, *, size_um: float) -> float:
    """Largest number of particles per m3 of an ISO class: 10^N (0.1 / D)^2.08.

    Not rounded; the standard's own table rounds to three digits.

    Source
    ------
    ISO 14644-1.
    """
    size = inputs.positive(size_um, "size_um")
    level = inputs.positive(iso_class, "iso_class")
    return float(10**level * (_REFERENCE_UM / size) ** _EXPONENT)


def class_reached(per_m3: float, *, size_um: float) -> float:
    """ISO class number that a concentration corresponds to; a clean room has that or a higher one.

    Raises
    ------
    BadInput
        No particle at all: no class follows from nothing.
    """
    found = inputs.positive(per_m3, "per_m3")
    size = inputs.positive(size_um, "size_um")
    return math.log10(found) + _EXPONENT * math.log10(size / _REFERENCE_UM)


def minimum_volume(
    limit_per_m3: float, *, at_least_l: float, flow_l_per_min: float, at_least_min: float
) -> Measurement:
    """Smallest sample per location: 20 / limit x 1000 L, and not below two floors.

    Parameters
    ----------
    limit_per_m3
        Class or grade limit of the largest particle size of interest.
    at_least_l
        Smallest volume that is ever allowed.
    flow_l_per_min, at_least_min
        Flow of the counter and the shortest time it must run.

    Source
    ------
    ISO 14644-1, single sample volume.
    """
    wanted = 1000 * _WANTED_PARTICLES / inputs.positive(limit_per_m3, "limit_per_m3")
    minutes = inputs.not_negative(at_least_min, "at_least_min")
    floor = max(
        inputs.not_negative(at_least_l, "at_least_l"),
        inputs.positive(flow_l_per_min, "flow_l_per_min") * minutes,
    )
    notes = ("set by the floor of volume or time, not by the limit",) if floor > wanted else ()
    return Measurement("minimum_volume", max(wanted, floor), "L", notes=notes)


def check_grade(
    counts: Mapping[str, Sequence[Any]],
    table: Mapping[str, Sequence[Any]],
    *,
    grade: str,
    state: str,
) -> GradeFinding:
    """Hold the particle counts of a room against one grade of a table.

    Parameters
    ----------
    counts
        One entry per location and size: ``size_um``, ``particles`` and ``volume_l``.
    table
        ``grade``, ``state``, ``size_um`` and ``per_m3``, one entry per limit.

    Returns
    -------
    Per size of the table the mean over locations and the highest location; within means that
    every location is at or below the limit. Too small a volume is noted and never within.

    Raises
    ------
    BadInput
        The table has no such grade and state, or a size of the table was not counted.
    """
    limits = _limits(table, grade, state)
    readings = _per_m3(counts)
    missing = [size for size in limits if size not in readings]
    if missing:
        raise BadInput(
            f"no counts at {missing[0]:g} um; expected every size that the table limits for "
            f"{grade} {state}. A size left out is not tested."
        )
    sizes = tuple(_size(size, limit, readings[size]) for size, limit in limits.items())
    notes = tuple(
        f"the volume at {one.size_um:g} um is too small to show {one.limit_per_m3:g} per m3"
        for one in sizes
        if not one.enough_volume
    )
    n = max(len(readings[size]) for size in limits)
    return GradeFinding(all(one.within for one in sizes), sizes, n, notes)


def _limits(table: Mapping[str, Sequence[Any]], grade: str, state: str) -> dict[float, float]:
    rows = list(zip(table["grade"], table["state"], table["size_um"], table["per_m3"], strict=True))
    found = {
        float(size): inputs.positive(limit, "limit")
        for one, when, size, limit in rows
        if (one, when) == (grade, state)
    }
    if not found:
        known = ", ".join(dict.fromkeys(f"{one} {when}" for one, when, _, _ in rows))
        raise BadInput(f"the table has no limit for {grade} {state}; expected one of {known}.")
    return found


def _per_m3(counts: Mapping[str, Sequence[Any]]) -> dict[float, list[tuple[float, float]]]:
    """Return size -> (particles per m3, volume in L) of each location."""
    found: dict[float, list[tuple[float, float]]] = {}
    for size, particles, volume in zip(
        counts["size_um"], counts["particles"], counts["volume_l"], strict=True
    ):
        litres = inputs.positive(volume, "volume_l")
        per_m3 = 1000 * inputs.count(particles, "particles") / litres
        found.setdefault(float(size), []).append((per_m3, litres))
    return found


def _size(size: float, limit: float, readings: Sequence[tuple[float, float]]) -> SizeFinding:
    concentrations = [per_m3 for per_m3, _ in readings]
    wanted = 1000 * _WANTED_PARTICLES / limit
    # a flow of 28.3 L/min gives 990.5 L in 35 min where 1000 L are meant; no slack for that
    enough = all(volume >= wanted * (1 - 1e-9) for _, volume in readings)
    highest = max(concentrations)
    return SizeFinding(
        size, limit, math.fsum(concentrations) / len(concentrations), highest, enough,
        enough and highest <= limit,
    )  # fmt: skip
