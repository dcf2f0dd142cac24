"""The logistic curve of dose and response, fitted by least squares.

``y = bottom + (top - bottom) / (1 + exp(slope * (ln x - location)))**asymmetry``. With this
parameterisation a positive slope falls with dose. With asymmetry 1 (four parameters)
``exp(location)`` is the midpoint; with five parameters it is not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.qc.potency.wells import pairs, t_quantile
from stemcell_kit.shown import Shown

__all__ = ["Logistic", "NoFit", "fit_logistic", "logistic_value", "start_values"]

_NAMES = ("bottom", "top", "location", "slope", "asymmetry")
# A search that needs more wanders along a valley without a floor.
_MOST_TRIES = 400
_EXACT: dict[str, Any] = {"ftol": 1e-15, "xtol": 1e-15, "gtol": 1e-15}
_EXACT |= {"jac": "3-point", "max_nfev": _MOST_TRIES}
# Steeper or more lopsided curves are steps: the readings no longer say how steep.
_ASYMMETRY_BOUNDS = (1e-3, 1e3)


class NoFit(BadInput):
    """The readings determine no curve of this kind."""


@dataclass(frozen=True)
class Logistic(Shown):
    """A fitted logistic curve; ``location`` is a natural logarithm of dose.

    ``errors`` maps each free parameter to its standard error; ``residual_sd`` is the square root
    of ``rss / freedom``.
    """

    bottom: float
    top: float
    location: float
    slope: float
    asymmetry: float
    rss: float
    residual_sd: float
    n: int
    freedom: int
    errors: Mapping[str, float]
    covariance: NDArray[np.float64] = field(repr=False, compare=False)

    def log_dose_at(self, response: float) -> float:
        """Natural logarithm of the dose with this response, which must lie between the plateaus."""
        part = (response - self.bottom) / (self.top - self.bottom)
        if not 0 < part < 1:
            raise NoFit(
                f"the response {response:g} is not between the plateaus {self.bottom:.4g} and "
                f"{self.top:.4g}; expected a response on the curve. No dose gives it."
            )
        steps = -math.log(part) / self.asymmetry
        # the logarithm of e**steps - 1, without the overflow of a lopsided curve
        return self.location + (steps + math.log(-math.expm1(-steps))) / self.slope

    def at(self, log_dose: float) -> float:
        """Response at a dose, given as its natural logarithm (minus infinity for none)."""
        values = [getattr(self, name) for name in _NAMES]
        return float(logistic_value(np.array([log_dose]), *values, falls=self.slope > 0)[0])

    def error_of(self, quantity: Callable[[Logistic], float]) -> float:
        """Standard error of a quantity of the curve, by the delta method."""
        gradient = []
        for name, error in self.errors.items():
            # readings without scatter have an error of zero
            step = max(1e-4 * error, 1e-7 * max(1.0, abs(getattr(self, name))))
            up, down = (replace(self, **{name: getattr(self, name) + s}) for s in (step, -step))
            gradient.append((quantity(up) - quantity(down)) / (2 * step))
        slopes = np.array(gradient)
        return math.sqrt(max(0.0, float(slopes @ self.covariance @ slopes)))

    def margin_of(self, quantity: Callable[[Logistic], float], confidence: float) -> float:
        """Half the width of the confidence interval of a quantity of the curve."""
        return t_quantile(confidence, self.freedom) * self.error_of(quantity)


def logistic_value(
    log_dose: NDArray[np.float64],
    bottom: float,
    top: float,
    location: float,
    slope: float,
    asymmetry: float = 1.0,
    *,
    falls: bool,
) -> NDArray[np.float64]:
    """Response at each natural logarithm of dose; minus infinity is the dose zero."""
    dosed = np.isfinite(log_dose)
    # the untreated well stands on the plateau that the curve leaves
    values = np.full(log_dose.shape, float(top if falls else bottom))
    steep = np.logaddexp(0.0, slope * (log_dose[dosed] - location))
    values[dosed] = bottom + (top - bottom) * np.exp(-asymmetry * steep)
    return values


def fit_logistic(
    log_doses: Sequence[float],
    responses: Sequence[float],
    *,
    bottom: float | None = None,
    top: float | None = None,
    asymmetric: bool = False,
    weights: Sequence[float] | None = None,
) -> Logistic:
    """Fit the logistic curve to readings.

    Parameters
    ----------
    log_doses
        Natural logarithms of the doses; minus infinity for the dose zero.
    responses
        One reading for each dose.
    bottom, top
        A plateau that is known and not fitted.
    asymmetric
        Fit the fifth parameter too.
    weights
        Weights of the squared residuals, e.g. one over the squared signal.

    Raises
    ------
    NoFit
        There are not more readings than parameters, fewer doses than parameters, or the search
        finds no curve.
    """
    x, y = _checked(log_doses, responses)
    fixed = {"bottom": bottom, "top": top, "asymmetry": None if asymmetric else 1.0}
    free = [name for name in _NAMES if fixed.get(name) is None]
    if len(y) <= len(free) or len(set(x)) < len(free):
        raise NoFit(
            f"{len(y)} readings at {len(set(x))} doses for {len(free)} parameters; expected more "
            "readings than parameters and as many doses. Add doses, or fix a plateau you know."
        )
    roots = np.ones(len(y)) if weights is None else _roots(weights, len(y))
    start = start_values(x, y)
    falls = start["slope"] > 0
    if asymmetric:
        first = _search(x, y, roots, {**fixed, "asymmetry": 1.0}, start, falls)
        start |= {name: float(value) for name, value in first.params.valuesdict().items()}
    found = _search(x, y, roots, fixed, start, falls)
    return _read(found, free, len(y))


def start_values(x: NDArray[np.float64], y: NDArray[np.float64]) -> dict[str, float]:
    """Guess a curve from readings: plateaus, midpoint and direction."""
    levels = {dose: float(y[x == dose].mean()) for dose in sorted(set(x))}
    doses = [dose for dose in levels if math.isfinite(dose)]
    low, high = min(levels.values()), max(levels.values())
    ends = list(levels.values())
    near = min(doses, key=lambda dose: abs(levels[dose] - (low + high) / 2))
    sign = 1.0 if ends[0] >= ends[-1] else -1.0
    width = max(doses) - min(doses)
    guess = {"bottom": low, "top": high, "location": near, "asymmetry": 1.0}
    # a curve takes about half the tested range to fall
    return {**guess, "slope": sign * 8.0 / width if width else sign}


def _checked(
    log_doses: Sequence[float], responses: Sequence[float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    # minus infinity is a dose here, so it is set aside while the rest is checked
    finite = [0.0 if dose == -math.inf else dose for dose in log_doses]
    table: Mapping[str, Sequence[float]] = {"log_dose": finite, "response": responses}
    x, y = pairs(table, "log_dose", "response")
    x[[dose == -math.inf for dose in log_doses]] = -math.inf
    if not np.isfinite(x).any():
        raise NoFit("every well is untreated; expected doses above zero. Check the dose column.")
    return x, y


def _roots(weights: Sequence[float], n: int) -> NDArray[np.float64]:
    if len(weights) != n:
        raise BadInput(f"{len(weights)} weights for {n} readings; expected one for each reading.")
    return np.sqrt([inputs.positive(weight, "a weight") for weight in weights])


def _parameters(fixed: Mapping[str, float | None], start: Mapping[str, float]) -> Any:
    import lmfit

    params = lmfit.Parameters()
    for name in _NAMES:
        known = fixed.get(name)
        params.add(name, value=start[name] if known is None else known, vary=known is None)
    if params["asymmetry"].vary:
        low, high = _ASYMMETRY_BOUNDS
        params["asymmetry"].set(min=low, max=high)
    return params


def _search(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    roots: NDArray[np.float64],
    fixed: Mapping[str, float | None],
    start: Mapping[str, float],
    falls: bool,
) -> Any:
    import lmfit

    params = _parameters(fixed, start)

    def residuals(p: Any) -> NDArray[np.float64]:
        return (logistic_value(x, **p.valuesdict(), falls=falls) - y) * roots

    with np.errstate(all="ignore"):
        found = lmfit.minimize(residuals, params, method="leastsq", max_nfev=_MOST_TRIES)
        if found.covar is None:
            return found
        # central differences settle what forward ones leave open in a flat valley
        settled = lmfit.minimize(residuals, found.params, method="least_squares", **_EXACT)
    return found if settled.covar is None else settled


def _read(found: Any, free: Sequence[str], n: int) -> Logistic:
    values = found.params.valuesdict()
    usable = found.covar is not None and all(v >= 0 for v in np.diag(found.covar))
    if not usable or not all(map(math.isfinite, values.values())):
        raise NoFit(
            "the search found no curve that the readings determine; expected a start, a slope and "
            "an end. Look at the plot: add doses where the response changes, or fix a plateau."
        )
    errors = {name: float(found.params[name].stderr) for name in free}
    rss, freedom = float(found.chisqr), int(found.nfree)
    return Logistic(
        **{name: float(values[name]) for name in _NAMES},
        rss=rss,
        residual_sd=math.sqrt(rss / freedom),
        n=n,
        freedom=freedom,
        errors=errors,
        covariance=np.asarray(found.covar, dtype=float),
    )
