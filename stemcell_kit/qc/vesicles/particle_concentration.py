"""Particle concentration of a sample from its videos, its dilution and its blank."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import special

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = [
    "NotAboveBlank",
    "ParticleConcentration",
    "UsableRange",
    "particle_concentration",
    "usable_range",
]


class NotAboveBlank(BadInput):
    """The sample holds no more particles than its diluent or medium."""


@dataclass(frozen=True)
class ParticleConcentration(Shown):
    """Particles per millilitre of the undiluted sample, blank subtracted where one is given.

    ``in_cell_per_ml`` is what the camera saw; ``cv_percent`` is that of the videos, and so is
    the interval: it holds for this one preparation.
    """

    value: float
    interval: Interval | None
    n: int
    in_cell_per_ml: float
    gross_per_ml: float
    blank_per_ml: float
    cv_percent: float | None
    unit: str = "particles/mL"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class UsableRange(Shown):
    """Where a reading lies in the usable range of the instrument.

    ``verdict`` is ``within``, ``too dilute`` or ``too concentrated``; ``dilute_by`` is the further
    dilution that brings the reading to the geometric middle (below 1: concentrate or dilute less).
    """

    value: float
    unit: str
    verdict: str
    dilute_by: float
    notes: tuple[str, ...] = ()


def particle_concentration(
    videos_per_ml: Sequence[float],
    *,
    dilution: float,
    dilution_applied: bool,
    blank_videos_per_ml: Sequence[float] = (),
    blank_dilution: float | None = None,
    blank_dilution_applied: bool | None = None,
    confidence: float = 0.95,
) -> ParticleConcentration:
    """Concentration of the sample; the dilution is stated once and used once.

    Parameters
    ----------
    videos_per_ml
        One concentration per video of one preparation, particles per millilitre.
    dilution
        Factor from the measuring cell to the sample, 1 for undiluted.
    dilution_applied
        True when the export has already multiplied by the dilution (a NanoSight summary that
        prints a dilution factor has; one that says ``Not recorded`` has not).
    blank_videos_per_ml, blank_dilution, blank_dilution_applied
        The same for the buffer or unconditioned medium that went through the same dilution.
        The blank is brought to the sample's scale with its own dilution.

    Returns
    -------
    Particles/mL with the t interval over the videos (None for a single video). Videos are
    repeated readings of one preparation, not preparations.

    Raises
    ------
    NotAboveBlank
        The blank holds as many particles as the sample.
    BadInput
        A reading or dilution that cannot be, or a blank without its dilution.
    """
    gross, cell, factor = _scaled(videos_per_ml, dilution, dilution_applied, "sample")
    blank = _blank(blank_videos_per_ml, blank_dilution, blank_dilution_applied)
    mean = statistics.fmean(gross)
    if mean <= blank:
        raise NotAboveBlank(
            f"the sample reads {mean:.3g} and the blank {blank:.3g} particles/mL; expected more in "
            "the sample. Check the blank's dilution, filter the diluent, or dilute the sample less."
        )
    spread = statistics.stdev(gross) if len(gross) > 1 else None
    return ParticleConcentration(
        value=mean - blank,
        interval=_interval(mean - blank, spread, len(gross), confidence),
        n=len(gross),
        in_cell_per_ml=cell,
        gross_per_ml=mean,
        blank_per_ml=blank,
        cv_percent=None if spread is None else 100 * spread / mean,
        notes=tuple(_notes(factor, dilution_applied, len(blank_videos_per_ml) > 0)),
    )


def usable_range(measured: float, *, at_least: float, at_most: float, unit: str) -> UsableRange:
    """Say whether a reading in the measuring cell is in the range that the instrument can use.

    Parameters
    ----------
    measured
        Particles per frame, or particles per millilitre in the cell (before any dilution factor).
    at_least, at_most
        The usable range of this instrument, both ends included.

    Raises
    ------
    BadInput
        The range is upside down, or the reading is not above zero.
    """
    found = inputs.positive(measured, "the reading")
    low, high = inputs.positive(at_least, "at_least"), inputs.positive(at_most, "at_most")
    if low >= high:
        raise BadInput(f"the usable range runs from {low:g} to {high:g}; expected low below high")
    verdict = "too dilute" if found < low else "too concentrated" if found > high else "within"
    notes = () if verdict == "within" else ("do not correct the number: re-dilute and measure",)
    return UsableRange(found, unit, verdict, found / math.sqrt(low * high), notes)


def _scaled(
    videos: Sequence[float], dilution: float | None, applied: bool | None, what: str
) -> tuple[list[float], float, float]:
    """Return the readings on the sample's scale, their mean in the cell, and the dilution."""
    if not len(videos):
        raise BadInput(f"the {what} has no video; expected one reading or more")
    if dilution is None or applied is None:
        raise BadInput(
            f"the {what} has readings but no dilution; give its factor, and whether the export "
            "has already multiplied by it."
        )
    factor = inputs.number(dilution, f"{what} dilution")
    if factor < 1:
        raise BadInput(
            f"{what} dilution is {factor:g}; expected 1 or more. Write 1:500 as 500, not 0.002."
        )
    read = [inputs.not_negative(one, f"a {what} reading") for one in videos]
    sample = [one if applied else one * factor for one in read]
    return sample, statistics.fmean(sample) / factor, factor


def _blank(videos: Sequence[float], dilution: float | None, applied: bool | None) -> float:
    if not len(videos):
        return 0.0
    return statistics.fmean(_scaled(videos, dilution, applied, "blank")[0])


def _interval(mean: float, spread: float | None, n: int, confidence: float) -> Interval | None:
    level = inputs.open_share(confidence, "confidence")
    if spread is None:
        return None
    half = float(special.stdtrit(n - 1, (1 + level) / 2)) * spread / math.sqrt(n)
    return Interval(max(0.0, mean - half), mean + half, level, "t over videos of one preparation")


def _notes(factor: float, applied: bool, blank: bool) -> list[str]:
    done = "was already in the export" if applied else "was applied here"
    notes = [f"the dilution of {factor:g} {done}"]
    if not blank:
        notes.append("no blank subtracted: particles of the diluent are counted as the sample's")
    notes.append("videos repeat one preparation; they say nothing of other preparations")
    return notes
