"""IC50 from a dose series, only where the curve supports one.

The relative IC50 is the dose halfway between the plateaus of the curve; the absolute IC50 is the
dose where the response crosses a stated level, such as 50 % of the control. They differ as soon
as the lower plateau is not zero, so each result names which one it is. The untreated control
(dose zero) has no logarithm; it stands on the plateau that the curve leaves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypedDict, Unpack

import numpy as np
from numpy.typing import NDArray

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.potency.curve_support import (
    FlatResponse,
    MidpointBeyondDoses,
    NoCrossing,
    NoPlateau,
    StepResponse,
    covered_percent,
    refuse_alike,
    refuse_beyond,
    refuse_flat,
    refuse_no_plateau,
    refuse_no_slope,
    refuse_step,
)
from stemcell_kit.qc.potency.logistic import Logistic, NoFit, fit_logistic
from stemcell_kit.qc.potency.wells import dosed_wells
from stemcell_kit.shown import Shown, words

__all__ = [
    "DoseResponse",
    "FlatResponse",
    "HalfDose",
    "MidpointBeyondDoses",
    "NoCrossing",
    "NoPlateau",
    "StepResponse",
    "absolute_ic50",
    "dose_response",
]

_PARAMETERS = {"4PL": False, "5PL": True}


class CurveRules(TypedDict, total=False):
    """What a curve must satisfy; see :func:`dose_response`."""

    model: str
    least_span: float
    least_covered_percent: float
    plausible: tuple[float, float] | None
    bottom: float | None
    top: float | None
    confidence: float


@dataclass(frozen=True)
class HalfDose(Shown):
    """A dose with its interval, in the unit of the doses given; ``kind`` says which dose it is."""

    kind: str
    value: float
    interval: Interval
    n: int

    def __str__(self) -> str:
        return f"{words(self.value)} ({words(self.interval)})"


@dataclass(frozen=True)
class DoseResponse(Shown):
    """A curve that supports an IC50; a positive ``slope`` falls with dose.

    ``covered_percent`` is the part of the span between the plateaus that the doses show.
    """

    model: str
    relative_ic50: HalfDose
    bottom: float
    top: float
    slope: float
    asymmetry: float
    residual_sd: float
    covered_percent: float
    n: int
    notes: tuple[str, ...] = ()
    curve: Logistic = field(repr=False, kw_only=True)

    @property
    def value(self) -> float:
        """Relative IC50."""
        return self.relative_ic50.value


def dose_response(
    doses: Sequence[float],
    responses: Sequence[float],
    *,
    least_span: float,
    least_covered_percent: float,
    model: str = "4PL",
    plausible: tuple[float, float] | None = None,
    bottom: float | None = None,
    top: float | None = None,
    confidence: float = 0.95,
) -> DoseResponse:
    """Fit dose and response, and give the relative IC50 if the curve supports one.

    Parameters
    ----------
    doses, responses
        One entry a well; dose 0 is the untreated control. Doses are not logarithms.
    least_span
        Smallest difference of the plateaus that counts as a response, in units of the response.
    least_covered_percent
        Part of that difference that the doses tested must show.
    model
        ``4PL`` or ``5PL``.
    plausible
        Lowest and highest value that a plateau may have.
    bottom, top
        A plateau that is known and not fitted.

    Raises
    ------
    FlatResponse
        The response does not differ from a horizontal line, the slope does not differ from zero,
        or the plateaus are too close.
    StepResponse
        No dose lies between the plateaus: the IC50 is between two doses, and that is all.
    MidpointBeyondDoses
        The IC50 or an end of its interval is outside the doses.
    NoPlateau
        The doses do not show enough of the curve, or a plateau is not plausible.
    NoFit
        Too few doses, or the search finds no curve.

    Source
    ------
    Parameters as in Ritz et al. 2015, PLoS ONE 10:e0146021 (drc); intervals by the delta method
    on the logarithm of dose, with Student's t.
    """
    if model not in _PARAMETERS:
        raise BadInput(f"model is {model!r}; expected 4PL or 5PL.")
    x, y = dosed_wells({"dose": doses, "response": responses})
    known = {"bottom": bottom, "top": top}
    curve = _fit(x, y, known, _PARAMETERS[model], confidence)
    covered = covered_percent(curve, x)
    refuse_flat(curve, y, least_span, confidence)
    refuse_step(curve, x)
    refuse_no_slope(curve, confidence)
    refuse_no_plateau(curve, covered, least_covered_percent, plausible)
    half = _dose_at(curve, "relative IC50", _midpoint, confidence)
    refuse_beyond(half.value, half.interval, x)
    return DoseResponse(
        model, half, curve.bottom, curve.top, curve.slope, curve.asymmetry,
        curve.residual_sd, covered, curve.n, _notes(x), curve=curve,
    )  # fmt: skip


def absolute_ic50(
    doses: Sequence[float],
    responses: Sequence[float],
    *,
    level: float,
    **rules: Unpack[CurveRules],
) -> HalfDose:
    """Dose where the fitted curve crosses *level*, e.g. 50 for half of the control.

    The other arguments are those of :func:`dose_response`.

    Raises
    ------
    NoCrossing
        The level is not between the plateaus, or is crossed outside the doses: report the result
        as above the top dose (or below the lowest).
    NoFit
        As for :func:`dose_response`.
    """
    wanted = inputs.number(level, "level")
    fit = dose_response(doses, responses, **rules)
    curve, tested = fit.curve, sorted(dose for dose in doses if dose > 0)
    low, high = sorted((curve.bottom, curve.top))
    if not low < wanted < high:
        raise NoCrossing(
            f"the curve runs from {high:.4g} to {low:.4g} and never crosses {wanted:g}; expected "
            f"a crossing. Report the absolute IC50 as not reached up to {tested[-1]:g}."
        )
    dose = math.exp(curve.log_dose_at(wanted))
    if not tested[0] <= dose <= tested[-1]:
        side = f"above {tested[-1]:g}" if dose > tested[-1] else f"below {tested[0]:g}"
        raise NoCrossing(
            f"the curve crosses {wanted:g} at {dose:.4g}; expected a dose that was tested. "
            f"Report the absolute IC50 as {side}."
        )
    confidence = rules.get("confidence", 0.95)
    kind = f"absolute IC50 (response {wanted:g})"
    return _dose_at(curve, kind, lambda one: one.log_dose_at(wanted), confidence)


def _fit(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    known: dict[str, float | None],
    asymmetric: bool,
    confidence: float,
) -> Logistic:
    try:
        return fit_logistic(
            list(x), list(y), bottom=known["bottom"], top=known["top"], asymmetric=asymmetric
        )
    except NoFit:
        # the search has no floor when there is no response; then that is the reason to give
        refuse_alike(x, y, confidence)
        raise


def _midpoint(curve: Logistic) -> float:
    return curve.log_dose_at((curve.bottom + curve.top) / 2)


def _dose_at(
    curve: Logistic, kind: str, log_dose: Callable[[Logistic], float], confidence: float
) -> HalfDose:
    centre, margin = log_dose(curve), curve.margin_of(log_dose, confidence)
    low, value, high = (_exp(centre + side * margin) for side in (-1, 0, 1))
    interval = Interval(low, high, confidence, "delta method on the logarithm of dose")
    return HalfDose(kind, value, interval, curve.n)


def _exp(log_dose: float) -> float:
    """Dose of a logarithm; a dose that no number can hold is cut off, it will be refused."""
    return math.exp(min(700.0, max(-700.0, log_dose)))


def _notes(x: NDArray[np.float64]) -> tuple[str, ...]:
    untreated = int(np.sum(~np.isfinite(x)))
    if not untreated:
        return ()
    return (f"{untreated} untreated wells kept as control on the plateau at dose zero",)
