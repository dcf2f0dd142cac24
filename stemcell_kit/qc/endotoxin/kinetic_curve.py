"""Kinetic endotoxin test: the log-log line of onset times and what it says about a sample.

``log10 T = a + b log10 E`` with T the onset time in seconds and E in EU/mL; b is negative,
because more endotoxin reacts sooner. A well without onset has NaN or None, never 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, stdev

from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = [
    "KineticCurve",
    "NotACurve",
    "StandardLevel",
    "blank_is_slower",
    "kinetic_curve",
    "reacted_wells",
]

_LEVELS = 3  # two points always lie on a line, so r would say nothing


class NotACurve(BadInput):
    """The standards do not make a line that falls with concentration."""


@dataclass(frozen=True)
class StandardLevel:
    """One standard: mean onset, CV of its wells (0 for one well) and what the line reads back."""

    eu_per_ml: float
    onset_s: float
    cv_percent: float
    back_fit_percent: float
    n: int


@dataclass(frozen=True)
class KineticCurve(Shown):
    """The fitted line; ``slope`` and ``intercept`` belong to log10 values."""

    slope: float
    intercept: float
    r: float
    lowest_eu_per_ml: float
    highest_eu_per_ml: float
    levels: tuple[StandardLevel, ...] = field(repr=False)
    residual_sd: float = field(repr=False)
    n: int
    notes: tuple[str, ...] = ()

    def eu_per_ml(self, onset_s: float) -> float:
        """Endotoxin in the well that the line gives for an onset time."""
        return float(10 ** ((math.log10(onset_s) - self.intercept) / self.slope))


def kinetic_curve(standards: Mapping[str, Sequence[float]]) -> KineticCurve:
    """Fit the line through all wells of the standards, on log10 of both axes.

    Parameters
    ----------
    standards
        Table with ``eu_per_ml`` and ``onset_s``, one entry per well.

    Returns
    -------
    The line with r, and per level the CV of the onset times and the back-fit in percent.

    Raises
    ------
    NotACurve
        Fewer than three levels, or onset times that do not fall with concentration.
    BadInput
        A standard without onset, or columns of different length.

    Source
    ------
    Log-log regression of the kinetic method, USP <85>.
    """
    doses, times = _standard_wells(standards)
    x, y = [math.log10(dose) for dose in doses], [math.log10(time) for time in times]
    if len(set(doses)) < _LEVELS:
        raise NotACurve(
            f"{len(set(doses))} levels of standard; expected at least {_LEVELS}, because two "
            "points always make a perfect line. Add levels of the standard."
        )
    line = stats.linregress(x, y)
    if not line.slope < 0:
        raise NotACurve(
            f"the slope is {line.slope:.3g}; expected a negative one, since more endotoxin reacts "
            "sooner. Check whether concentrations and onset times were exchanged."
        )
    a, b = float(line.intercept), float(line.slope)
    rest = math.sqrt(
        math.fsum((t - a - b * d) ** 2 for d, t in zip(x, y, strict=True)) / max(len(x) - 2, 1)
    )
    levels = tuple(_level(dose, doses, times, (a, b)) for dose in sorted(set(doses)))
    notes = ("straight line through all wells; r is of the line, not of a polynomial",)
    return KineticCurve(
        b, a, float(line.rvalue), min(doses), max(doses), levels, rest, len(x), notes
    )


def blank_is_slower(
    standards: Mapping[str, Sequence[float]], onset_s: Sequence[float | None]
) -> bool:
    """Say whether every blank well reacts later than every well of the lowest standard, or never.

    Raises
    ------
    BadInput
        There is no blank well.
    """
    doses, times = _standard_wells(standards)
    slowest = max(time for dose, time in zip(doses, times, strict=True) if dose == min(doses))
    reacted, _ = reacted_wells(onset_s, "blank")
    return all(time > slowest for time in reacted)


def _standard_wells(standards: Mapping[str, Sequence[float]]) -> tuple[list[float], list[float]]:
    for name in ("eu_per_ml", "onset_s"):
        if name not in standards:
            raise BadInput(f"the standards have no {name}; expected eu_per_ml and onset_s.")
    doses, times = list(standards["eu_per_ml"]), list(standards["onset_s"])
    if len(doses) != len(times):
        raise BadInput(
            f"{len(doses)} concentrations and {len(times)} onset times; expected one each per well."
        )
    return (
        [inputs.positive(dose, "concentration of a standard") for dose in doses],
        [inputs.positive(time, "onset time of a standard") for time in times],
    )


def _level(
    dose: float, doses: Sequence[float], times: Sequence[float], line: tuple[float, float]
) -> StandardLevel:
    own = [time for one, time in zip(doses, times, strict=True) if one == dose]
    mean = fmean(own)
    cv = 100 * stdev(own) / mean if len(own) > 1 else 0.0
    back = 10 ** ((math.log10(mean) - line[0]) / line[1])
    return StandardLevel(dose, mean, cv, 100 * back / dose, len(own))


def reacted_wells(onset_s: Sequence[float | None], what: str) -> tuple[list[float], int]:
    """Onset times of the wells that reacted, and the number of wells that did not.

    Raises
    ------
    BadInput
        There is no well, or an onset time is not above zero.
    """
    if not len(onset_s):
        raise BadInput(f"no {what} well given; expected the onset time of at least one well.")
    there = [time for time in onset_s if time is not None and not math.isnan(time)]
    return [inputs.positive(time, f"{what} onset_s") for time in there], len(onset_s) - len(there)
