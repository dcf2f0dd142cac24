"""Standard curve of a quantitative PCR: the line, its efficiency, and reading samples from it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from scipy import special

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.molecular.cq_wells import read_wells
from stemcell_kit.shown import Shown

__all__ = [
    "CurveCheck",
    "CurveReading",
    "Extrapolated",
    "StandardCurve",
    "check_curve",
    "copies_from_line",
    "efficiency_percent",
    "fit_curve",
    "read_sample",
]

_FEWEST_LEVELS = 3


class Extrapolated(BadInput):
    """A sample outside the standards has no reading."""


@dataclass(frozen=True)
class StandardCurve(Shown):
    """The line Cq = intercept + slope x log10(copies) and what follows from it.

    ``interval`` belongs to the efficiency in percent; ``lowest`` and ``highest`` are the copies
    of the outermost standards.
    """

    slope: float
    intercept: float
    r_squared: float
    efficiency_percent: float
    interval: Interval
    residual_sd: float
    n: int
    levels: int
    lowest: float
    highest: float
    mean_log: float
    sum_squares_log: float
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """Efficiency in percent."""
        return self.efficiency_percent

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "%"


@dataclass(frozen=True)
class CurveReading(Shown):
    """Copies per reaction of one sample, read from a curve."""

    copies: float
    interval: Interval
    cq: float
    n: int
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """Copies per reaction."""
        return self.copies

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "copies"


@dataclass(frozen=True)
class CurveCheck(Shown):
    """Whether a curve may be used, and every reason against it."""

    accepted: bool
    reasons: tuple[str, ...]


def efficiency_percent(slope: float) -> float:
    """Amplification efficiency in percent: 100 x (10^(-1/slope) - 1); -3.322 is 100 %.

    Raises
    ------
    BadInput
        The slope is not negative: more template must come earlier.
    """
    given = inputs.number(slope, "slope")
    if given >= 0:
        raise BadInput(
            f"the slope is {given:g}; expected a negative one, since more copies give a lower Cq. "
            "A positive slope prints an efficiency that means nothing: check the order of the "
            "standards and whether log10(copies) is on the horizontal axis."
        )
    return 100 * math.expm1(-math.log(10) / given)


def copies_from_line(cq: float, *, slope: float, intercept: float) -> float:
    """Copies at one Cq by a line that is given: 10^((Cq - intercept) / slope).

    The standards behind the line are not known here, so nothing tells whether this extrapolates;
    use ``read_sample`` where they are.
    """
    efficiency_percent(slope)
    at = inputs.positive(cq, "cq")
    return float(10 ** ((at - inputs.number(intercept, "intercept")) / slope))


def fit_curve(
    copies: Sequence[float], cqs: Sequence[float], *, confidence: float = 0.95
) -> StandardCurve:
    """Fit the line through the standards by least squares.

    Parameters
    ----------
    copies, cqs
        One entry per well: copies per reaction (above 0) and Cq. Replicates repeat the copies.

    Raises
    ------
    UndeterminedCq
        A standard has no Cq.
    BadInput
        Fewer than three levels, lists of unequal length, or a slope that is not negative.

    Source
    ------
    Ordinary least squares; the interval of the slope (Student's t) goes through the formula of
    the efficiency.
    """
    x, y = _standards(copies, cqs)
    level = inputs.open_share(confidence, "confidence")
    mean_x, mean_y = float(x.mean()), float(y.mean())
    sxx = float(((x - mean_x) ** 2).sum())
    slope = float(((x - mean_x) * (y - mean_y)).sum()) / sxx
    intercept = mean_y - slope * mean_x
    left = float(((y - intercept - slope * x) ** 2).sum())
    spread = float(((y - mean_y) ** 2).sum())
    efficiency = efficiency_percent(slope)
    sd = math.sqrt(left / (len(x) - 2))
    half = float(special.stdtrit(len(x) - 2, (1 + level) / 2)) * sd / math.sqrt(sxx)
    levels = len(set(x.tolist()))
    return StandardCurve(
        slope, intercept, 1 - left / spread, efficiency, _efficiency_interval(slope, half, level),
        sd, len(x), levels, float(min(copies)), float(max(copies)), mean_x, sxx,
        (f"{levels} levels, {len(x)} wells",),
    )  # fmt: skip


def _standards(copies: Sequence[float], cqs: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    if len(copies) != len(cqs):
        raise BadInput(
            f"{len(copies)} amounts and {len(cqs)} Cqs; expected one of each for every well."
        )
    y = read_wells(list(cqs), "the standard")
    x = [math.log10(inputs.positive(one, "copies of a standard")) for one in copies]
    if len(set(x)) < _FEWEST_LEVELS:
        raise BadInput(
            f"{len(set(x))} levels of the standard; expected at least {_FEWEST_LEVELS}. "
            "Two points always make a perfect line."
        )
    return np.array(x), np.array(y)


def _efficiency_interval(slope: float, half: float, confidence: float) -> Interval:
    """Put the ends of the slope through the formula; the steep end is the low efficiency."""
    if slope + half >= 0:
        raise BadInput(
            f"the slope is {slope:.3g} with an uncertainty of {half:.3g}; expected a slope that is "
            "surely negative. The standards scatter too much: repeat the dilution series."
        )
    ends = efficiency_percent(slope - half), efficiency_percent(slope + half)
    return Interval(*ends, confidence, "Student's t of the slope")


def check_curve(
    curve: StandardCurve,
    *,
    efficiency_at_least: float,
    efficiency_at_most: float,
    r_squared_at_least: float,
) -> CurveCheck:
    """Hold a curve against its limits, in percent and as R squared; limits are included."""
    reasons = []
    if not efficiency_at_least <= curve.efficiency_percent <= efficiency_at_most:
        reasons.append(
            f"efficiency {curve.efficiency_percent:.1f} %, expected {efficiency_at_least:g} to "
            f"{efficiency_at_most:g} %: low points to inhibition, high to a bad dilution series"
        )
    if curve.r_squared < r_squared_at_least:
        reasons.append(
            f"R squared {curve.r_squared:.4f}, expected at least {r_squared_at_least:g}: "
            "look for an outlying standard"
        )
    return CurveCheck(not reasons, tuple(reasons))


def read_sample(
    cqs: float | Sequence[float],
    *,
    standard_copies: Sequence[float],
    standard_cqs: Sequence[float],
    confidence: float = 0.95,
) -> CurveReading:
    """Copies per reaction of a sample from its replicate wells and the standards of the run.

    The interval comes from inverse prediction on the log scale, so it is not symmetric.

    Raises
    ------
    UndeterminedCq
        A well has no Cq.
    Extrapolated
        The reading lies outside the standards.
    """
    curve = fit_curve(standard_copies, standard_cqs, confidence=confidence)
    wells = read_wells(cqs, "the sample")
    mean = fmean(wells)
    log = (mean - curve.intercept) / curve.slope
    copies = 10**log
    _check_inside(copies, mean, curve)
    variance = 1 / len(wells) + 1 / curve.n + (log - curve.mean_log) ** 2 / curve.sum_squares_log
    half = float(special.stdtrit(curve.n - 2, (1 + confidence) / 2))
    half *= curve.residual_sd / abs(curve.slope) * math.sqrt(variance)
    interval = Interval(
        10 ** (log - half), 10 ** (log + half), confidence, "inverse prediction, log scale"
    )
    return CurveReading(copies, interval, mean, len(wells))


def _check_inside(copies: float, cq: float, curve: StandardCurve) -> None:
    # a sample at the outermost level may read a hair outside it
    if curve.lowest * (1 - 1e-9) <= copies <= curve.highest * (1 + 1e-9):
        return
    if copies < curve.lowest:
        way = f"below the lowest standard: report less than {curve.lowest:g} copies"
    else:
        way = "above the highest standard: dilute the sample and repeat"
    raise Extrapolated(
        f"Cq {cq:.2f} reads {copies:.3g} copies; the standards go from {curve.lowest:g} to "
        f"{curve.highest:g}. The sample is {way}."
    )
