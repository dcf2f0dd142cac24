"""Lytic units: how many effectors kill a stated percentage of the targets.

One lytic unit is the number of effectors that lyses the stated percentage of the targets of one
well. The unit means something only with the percentage and the method of reading the curve.
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
from stemcell_kit.qc.potency.wells import pairs, t_quantile
from stemcell_kit.shown import Shown

__all__ = ["LyticUnits", "NotEstimable", "lytic_units"]


class NotEstimable(BadInput):
    """The curve does not reach the percentage, so no lytic units can be told."""


@dataclass(frozen=True)
class LyticUnits(Shown):
    """Lytic units per number of effectors; ``ratio`` is the E:T ratio at the percentage.

    ``slope`` is that of the logit line, or of the interpolating segment in percent per unit of
    ln E:T. Interpolation has no interval.
    """

    value: float
    unit: str
    ratio: float
    slope: float
    n: int
    method: str
    extrapolated: bool
    interval: Interval | None = None
    notes: tuple[str, ...] = ()


def lytic_units(
    ratios: Sequence[float],
    lysis_percent: Sequence[float],
    *,
    at_percent: float,
    targets_per_well: float,
    per_effectors: float = 1e7,
    method: str = "logit",
    confidence: float = 0.95,
) -> LyticUnits:
    """Lytic units at *at_percent* lysis per *per_effectors* effector cells.

    Parameters
    ----------
    ratios, lysis_percent
        E:T ratios (effectors for one target) and the specific lysis at each.
    at_percent
        Percentage that defines the unit, above 0 and below 100.
    method
        ``logit``: line through logit(lysis) over ln(E:T); lysis of 0 or less and of 100 or more
        has no logit and is left out with a note. ``interpolation``: straight between the two
        neighbours on ln(E:T).

    Raises
    ------
    NotEstimable
        No lysis reaches the percentage, lysis does not rise with the ratio, or too few ratios.
    BadInput
        A ratio that is not above zero, or an unknown method.

    Source
    ------
    Bryant et al. 1992, J Immunol Methods 146:91. LU = N / (T X).
    """
    x, y = _curve(ratios, lysis_percent)
    _check_readable(y, at_percent, method)
    read = _by_logit if method == "logit" else _by_interpolation
    log_ratio, slope, margin, n, notes = read(x, y, at_percent, confidence)
    per_unit = inputs.positive(targets_per_well, "targets_per_well")
    units = inputs.positive(per_effectors, "per_effectors") / per_unit
    interval = None
    if margin is not None:
        low, high = (units * math.exp(-log_ratio + side * margin) for side in (-1, 1))
        interval = Interval(low, high, confidence, "delta method on ln E:T")
    outside, flag = _extrapolation(x, log_ratio)
    return LyticUnits(
        value=units * math.exp(-log_ratio),
        unit=f"LU{at_percent:g} per {per_effectors:.0e} effectors",
        ratio=math.exp(log_ratio),
        slope=slope,
        n=n,
        method=method,
        extrapolated=outside,
        interval=interval,
        notes=(*notes, *flag),
    )


def _check_readable(y: NDArray[np.float64], at_percent: float, method: str) -> None:
    if not 0 < inputs.number(at_percent, "at_percent") < 100:
        raise BadInput(f"at_percent is {at_percent:g}; expected above 0 and below 100.")
    if method not in ("logit", "interpolation"):
        raise BadInput(f"method is {method!r}; expected logit or interpolation.")
    if y.max() < at_percent:
        raise NotEstimable(
            f"the highest lysis is {y.max():.3g} %; expected at least {at_percent:g} %. Report "
            f"LU{at_percent:g} as not estimable, or test higher ratios."
        )


def _curve(
    ratios: Sequence[float], lysis_percent: Sequence[float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    ratio, lysis = pairs({"ratio": ratios, "lysis": lysis_percent}, "ratio", "lysis")
    if (ratio <= 0).any():
        raise BadInput(
            f"an E:T ratio is {ratio.min():g}; expected more than 0. Wells without effectors are "
            "the spontaneous release; leave them out."
        )
    order = np.argsort(ratio, kind="stable")
    x, y = np.log(ratio[order]), lysis[order]
    if len(np.unique(x)) < 3:
        raise NotEstimable(
            f"{len(np.unique(x))} E:T ratio(s); expected at least 3. Test a series of ratios."
        )
    return x, y


def _by_logit(
    x: NDArray[np.float64], y: NDArray[np.float64], at: float, confidence: float
) -> tuple[float, float, float | None, int, tuple[str, ...]]:
    usable = (y > 0) & (y < 100)
    left_out = int(np.sum(~usable))
    notes = (f"{left_out} value(s) outside 0 to 100 % have no logit; left out",) if left_out else ()
    x, logit = x[usable], np.log(y[usable] / (100 - y[usable]))
    if len(np.unique(x)) < 3:
        raise NotEstimable(
            f"{len(np.unique(x))} ratio(s) with lysis between 0 and 100 %; expected at least 3. "
            "Test more ratios around the percentage."
        )
    centre = x.mean()
    spread = float(np.sum((x - centre) ** 2))
    slope = float(np.sum((x - centre) * logit)) / spread
    if slope <= 0:
        raise NotEstimable(
            f"lysis does not rise with the ratio (slope {slope:.3g}); expected a rising curve. "
            "Check the plate map and the order of the ratios."
        )
    wanted = math.log(at / (100 - at))
    away = (wanted - float(logit.mean())) / slope
    residual = logit - logit.mean() - slope * (x - centre)
    variance = float(np.sum(residual**2)) / (len(x) - 2)
    error = math.sqrt(variance * (1 / len(x) + away**2 / spread)) / slope
    margin = t_quantile(confidence, len(x) - 2) * error
    return float(centre) + away, slope, margin, len(x), notes


def _by_interpolation(
    x: NDArray[np.float64], y: NDArray[np.float64], at: float, confidence: float
) -> tuple[float, float, float | None, int, tuple[str, ...]]:
    ratios = np.unique(x)
    means = np.array([y[x == ratio].mean() for ratio in ratios])
    crossings = [k for k in range(len(ratios) - 1) if means[k] < at <= means[k + 1]]
    if not crossings:
        raise NotEstimable(
            f"lysis runs from {means[0]:.3g} to {means[-1]:.3g} % and never rises across "
            f"{at:g} %; expected a crossing. Test lower or higher ratios, or use the logit line."
        )
    k = crossings[0]
    slope = float((means[k + 1] - means[k]) / (ratios[k + 1] - ratios[k]))
    note = ("lysis crosses the percentage more than once; the lowest ratio is taken",)
    return (
        float(ratios[k]) + (at - float(means[k])) / slope,
        slope,
        None,
        len(y),
        note if len(crossings) > 1 else (),
    )


def _extrapolation(x: NDArray[np.float64], log_ratio: float) -> tuple[bool, tuple[str, ...]]:
    ratios = np.unique(x)
    below, above = ratios[0] - log_ratio, log_ratio - ratios[-1]
    beyond = max(below, above)
    if beyond <= 0:
        return False, ()
    step = ratios[1] - ratios[0] if below > 0 else ratios[-1] - ratios[-2]
    far = (
        "more than one dilution step" if beyond > step * (1 + 1e-9) else "within one dilution step"
    )
    return True, (f"extrapolated {far} beyond the ratios tested; treat as an estimate",)
