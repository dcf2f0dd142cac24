"""Four-parameter calibration, with the parameters named so that vendors cannot be confused.

``y = D + (A - D) / (1 + (x / C)**B)`` with B above zero: A is the signal without analyte, D the
signal of endless analyte, C the concentration halfway. Programs that exchange A and D write a
negative B; :func:`vendor_parameters` turns theirs into these.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.qc.potency.logistic import fit_logistic
from stemcell_kit.qc.potency.reporting import Concentration, reported
from stemcell_kit.qc.potency.wells import Readings, pairs, replicates
from stemcell_kit.shown import Shown

__all__ = [
    "CalibrationCurve",
    "OffCurve",
    "calibration_curve",
    "curve_concentration",
    "curve_signal",
    "signal_concentration",
    "vendor_parameters",
]

_POWERS = {"1": 0, "1/y": 1, "1/y2": 2}


class OffCurve(BadInput):
    """The signal is at or beyond a plateau, so no concentration gives it."""


@dataclass(frozen=True)
class CalibrationCurve(Shown):
    """A fitted four-parameter curve; ``recovery_percent`` is what each standard reads back.

    A standard whose signal lies beyond a plateau reads back nothing: it is in ``off_curve``.
    """

    a: float
    b: float
    c: float
    d: float
    residual_sd: float
    recovery_percent: tuple[float, ...]
    off_curve: tuple[float, ...]
    standards: tuple[float, ...]
    weights: str
    n: int


def curve_signal(concentration: float, *, a: float, b: float, c: float, d: float) -> float:
    """Signal of a concentration, from the four parameters."""
    _check(b, c)
    x = inputs.not_negative(concentration, "concentration")
    return d + (a - d) / (1 + (x / c) ** b)


def signal_concentration(signal: float, *, a: float, b: float, c: float, d: float) -> float:
    """Concentration of a signal, from the four parameters: ``C ((A - y) / (y - D))**(1 / B)``.

    Raises
    ------
    OffCurve
        The signal is not between A and D.
    """
    _check(b, c)
    y = inputs.number(signal, "signal")
    low, high = sorted((a, d))
    if y == a:
        return 0.0
    if not low < y < high:
        raise OffCurve(
            f"the signal {y:g} is not between the plateaus {low:.4g} and {high:.4g}; expected a "
            "signal on the curve. Dilute the sample, or report it as below the lowest standard."
        )
    return float(c * ((a - y) / (y - d)) ** (1 / b))


def vendor_parameters(a: float, b: float, c: float, d: float) -> tuple[float, float, float, float]:
    """Return A, B, C, D with B above zero: a negative B means that A and D are exchanged."""
    if inputs.number(b, "b") == 0:
        raise BadInput("B is 0; expected a slope. A curve without slope calibrates nothing.")
    return (a, b, c, d) if b > 0 else (d, -b, c, a)


def calibration_curve(
    concentrations: Sequence[float], signals: Sequence[float], *, weights: str = "1"
) -> CalibrationCurve:
    """Fit a four-parameter curve to standards; a standard of 0 enters as concentration 0.

    Parameters
    ----------
    weights
        ``1``, ``1/y`` or ``1/y2``, of the squared residuals.

    Raises
    ------
    NoFit
        Too few standards, or no curve is found.
    BadInput
        A signal that a weight cannot divide by.
    """
    x, y = pairs({"concentration": concentrations, "signal": signals}, "concentration", "signal")
    if weights not in _POWERS:
        raise BadInput(f"weights is {weights!r}; expected one of {', '.join(_POWERS)}.")
    power = _POWERS[weights]
    if (x < 0).any() or (power and (y <= 0).any()):
        raise BadInput(
            f"lowest concentration {x.min():g}, lowest signal {y.min():g}; expected concentrations "
            "from 0 on, and signals above 0 for this weight."
        )
    logs = [math.log(one) if one > 0 else -math.inf for one in x]
    weight = [float(one**-power) for one in y] if power else None
    fit = fit_logistic(logs, list(y), weights=weight)
    a, d = (fit.top, fit.bottom) if fit.slope > 0 else (fit.bottom, fit.top)
    shape = {"a": a, "b": abs(fit.slope), "c": math.exp(fit.location), "d": d}
    kept, off = _read_back(x[x > 0], y[x > 0], shape)
    return CalibrationCurve(
        **shape,
        residual_sd=fit.residual_sd,
        recovery_percent=kept,
        off_curve=off,
        standards=tuple(map(float, x)),
        weights=weights,
        n=len(x),
    )


def curve_concentration(
    signal: Readings,
    *,
    concentrations: Sequence[float],
    signals: Sequence[float],
    weights: str = "1",
    lloq: float | None = None,
    dilution: float = 1.0,
    unit: str = "",
) -> Concentration:
    """Read a sample from the four-parameter curve through the standards.

    Arguments as for :func:`stemcell_kit.qc.potency.calibration.line_concentration`.

    Raises
    ------
    AboveTopStandard
        The diluted sample reads above the highest standard.
    OffCurve
        The signal lies beyond the upper plateau (D).
    """
    curve = calibration_curve(concentrations, signals, weights=weights)
    wells = replicates(signal, "signal")
    y = float(wells.mean())
    # beyond the plateau of the blank lies less than nothing: below the limit
    blank_side = y <= curve.a if curve.a < curve.d else y >= curve.a
    found = 0.0
    if not blank_side:
        found = signal_concentration(y, a=curve.a, b=curve.b, c=curve.c, d=curve.d)
    return reported(
        found, standards=curve.standards, lloq=lloq, dilution=dilution, unit=unit, n=len(wells)
    )


def _check(b: float, c: float) -> None:
    inputs.positive(c, "c")
    if inputs.number(b, "b") <= 0:
        raise BadInput(
            f"B is {b:g}; expected above 0. With a negative B the program has exchanged A and D: "
            "use vendor_parameters."
        )


def _read_back(
    x: np.ndarray[tuple[int], np.dtype[np.float64]],
    y: np.ndarray[tuple[int], np.dtype[np.float64]],
    shape: dict[str, float],
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    recoveries, off = [], []
    for standard, signal in zip(map(float, x), map(float, y), strict=True):
        try:
            recoveries.append(100 * signal_concentration(signal, **shape) / standard)
        except OffCurve:
            off.append(standard)
    return tuple(recoveries), tuple(off)
