"""Specific lysis of target cells by release or by flow, and whether the plate may be used.

Lysis below 0 and above 100 % is possible within the noise of the controls and is kept.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval, Measurement
from stemcell_kit.qc import inputs
from stemcell_kit.qc.potency.wells import Readings, replicates, t_quantile

__all__ = [
    "NoReleaseWindow",
    "ReleaseCheck",
    "SpecificLysis",
    "flow_lysis",
    "ldh_lysis",
    "specific_lysis",
    "spontaneous_release",
]


class NoReleaseWindow(BadInput):
    """Maximum release does not exceed spontaneous release, so lysis has no scale."""


@dataclass(frozen=True)
class SpecificLysis(Measurement):
    """Specific lysis in percent; ``spontaneous_percent`` is spontaneous over maximum release."""

    spontaneous_percent: float = 0.0


@dataclass(frozen=True)
class ReleaseCheck(Measurement):
    """Spontaneous release in percent of maximum; ``verdict`` is valid, doubtful or invalid."""

    verdict: str = ""


def specific_lysis(
    experimental: Readings, *, spontaneous: Readings, maximum: Readings, confidence: float = 0.95
) -> SpecificLysis:
    """Specific lysis from a release assay: ``100 (E - S) / (M - S)``.

    Parameters
    ----------
    experimental, spontaneous, maximum
        Release (cpm of 51Cr, fluorescence of calcein): a number or the replicate wells. All
        three carry the same background; it cancels.

    Returns
    -------
    Percent. The interval needs at least two wells of each kind: delta method, Welch's freedom.

    Raises
    ------
    NoReleaseWindow
        Maximum release is not above spontaneous release.
    """
    wells = [
        replicates(experimental, "experimental"),
        replicates(spontaneous, "spontaneous"),
        replicates(maximum, "maximum"),
    ]
    e, s, m = (float(one.mean()) for one in wells)
    window = _window(m, s)
    value = 100 * (e - s) / window
    slopes = (100 / window, 100 * (e - m) / window**2, -100 * (e - s) / window**2)
    interval = _interval(value, wells, slopes, confidence)
    share = 100 * s / m
    return SpecificLysis(
        "specific_lysis", value, "%", len(wells[0]), interval, _notes(value), share
    )


def spontaneous_release(
    spontaneous: Readings, maximum: Readings, *, warn_percent: float, fail_percent: float
) -> ReleaseCheck:
    """Spontaneous release as percent of maximum release, held against two limits.

    Below *warn_percent* the plate is ``valid``, from there on ``doubtful``, and from
    *fail_percent* on ``invalid``: leaking targets make any effector look alike.

    Raises
    ------
    NoReleaseWindow
        Maximum release is not above spontaneous release.
    BadInput
        The limits are not in order.
    """
    warn = inputs.positive(warn_percent, "warn_percent")
    fail = inputs.positive(fail_percent, "fail_percent")
    if warn > fail:
        raise BadInput(f"warn_percent {warn:g} is above fail_percent {fail:g}; exchange them.")
    low, high = replicates(spontaneous, "spontaneous"), replicates(maximum, "maximum")
    s, m = float(low.mean()), float(high.mean())
    _window(m, s)
    share = 100 * s / m
    verdict = "valid" if share < warn else "doubtful" if share < fail else "invalid"
    return ReleaseCheck("spontaneous_release", share, "%", len(low), None, (), verdict)


def ldh_lysis(
    experimental: Readings,
    *,
    effector_spontaneous: Readings,
    target_spontaneous: Readings,
    target_maximum: Readings,
    background: Readings,
    volume_correction: Readings,
    effector_share_limit_percent: float,
) -> SpecificLysis:
    """Specific lysis from lactate dehydrogenase, with the corrections that this enzyme needs.

    ``100 (E - EffS - TgtS) / (TgtM - TgtS)``, each less the medium background; the maximum also
    less the volume correction of the lysis solution.

    Parameters
    ----------
    background
        Medium alone, the same for all wells.
    volume_correction
        Medium with lysis solution, background already taken off.
    effector_share_limit_percent
        From this part of the experimental signal on, that effectors release alone, the result is
        flagged in the notes: it then is a small difference of large numbers.

    Raises
    ------
    NoReleaseWindow
        Corrected maximum release is not above spontaneous release.
    """
    medium = float(replicates(background, "background").mean())
    wells = replicates(experimental, "experimental")
    e = float(wells.mean()) - medium
    effector = float(replicates(effector_spontaneous, "effector_spontaneous").mean()) - medium
    target = float(replicates(target_spontaneous, "target_spontaneous").mean()) - medium
    volume = float(replicates(volume_correction, "volume_correction").mean())
    maximum = float(replicates(target_maximum, "target_maximum").mean()) - medium - volume
    value = 100 * (e - effector - target) / _window(maximum, target)
    limit = inputs.positive(effector_share_limit_percent, "effector_share_limit_percent")
    notes = _notes(value)
    if 100 * effector > limit * e:
        notes += (f"effectors alone release more than {limit:g} % of the experimental signal",)
    share = 100 * target / maximum
    return SpecificLysis("specific_lysis", value, "%", len(wells), None, notes, share)


def flow_lysis(dead_with_percent: float, *, dead_alone_percent: float) -> SpecificLysis:
    """Specific lysis from flow cytometry: the targets that effectors kill beyond those dying alone.

    Parameters
    ----------
    dead_with_percent, dead_alone_percent
        Dead targets with effectors and without, percent of all targets, 0 to 100.

    Raises
    ------
    BadInput
        A percentage outside 0 to 100, or no living target without effectors.
    """
    dead = _percent(dead_with_percent, "dead_with_percent")
    alone = _percent(dead_alone_percent, "dead_alone_percent")
    if alone == 100:
        raise NoReleaseWindow(
            "all targets are dead without effectors; expected living ones. Use fresh targets."
        )
    value = 100 * (dead - alone) / (100 - alone)
    return SpecificLysis("specific_lysis", value, "%", None, None, _notes(value), alone)


def _window(maximum: float, spontaneous: float) -> float:
    if maximum <= spontaneous or maximum <= 0:
        raise NoReleaseWindow(
            f"maximum release is {maximum:g} and spontaneous release {spontaneous:g}; expected "
            "the maximum above it. Check the plate map, the lysis step and the labelling."
        )
    return maximum - spontaneous


def _notes(value: float) -> tuple[str, ...]:
    if value < 0:
        return ("below 0: targets release less with effectors than alone; kept as it is",)
    return ("above 100: more than the maximum wells; kept as it is",) if value > 100 else ()


def _interval(
    value: float, wells: list[NDArray[np.float64]], slopes: tuple[float, ...], confidence: float
) -> Interval | None:
    inputs.open_share(confidence, "confidence")
    if min(map(len, wells)) < 2:
        return None
    parts = [k**2 * float(w.var(ddof=1)) / len(w) for k, w in zip(slopes, wells, strict=True)]
    total = sum(parts)
    if total == 0:
        return Interval(value, value, confidence, "delta method")
    freedom = total**2 / sum(p**2 / (len(w) - 1) for p, w in zip(parts, wells, strict=True))
    half = t_quantile(confidence, freedom) * math.sqrt(total)
    return Interval(value - half, value + half, confidence, "delta method")


def _percent(value: float, what: str) -> float:
    given = inputs.number(value, what)
    if not 0 <= given <= 100:
        raise BadInput(f"{what} is {given:g}; expected 0 to 100 % of the targets. Check the gate.")
    return given
