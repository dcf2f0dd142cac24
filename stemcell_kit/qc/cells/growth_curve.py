"""Growth curves: rate, lag and ceiling of a culture counted many times.

The rate is that of the growth phase: lag and plateau have terms of their own instead of flattening
the line. A culture that does not grow has no rate, whatever a fitting program prints.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.cells.growth import NoGrowth
from stemcell_kit.shown import Shown

__all__ = ["GrowthCurve", "NoPlateau", "fit_growth"]

MODELS = ("exponential", "logistic")
_LEAST = 6
# growth over the whole time in units of e; beyond it the exponentials leave the numbers
_STEEPEST = 300.0
_Values = NDArray[np.float64]


class NoPlateau(BadInput):
    """The counts do not bend: a ceiling would be a guess."""


@dataclass(frozen=True)
class GrowthCurve(Shown):
    """Specific growth rate per hour (``value``) with its interval, and the rest of the curve.

    ``capacity`` is the ceiling in cells, infinity for the exponential model; ``lag_h`` is 0 where
    a lag does not improve the fit. ``residual_sd`` is that of the natural logarithm, about a CV.
    """

    value: float
    unit: str
    n: int
    interval: Interval
    doubling_time_h: float
    lag_h: float
    initial: float
    capacity: float
    model: str
    residual_sd: float
    notes: tuple[str, ...] = ()


def fit_growth(
    hours: Sequence[float], cells: Sequence[float], *, model: str, confidence: float = 0.95
) -> GrowthCurve:
    """Fit exponential or logistic growth, each with a lag, to the logarithm of the counts.

    Parameters
    ----------
    hours, cells
        Time after seeding and viable cells (or cells/mL) at that time, background already taken
        off; at least six counts at five times or more.
    model
        ``"exponential"`` or ``"logistic"``.
    confidence
        Two-sided confidence of the interval of the rate, and of the test for growth.

    Returns
    -------
    A lag is kept only where it improves the fit (corrected information criterion of Akaike).

    Raises
    ------
    NoGrowth
        Flat or falling counts: a growth curve fits no better than their mean.
    NoPlateau
        A logistic curve is asked for, but the counts still rise as without a ceiling.
    BadInput
        Too few counts, or a count that has no logarithm.

    Source
    ------
    Baranyi & Roberts 1994, Int J Food Microbiol 23:277 (lag and logistic ceiling; without
    either the curve is the textbook one).
    """
    if model not in MODELS:
        raise BadInput(f"model is {model!r}; expected one of {', '.join(MODELS)}.")
    sure = inputs.open_share(confidence, "confidence")
    t, y = _logged(hours, cells)
    fits = [_fit(t, y, lag=lag, ceiling=model == "logistic") for lag in (False, True)]
    best = min(fits, key=lambda fit: _criterion(fit, len(t)))
    _check_growth(t, y, best, sure)
    if model == "logistic":
        _check_plateau(t, y, best, float(y.max()))
    return _curve(best, model, sure, t, _notes(t, y, best, model))


def _log_cells(values: Mapping[str, float], t: _Values) -> _Values:
    """Natural logarithm of the cells after *t* hours."""
    start, rate, lag, rise = (values[n] for n in ("start", "rate", "lag", "rise"))
    # both exponents are at most 0, so that nothing overflows
    waited = np.log(np.exp(-rate * t) + math.exp(-rate * lag) - np.exp(-rate * (t + lag)))
    grown = rate * t + waited
    if math.isinf(rise):
        return np.asarray(start + grown)
    return np.asarray(
        start + grown - np.log1p(np.expm1(np.minimum(grown, 600.0)) * math.exp(-rise))
    )


def _fit(t: _Values, y: _Values, *, lag: bool, ceiling: bool) -> Any:
    from lmfit import Minimizer, Parameters

    span, rise = float(np.ptp(t)), max(float(y.max() - y[t == t.min()].mean()), 0.1)
    begin = Parameters()
    begin.add("start", value=float(y[t == t.min()].mean()))
    begin.add("rate", value=2 * rise / span, min=1e-9, max=_STEEPEST / span)
    begin.add("lag", value=0.2 * span if lag else 0.0, min=0, max=span, vary=lag)
    begin.add("rise", value=rise * 1.05 if ceiling else math.inf, vary=ceiling)
    if ceiling:
        begin["rise"].set(min=1e-3, max=rise + 20)
    minimizer = Minimizer(lambda p: _log_cells(p.valuesdict(), t) - y, begin, calc_covar=False)
    return minimizer.minimize(method="leastsq")


def _rate_se(result: Any, t: _Values) -> float:
    """Standard error of the rate from the derivatives at the solution."""
    names = [name for name, one in result.params.items() if one.vary]
    solution, columns = result.params.valuesdict(), []
    for name in names:
        step = 1e-6 * max(abs(solution[name]), 1e-6)
        sides = [
            _log_cells({**solution, name: solution[name] + sign * step}, t) for sign in (1, -1)
        ]
        columns.append((sides[0] - sides[1]) / (2 * step))
    slopes = np.column_stack(columns)
    variance = float(np.sum(result.residual**2)) / max(1, len(t) - len(names))
    spread = np.linalg.pinv(slopes.T @ slopes) * variance
    return math.sqrt(max(0.0, float(spread[names.index("rate"), names.index("rate")])))


def _criterion(fit: Any, n: int) -> float:
    k = fit.nvarys + 1
    squares = max(float(np.sum(fit.residual**2)), 1e-20)
    return n * math.log(squares / n) + 2 * k + 2 * k * (k + 1) / max(1, n - k - 1)


def _check_growth(t: _Values, y: _Values, fit: Any, confidence: float) -> None:
    """Refuse what a growth curve explains no better than the mean of the counts does."""
    flat, left = float(np.sum((y - y.mean()) ** 2)), float(np.sum(fit.residual**2))
    more, df = fit.nvarys - 1, len(y) - fit.nvarys
    ratio = (flat - left) / more / max(left / df, 1e-20)
    if flat > 1e-12 and stats.f.sf(ratio, more, df) < 1 - confidence:
        return
    line = stats.linregress(t, y) if flat > 1e-12 else None
    trend = float(line.slope) if line else 0.0
    falls = line is not None and trend < 0 and line.pvalue < 1 - confidence
    raise NoGrowth(
        f"the counts {'fall' if falls else 'stay level within their scatter'} (trend "
        f"{trend:.2g} per hour); expected a rise that is clear at {100 * confidence:g} %. Report "
        "'no growth', not a rate, and look at attachment, medium and the counting method."
    )


def _check_plateau(t: _Values, y: _Values, fit: Any, highest: float) -> None:
    capacity = fit.params["start"].value + fit.params["rise"].value
    straight = min(_criterion(_fit(t, y, lag=lag, ceiling=False), len(t)) for lag in (False, True))
    # a ceiling of more than twice the highest count is beyond what was seen
    if capacity > highest + math.log(2) or straight <= _criterion(fit, len(t)):
        raise NoPlateau(
            f"the counts do not bend towards a ceiling (fitted at {math.exp(min(capacity, 700)):.3g}"
            f", highest count {math.exp(highest):.3g}); expected counts up to the plateau. Fit the "
            "exponential model, or count longer."
        )


def _notes(t: _Values, y: _Values, fit: Any, model: str) -> tuple[str, ...]:
    notes = [] if fit.params["lag"].vary else ["a lag does not improve the fit"]
    if model == "exponential" and len(t) > fit.nvarys + 3:
        bent = _fit(t, y, lag=fit.params["lag"].vary, ceiling=True)
        if _criterion(bent, len(t)) < _criterion(fit, len(t)):
            notes.append("the last counts bend away: fit the logistic model, or leave them out")
    return tuple(notes)


def _curve(
    fit: Any, model: str, confidence: float, t: _Values, notes: tuple[str, ...]
) -> GrowthCurve:
    start, rate, lag, rise = (fit.params[name].value for name in ("start", "rate", "lag", "rise"))
    df = len(t) - fit.nvarys
    half = float(stats.t.ppf((1 + confidence) / 2, df)) * _rate_se(fit, t)
    return GrowthCurve(
        value=rate,
        unit="1/h",
        n=len(t),
        interval=Interval(rate - half, rate + half, confidence, "t, linearised"),
        doubling_time_h=math.log(2) / rate,
        lag_h=lag,
        initial=math.exp(start),
        capacity=math.exp(start + rise) if model == "logistic" else math.inf,
        model=model,
        residual_sd=math.sqrt(float(np.sum(fit.residual**2)) / df),
        notes=notes,
    )


def _logged(hours: Sequence[float], cells: Sequence[float]) -> tuple[_Values, _Values]:
    if len(hours) != len(cells) or len(hours) < _LEAST or len(set(hours)) < _LEAST - 1:
        raise BadInput(
            f"{len(hours)} times ({len(set(hours))} of them different) and {len(cells)} counts; "
            f"expected a count for each time, at least {_LEAST} at {_LEAST - 1} times or more."
        )
    logs = []
    for i, one in enumerate(cells, 1):
        if inputs.number(one, f"count {i}") <= 0:
            raise BadInput(
                f"count {i} is {one:g}; expected more than 0: zero and negative numbers have no "
                "logarithm. Leave out what lies below the background, and say so."
            )
        logs.append(math.log(one))
    t = np.array([inputs.not_negative(one, f"time {i} in hours") for i, one in enumerate(hours, 1)])
    return t, np.array(logs)
