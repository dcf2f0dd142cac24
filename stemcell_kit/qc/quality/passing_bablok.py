"""Passing-Bablok regression: a line between two methods that outliers cannot pull."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist, median

from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["PassingBablokLine", "passing_bablok"]

_LEAST = 5
# below this many pairs the interval from ranks is coarse
_ADVISED = 40


@dataclass(frozen=True)
class PassingBablokLine(Shown):
    """Slope (``value``) and intercept of y on x with rank intervals.

    ``linearity`` is the largest cusum of the points above and below the line over its scale;
    a small ``linearity_p`` says that the relation is bent and that the line must not be used.
    """

    value: float
    unit: str
    n: int
    interval: Interval
    intercept: float
    intercept_interval: Interval
    linearity: float
    linearity_p: float
    notes: tuple[str, ...] = ()


def passing_bablok(
    x: Sequence[float], y: Sequence[float], *, confidence: float = 0.95
) -> PassingBablokLine:
    """Median of the slopes of all pairs of points, shifted so that x and y are exchangeable.

    Parameters
    ----------
    x, y
        Measurements of the same samples by two methods, positively related.
    confidence
        Two-sided confidence as a share.

    Returns
    -------
    Pairs of identical points give no slope; vertical ones count as infinitely steep; a slope of
    exactly -1 is left out. Slopes below -1 shift the median.

    Raises
    ------
    BadInput
        Unequal lengths, fewer than five pairs, or methods that do not rise together.

    Source
    ------
    Passing & Bablok 1983, J Clin Chem Clin Biochem 21:709.
    """
    points = _points(x, y)
    slopes = sorted(_slopes(points))
    shift, n = sum(slope < -1 for slope in slopes), len(points)
    slope = _shifted_median(slopes, shift)
    low, high = _rank_limits(slopes, shift, n, confidence)
    intercept, most, least = (median(b - one * a for a, b in points) for one in (slope, low, high))
    linearity, p = _linearity(points, slope, intercept)
    notes = (f"{n} pairs, fewer than {_ADVISED}: a coarse interval",) if n < _ADVISED else ()
    method = "Passing-Bablok ranks"
    return PassingBablokLine(
        slope, "", n, Interval(low, high, confidence, method),
        intercept, Interval(least, most, confidence, method), linearity, p, notes,
    )  # fmt: skip


def _slopes(points: Sequence[tuple[float, float]]) -> list[float]:
    found = []
    for (a, b), (c, d) in combinations(points, 2):
        if a == c and b == d:
            continue
        slope = math.copysign(math.inf, d - b) if a == c else (d - b) / (c - a)
        if slope != -1:
            found.append(slope)
    if not found:
        raise BadInput("all points are the same; expected samples over the range of use.")
    return found


def _shifted_median(slopes: Sequence[float], shift: int) -> float:
    size = len(slopes)
    places = [(size - 1) // 2 + shift, size // 2 + shift]
    if places[1] >= size or not all(math.isfinite(slopes[place]) for place in places):
        raise BadInput(
            "the two methods do not rise together; expected a positive relation. Check whether "
            "the samples of the two columns are in the same order."
        )
    return (slopes[places[0]] + slopes[places[1]]) / 2


def _rank_limits(
    slopes: Sequence[float], shift: int, n: int, confidence: float
) -> tuple[float, float]:
    z = NormalDist().inv_cdf((1 + inputs.open_share(confidence, "confidence")) / 2)
    room = z * math.sqrt(n * (n - 1) * (2 * n + 5) / 18)
    first = round((len(slopes) - room) / 2)
    low, high = first + shift - 1, len(slopes) - first + shift
    if low < 0 or high >= len(slopes) or not math.isfinite(slopes[low] + slopes[high]):
        raise BadInput(
            f"{n} pairs with so much scatter or so many ties give no interval at "
            f"{100 * confidence:g} %; expected more samples over a wider range."
        )
    return slopes[low], slopes[high]


def _linearity(
    points: Sequence[tuple[float, float]], slope: float, intercept: float
) -> tuple[float, float]:
    """Cusum test: scores in the order along the line, against the Kolmogorov distribution."""
    residuals = [(b - intercept - slope * a, b + a / slope) for a, b in points]
    room = 1e-12 * max(abs(b) for _, b in points)
    above = sum(r > room for r, _ in residuals)
    below = sum(r < -room for r, _ in residuals)
    if not above or not below:
        return 0.0, 1.0
    up, down, total, largest = math.sqrt(below / above), math.sqrt(above / below), 0.0, 0.0
    for residual, _ in sorted(residuals, key=lambda pair: pair[1]):
        total += up if residual > room else -down if residual < -room else 0.0
        largest = max(largest, abs(total))
    # the published scale; the fitted line takes up some of the spread of a plain two-sample test
    scaled = largest / math.sqrt(below + 1)
    return scaled, float(stats.kstwobign.sf(scaled))


def _points(x: Sequence[float], y: Sequence[float]) -> list[tuple[float, float]]:
    if len(x) != len(y) or len(x) < _LEAST:
        raise BadInput(
            f"{len(x)} and {len(y)} measurements; expected pairs, at least {_LEAST}, better "
            f"{_ADVISED}. Leave a sample out of both columns when one method gave nothing."
        )
    return [
        (inputs.number(a, f"x of pair {i}"), inputs.number(b, f"y of pair {i}"))
        for i, (a, b) in enumerate(zip(x, y, strict=True), 1)
    ]
