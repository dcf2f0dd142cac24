"""Does a fitted curve support an IC50? Each refusal says what is missing."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import special

from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.potency.logistic import Logistic, NoFit

__all__ = [
    "FlatResponse",
    "MidpointBeyondDoses",
    "NoCrossing",
    "NoPlateau",
    "StepResponse",
    "covered_percent",
    "refuse_alike",
    "refuse_beyond",
    "refuse_flat",
    "refuse_no_plateau",
    "refuse_no_slope",
    "refuse_step",
]

# A part of the span that is no rounding of a computer.
_SEEN = 1e-4


class FlatResponse(NoFit):
    """The response does not change enough with dose."""


class MidpointBeyondDoses(NoFit):
    """The midpoint, or its interval, lies outside the doses tested."""


class NoPlateau(NoFit):
    """The doses end before the curve does, or a plateau is where none can be."""


class StepResponse(NoFit):
    """Every dose is on one of the plateaus, so that the fall between them is not seen."""


class NoCrossing(NoFit):
    """The curve does not cross the level within the doses tested."""


def covered_percent(curve: Logistic, x: NDArray[np.float64]) -> float:
    """Part of the span between the plateaus that the doses tested show, in percent."""
    first, last = curve.at(float(x.min())), curve.at(float(x.max()))
    span = abs(curve.top - curve.bottom)
    return 100 * abs(first - last) / span if span else 0.0


def refuse_alike(x: NDArray[np.float64], y: NDArray[np.float64], confidence: float) -> None:
    """Refuse readings whose doses do not differ: one-way analysis of variance over the doses."""
    alpha = 1 - inputs.open_share(confidence, "confidence")
    groups = [y[x == dose] for dose in np.unique(x)]
    within = sum(float(np.sum((one - one.mean()) ** 2)) for one in groups)
    between = float(np.sum((y - y.mean()) ** 2)) - within
    freedom = len(groups) - 1, len(y) - len(groups)
    if freedom[0] < 1 or (freedom[1] < 1 and between > 0):
        return
    chance = float(between <= 0)
    if between > 0 and within > 0:
        chance = float(special.fdtrc(*freedom, between / freedom[0] * freedom[1] / within))
    if chance >= alpha:
        raise FlatResponse(
            f"the doses do not differ from each other (p = {chance:.2g}); expected a response to "
            "dose. Report no IC50; state the effect at the top dose."
        )


def refuse_flat(
    curve: Logistic, y: NDArray[np.float64], least_span: float, confidence: float
) -> None:
    """Refuse a curve that is a horizontal line, or a difference too small to matter."""
    alpha = 1 - inputs.open_share(confidence, "confidence")
    explained = float(np.sum((y - y.mean()) ** 2)) - curve.rss
    freedom = max(1, len(curve.errors) - 1)
    ratio = (
        math.inf if curve.rss == 0 else max(0.0, explained / freedom) * curve.freedom / curve.rss
    )
    chance = float(special.fdtrc(freedom, curve.freedom, ratio)) if ratio < math.inf else 0.0
    if chance >= alpha:
        raise FlatResponse(
            f"the curve explains the readings no better than a horizontal line (p = {chance:.2g}); "
            "expected a response to dose. Report no IC50; state the effect at the top dose."
        )
    span = abs(curve.top - curve.bottom)
    if span < inputs.positive(least_span, "least_span"):
        raise FlatResponse(
            f"the plateaus differ by {span:.3g}; expected at least {least_span:g}. "
            "Report no IC50; state the effect at the top dose."
        )


def refuse_no_slope(curve: Logistic, confidence: float) -> None:
    """Refuse a curve whose slope may be zero."""
    margin = curve.margin_of(lambda one: one.slope, confidence)
    if margin >= abs(curve.slope):
        raise FlatResponse(
            f"the slope is {curve.slope:.3g} +/- {margin:.3g} and may be zero; expected a slope "
            "that the readings determine. Add doses around the midpoint, or replicates."
        )


def refuse_no_plateau(
    curve: Logistic, covered: float, least: float, plausible: tuple[float, float] | None
) -> None:
    """Refuse a curve of which the doses show too little, or that ends where it cannot."""
    if covered < inputs.positive(least, "least_covered_percent"):
        raise NoPlateau(
            f"the doses show {covered:.0f} % of the span between the fitted plateaus; expected at "
            f"least {least:g} %. Test higher (or lower) doses before reporting an IC50."
        )
    for name in ("bottom", "top") if plausible else ():
        low, high = plausible or (0.0, 0.0)
        value = getattr(curve, name)
        if not low <= value <= high:
            raise NoPlateau(
                f"the {name} plateau is {value:.4g}; expected {low:g} to {high:g}. Look for a "
                "wrong control, or fix the plateau and say so."
            )


def refuse_step(curve: Logistic, x: NDArray[np.float64]) -> None:
    """Refuse a curve of which no dose shows the way from one plateau to the other."""
    span = abs(curve.top - curve.bottom)
    room = max(curve.residual_sd, _SEEN * span)
    doses = np.unique(x[np.isfinite(x)])
    seen = [curve.at(float(dose)) for dose in doses]
    between = [abs(y - curve.bottom) > room and abs(y - curve.top) > room for y in seen]
    if not any(between):
        raise StepResponse(
            f"every dose reads as one of the plateaus ({curve.top:.4g} or {curve.bottom:.4g}); "
            "expected at least one in between. The IC50 lies between two doses: test doses there."
        )


def refuse_beyond(value: float, interval: Interval, x: NDArray[np.float64]) -> None:
    """Refuse a midpoint whose interval leaves the doses tested."""
    tested = np.exp(x[np.isfinite(x)])
    low, high = float(tested.min()), float(tested.max())
    if not (low <= interval.low and interval.high <= high):
        raise MidpointBeyondDoses(
            f"the midpoint is {value:.3g} (interval {interval.low:.3g} to "
            f"{interval.high:.3g}); expected both ends within the doses tested, {low:g} to "
            f"{high:g}. Extend the series; do not report an IC50 that was not tested."
        )
