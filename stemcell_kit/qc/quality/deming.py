"""Deming regression: a line through two methods when both have measurement error."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["DemingLine", "deming"]

_LEAST = 4
_Values = NDArray[np.float64]


@dataclass(frozen=True)
class DemingLine(Shown):
    """Slope (``value``) and intercept of y on x, each with its jackknife SE and interval."""

    value: float
    unit: str
    n: int
    interval: Interval
    slope_se: float
    intercept: float
    intercept_interval: Interval
    intercept_se: float
    error_ratio: float
    notes: tuple[str, ...] = ()


def deming(
    x: Sequence[float], y: Sequence[float], *, error_ratio: float, confidence: float = 0.95
) -> DemingLine:
    """Line through paired measurements of two methods that both err.

    Ordinary regression takes x as free of error and flattens the slope.

    Parameters
    ----------
    x, y
        Measurements of the same samples by the two methods.
    error_ratio
        Variance of the errors of y over that of x, from replicates or from validation. It must
        be stated: 1 says that both err alike and is a claim, not a default.
    confidence
        Two-sided confidence of the jackknife intervals (t with n - 2 degrees of freedom).

    Raises
    ------
    BadInput
        Unequal lengths, fewer than four pairs, no spread, or values that do not vary together.

    Source
    ------
    Deming 1943, Statistical Adjustment of Data; Linnet 1990, Stat Med 9:1463 (jackknife).
    """
    ratio = inputs.positive(error_ratio, "error ratio")
    a, b = _columns(x, y)
    slope, intercept = _line(a, b, ratio)
    n = len(a)
    t = float(stats.t.ppf((1 + inputs.open_share(confidence, "confidence")) / 2, n - 2))
    left_out = np.array([_line(np.delete(a, i), np.delete(b, i), ratio) for i in range(n)])
    pseudo = n * np.array([slope, intercept]) - (n - 1) * left_out
    centre = pseudo.mean(axis=0)
    errors = pseudo.std(axis=0, ddof=1) / math.sqrt(n)
    intervals = [
        Interval(float(c - t * e), float(c + t * e), confidence, "jackknife")
        for c, e in zip(centre, errors, strict=True)
    ]
    notes = (f"error variance of y over that of x taken as {ratio:g}",)
    return DemingLine(
        slope, "", n, intervals[0], float(errors[0]),
        intercept, intervals[1], float(errors[1]), ratio, notes,
    )  # fmt: skip


def _line(x: _Values, y: _Values, ratio: float) -> tuple[float, float]:
    sxx, syy = float(np.var(x)), float(np.var(y))
    sxy = float(np.mean((x - x.mean()) * (y - y.mean())))
    if abs(sxy) <= 1e-12 * math.sqrt(sxx * syy) or sxx == 0:
        raise BadInput(
            "the two methods do not vary together; expected samples over the range of use. A "
            "single level, or unrelated columns, has no line."
        )
    gap = syy - ratio * sxx
    slope = (gap + math.sqrt(gap * gap + 4 * ratio * sxy * sxy)) / (2 * sxy)
    return slope, float(y.mean() - slope * x.mean())


def _columns(x: Sequence[float], y: Sequence[float]) -> tuple[_Values, _Values]:
    if len(x) != len(y) or len(x) < _LEAST:
        raise BadInput(
            f"{len(x)} and {len(y)} measurements; expected pairs, at least {_LEAST}. Leave a "
            "sample out of both columns when one method gave nothing."
        )
    first, second = (
        np.array([inputs.number(one, f"{what} of pair {i}") for i, one in enumerate(side, 1)])
        for what, side in (("x", x), ("y", y))
    )
    return first, second
