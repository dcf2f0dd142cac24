"""Straight-line calibration: the line, how well it gives its standards back, and its limits.

No result is read beyond the standards. Below the lowest standard it is reported as ``<LLOQ``,
which is not zero; above the highest the sample is diluted and measured again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.potency.reporting import Concentration, reported
from stemcell_kit.qc.potency.wells import Readings, pairs, replicates, t_quantile
from stemcell_kit.shown import Shown

__all__ = [
    "CalibrationLine",
    "calibration_line",
    "failing_standards",
    "line_concentration",
]

_POWERS = {"1": 0, "1/x": 1, "1/x2": 2}


@dataclass(frozen=True)
class CalibrationLine(Shown):
    """A weighted straight line ``signal = intercept + slope * concentration``.

    ``recovery_percent`` is what each standard above zero reads back, in the order given. ``lod``
    and ``loq`` are 3.3 and 10 residual SD over the slope.
    """

    slope: float
    intercept: float
    r_squared: float
    residual_sd: float
    lod: float
    loq: float
    recovery_percent: tuple[float, ...]
    standards: tuple[float, ...]
    weights: str
    n: int

    @property
    def value(self) -> float:
        """Slope."""
        return self.slope


def calibration_line(
    concentrations: Sequence[float], signals: Sequence[float], *, weights: str = "1"
) -> CalibrationLine:
    """Fit a straight line to standards.

    Parameters
    ----------
    concentrations, signals
        One entry a standard or replicate.
    weights
        ``1``, ``1/x`` or ``1/x2``, of the squared residuals. With weights the residual SD is that
        of weight 1.

    Raises
    ------
    BadInput
        Fewer than three different standards, a slope of zero, or a zero standard under a weight
        that divides by it.
    """
    x, y = pairs({"concentration": concentrations, "signal": signals}, "concentration", "signal")
    if weights not in _POWERS:
        raise BadInput(f"weights is {weights!r}; expected one of {', '.join(_POWERS)}.")
    if len(np.unique(x)) < 3 or (x < 0).any():
        raise BadInput(
            f"{len(np.unique(x))} different standards, lowest {x.min():g}; expected at least 3 "
            "from 0 on. Add standards across the range of the samples."
        )
    if _POWERS[weights] and (x == 0).any():
        raise BadInput(
            f"a standard of 0 has no weight {weights}; expected standards above 0. Leave the "
            "blank out of the weighted line, or use weight 1."
        )
    weight = 1 / x ** _POWERS[weights] if _POWERS[weights] else np.ones(len(x))
    return _line(x, y, weight, weights)


def line_concentration(
    signal: Readings,
    *,
    concentrations: Sequence[float],
    signals: Sequence[float],
    weights: str = "1",
    lloq: float | None = None,
    dilution: float = 1.0,
    unit: str = "",
    confidence: float = 0.95,
) -> Concentration:
    """Read a sample's concentration from the line through the standards.

    Parameters
    ----------
    signal
        One reading or the replicate readings of the sample.
    lloq
        Lower limit of quantification, in the diluted sample; the lowest standard above zero if
        none is given.
    dilution
        How many times the sample was diluted; the result is that of the undiluted sample.

    Returns
    -------
    The concentration. The interval is that of inverse prediction and is given for weight 1.

    Raises
    ------
    AboveTopStandard
        The diluted sample reads above the highest standard.

    Source
    ------
    Interval: Miller & Miller, Statistics and Chemometrics for Analytical Chemistry, chapter 5.
    """
    line = calibration_line(concentrations, signals, weights=weights)
    wells = replicates(signal, "signal")
    found = (float(wells.mean()) - line.intercept) / line.slope
    interval = None
    if weights == "1":
        x = np.asarray(concentrations, dtype=float)
        half = _inverse_margin(line, x, found, len(wells), confidence)
        interval = Interval(found - half, found + half, confidence, "inverse prediction")
    return reported(
        found,
        standards=line.standards,
        lloq=lloq,
        dilution=dilution,
        unit=unit,
        n=len(wells),
        interval=interval,
    )


def failing_standards(
    line: CalibrationLine, *, within_percent: float, lowest_within_percent: float
) -> tuple[float, ...]:
    """Standards that do not read back within a percentage of what they are.

    The lowest standard has its own, usually wider limit; a limit is included.
    """
    limits = {
        True: inputs.positive(lowest_within_percent, "lowest_within_percent"),
        False: inputs.positive(within_percent, "within_percent"),
    }
    above_zero = [one for one in line.standards if one > 0]
    return tuple(
        standard
        for standard, recovery in zip(above_zero, line.recovery_percent, strict=True)
        # the last binary digit must not fail a standard that is on the limit
        if abs(recovery - 100) > limits[standard == min(above_zero)] + 1e-9
    )


def _line(
    x: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64], name: str
) -> CalibrationLine:
    centre_x, centre_y = np.average(x, weights=weight), np.average(y, weights=weight)
    slope = float(np.sum(weight * (x - centre_x) * y) / np.sum(weight * (x - centre_x) ** 2))
    if slope == 0:
        raise BadInput(
            "the signal does not change with concentration; expected a slope. "
            "Check that the right column was read."
        )
    intercept = float(centre_y - slope * centre_x)
    left = float(np.sum(weight * (y - intercept - slope * x) ** 2))
    total = float(np.sum(weight * (y - centre_y) ** 2))
    residual_sd = math.sqrt(left / (len(x) - 2))
    positive = x > 0
    recovery = 100 * (y[positive] - intercept) / slope / x[positive]
    return CalibrationLine(
        slope=slope,
        intercept=intercept,
        r_squared=1 - left / total,
        residual_sd=residual_sd,
        lod=3.3 * residual_sd / abs(slope),
        loq=10 * residual_sd / abs(slope),
        recovery_percent=tuple(map(float, recovery)),
        standards=tuple(map(float, x)),
        weights=name,
        n=len(x),
    )


def _inverse_margin(
    line: CalibrationLine, x: NDArray[np.float64], found: float, wells: int, confidence: float
) -> float:
    away = (found - x.mean()) ** 2 / float(np.sum((x - x.mean()) ** 2))
    error = line.residual_sd / abs(line.slope) * math.sqrt(1 / wells + 1 / len(x) + away)
    return t_quantile(confidence, len(x) - 2) * error
