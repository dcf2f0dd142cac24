"""Stability: the trend of a property over months, the time it lasts, and whether lots pool.

Common practice for stored products (ICH Q1E style): the shelf life ends where the one-sided
bound of the mean line meets the limit, not where the line itself does.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["Poolability", "StabilityTrend", "poolability", "stability_trend"]

_LEAST = 3
_Values = NDArray[np.float64]


@dataclass(frozen=True)
class StabilityTrend(Shown):
    """Months until the bound of the mean meets the limit (``value``), and the line behind it.

    ``reached`` is false when the bound stays inside the limit up to the longest time asked for;
    ``value`` is then that time. ``line_meets_limit`` is where the line itself gets there, infinity
    if never.
    """

    value: float
    unit: str
    n: int
    reached: bool
    slope: float
    slope_interval: Interval
    intercept: float
    residual_sd: float
    r_squared: float
    line_meets_limit: float
    notes: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether the interval of the slope leaves out zero."""
        return not self.slope_interval.low <= 0 <= self.slope_interval.high


@dataclass(frozen=True)
class Poolability(Shown):
    """Which line fits all lots (``value``), with the F tests of equal slopes and intercepts."""

    value: str
    n: int
    lots: int
    slopes_f: float
    slopes_p: float
    intercepts_f: float
    intercepts_p: float
    notes: tuple[str, ...] = ()


def stability_trend(
    months: Sequence[float],
    values: Sequence[float],
    *,
    limit: float,
    side: str,
    longest: float,
    confidence: float = 0.95,
) -> StabilityTrend:
    """Straight line through a property over time, and how long it is sure to hold its limit.

    Parameters
    ----------
    months, values
        Time in storage and the property at that time, one pair per test of the lot.
    limit, side
        Acceptance limit, and whether it is the ``"lower"`` or the ``"upper"`` one.
    longest
        Months up to which a result may be claimed; the data carry little beyond their end.
    confidence
        One-sided confidence of the bound of the mean; the interval of the slope is two-sided.

    Raises
    ------
    BadInput
        Fewer than three pairs or two times, no scatter, or a bound that misses the limit at the
        start already.

    Source
    ------
    Regression with one-sided bound as in ICH Q1E, Evaluation for stability data (2003),
    appendix.
    """
    x, y = _columns(months, values)
    at, up_to = inputs.number(limit, "limit"), inputs.positive(longest, "longest time in months")
    sign = _sign(side)
    slope, intercept, sd = _line(x, y)
    n, t = len(x), float(stats.t.ppf(inputs.open_share(confidence, "confidence"), len(x) - 2))
    spread = float(np.sum((x - x.mean()) ** 2))

    def room(time: float) -> float:
        half = t * sd * math.sqrt(1 / n + (time - x.mean()) ** 2 / spread)
        return sign * (intercept + slope * time - at) - half

    if room(0.0) < 0:
        raise BadInput(
            f"the bound of the mean misses the limit {at:g} at month 0 already (line starts at "
            f"{intercept:.4g}); expected a lot that is inside at the start. Look at release data, "
            "or take more tests: with few of them the bound is wide."
        )
    reached = room(up_to) < 0
    value = float(optimize.brentq(room, 0.0, up_to)) if reached else up_to
    half = float(stats.t.ppf((1 + confidence) / 2, n - 2)) * sd / math.sqrt(spread)
    interval = Interval(slope - half, slope + half, confidence, "t")
    meets = (at - intercept) / slope if slope else math.inf
    notes = _notes(value, float(x.max()), reached)
    return StabilityTrend(
        value, "months", n, reached, slope, interval, intercept, sd,
        1 - _residual(x, y) / _products(y, y), meets if meets >= 0 else math.inf, notes,
    )  # fmt: skip


def poolability(
    months: Sequence[float],
    values: Sequence[float],
    lots: Sequence[Hashable],
    *,
    level: float,
) -> Poolability:
    """Whether several lots may share one line: first equal slopes, then equal intercepts.

    Parameters
    ----------
    months, values, lots
        One entry per test; at least two lots, each tested at two times or more.
    level
        p value below which lots are taken to differ; 0.25 is in common use, because few tests
        find real differences seldom.

    Returns
    -------
    ``value`` is ``separate lines``, ``common slope`` or ``common line``. Both tests use the
    residual of the separate lines.

    Source
    ------
    Analysis of covariance as in ICH Q1E, Evaluation for stability data (2003), appendix.
    """
    p_limit = inputs.open_share(level, "level of the tests")
    x, y = _columns(months, values)
    groups = _groups(x, y, lots)
    k, n = len(groups), len(x)
    df = n - 2 * k
    if df < 1:
        raise BadInput(f"{n} tests of {k} lots; expected more than two per lot to judge scatter.")
    separate = sum(_residual(*group) for group in groups)
    slope = sum(_products(*g) for g in groups) / sum(_products(a, a) for a, _ in groups)
    parallel = sum(float(np.sum((b - b.mean() - slope * (a - a.mean())) ** 2)) for a, b in groups)
    together = _residual(x, y)
    error = separate / df
    if error <= 1e-12 * float(np.mean(y**2)):
        raise BadInput("every lot lies exactly on its line; expected measured values with scatter.")
    slopes_f = max(0.0, parallel - separate) / (k - 1) / error
    starts_f = max(0.0, together - parallel) / (k - 1) / error
    slopes_p, starts_p = (float(stats.f.sf(f, k - 1, df)) for f in (slopes_f, starts_f))
    chosen = "common line" if starts_p >= p_limit else "common slope"
    if slopes_p < p_limit:
        chosen = "separate lines"
    notes = (f"lots differ where p is below {p_limit:g}",)
    return Poolability(chosen, n, k, slopes_f, slopes_p, starts_f, starts_p, notes)


def _notes(value: float, last: float, reached: bool) -> tuple[str, ...]:
    notes = []
    if not reached:
        notes.append(f"the bound stays inside the limit up to the {value:g} months asked for")
    if value > last:
        notes.append(f"beyond the last test at month {last:g}: extrapolated")
    return tuple(notes)


def _sign(side: str) -> int:
    if side not in ("lower", "upper"):
        raise BadInput(
            f"side is {side!r}; expected lower or upper: which limit the property nears."
        )
    return 1 if side == "lower" else -1


def _products(x: _Values, y: _Values) -> float:
    return float(np.sum((x - x.mean()) * (y - y.mean())))


def _residual(x: _Values, y: _Values) -> float:
    return max(0.0, _products(y, y) - _products(x, y) ** 2 / _products(x, x))


def _line(x: _Values, y: _Values) -> tuple[float, float, float]:
    residual = _residual(x, y)
    if residual <= 1e-12 * float(np.sum(y**2)):
        raise BadInput(
            "the values lie exactly on a line; expected measured values with scatter. A bound "
            "cannot be drawn from computed or copied numbers."
        )
    slope = _products(x, y) / _products(x, x)
    sd = math.sqrt(residual / (len(x) - 2))
    return slope, float(y.mean() - slope * x.mean()), sd


def _columns(months: Sequence[float], values: Sequence[float]) -> tuple[_Values, _Values]:
    if len(months) != len(values) or len(months) < _LEAST:
        raise BadInput(
            f"{len(months)} times and {len(values)} values; expected one value per time, at least "
            f"{_LEAST}."
        )
    x = np.array(
        [inputs.not_negative(one, f"month of test {i}") for i, one in enumerate(months, 1)]
    )
    y = np.array([inputs.number(one, f"value of test {i}") for i, one in enumerate(values, 1)])
    if x.min() == x.max():
        raise BadInput(f"all tests are of month {x[0]:g}; expected two times or more.")
    return x, y


def _groups(x: _Values, y: _Values, lots: Sequence[Hashable]) -> list[tuple[_Values, _Values]]:
    if len(lots) != len(x):
        raise BadInput(f"{len(lots)} lots for {len(x)} tests; expected the lot of each test.")
    groups = []
    for lot in dict.fromkeys(lots):
        mine = np.array([one == lot for one in lots])
        if np.ptp(x[mine]) == 0:
            raise BadInput(f"lot {lot} was tested at one time only; expected two or more.")
        groups.append((x[mine], y[mine]))
    if len(groups) < 2:
        raise BadInput(f"all tests are of lot {lots[0]}; expected at least two lots to compare.")
    return groups
