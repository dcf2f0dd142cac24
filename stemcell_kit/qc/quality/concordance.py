"""Lin's concordance: do two methods give the same number, not merely rise together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["LinConcordance", "lin_concordance"]

_LEAST_PAIRS = 3


@dataclass(frozen=True)
class LinConcordance(Shown):
    """Concordance correlation coefficient, -1 to 1: precision (Pearson) times accuracy.

    ``accuracy`` (the bias factor) falls with a shift of location or of scale; ``scale_ratio`` is
    SD of the second over SD of the first, ``location_shift`` the difference of the means in units
    of the geometric mean SD.
    """

    value: float
    interval: Interval | None
    n: int
    precision: float
    accuracy: float
    scale_ratio: float
    location_shift: float
    unit: str = ""
    notes: tuple[str, ...] = ()


def lin_concordance(
    x: Sequence[float], y: Sequence[float], *, confidence: float = 0.95
) -> LinConcordance:
    """Concordance of two series of paired measurements.

    ``2 s_xy / (s_x^2 + s_y^2 + (mean_x - mean_y)^2)`` with variances over n. The interval uses
    Fisher's z transformation and Lin's standard error.

    Parameters
    ----------
    x, y
        Paired measurements of the same things in the same unit.

    Returns
    -------
    ``interval`` is None when all pairs agree to the last digit or do not correlate at all: the
    standard error does not exist there.

    Raises
    ------
    BadInput
        Series of different length, fewer than 3 pairs, or a series that does not vary.

    Source
    ------
    Lin 1989, Biometrics 45:255, with the correction of 2000, Biometrics 56:324.
    """
    level = inputs.open_share(confidence, "confidence")
    first, second = _series(x, y)
    n, shift = len(first), float(second.mean() - first.mean())
    sd_x, sd_y = float(first.std()), float(second.std())
    covariance = float(((first - first.mean()) * (second - second.mean())).mean())
    value = 2 * covariance / (sd_x**2 + sd_y**2 + shift**2)
    pearson = covariance / (sd_x * sd_y)
    relative = shift / math.sqrt(sd_x * sd_y)
    return LinConcordance(
        value=value,
        interval=_interval(value, pearson, relative, n, level),
        n=n,
        precision=pearson,
        # by its own formula, since value / precision is undefined without correlation
        accuracy=2 / (sd_y / sd_x + sd_x / sd_y + relative**2),
        scale_ratio=sd_y / sd_x,
        location_shift=relative,
        notes=("depends on the range of the samples: compare only within one range",),
    )


def _series(x: Sequence[float], y: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    first = np.array([inputs.number(value, "a value of x") for value in x])
    second = np.array([inputs.number(value, "a value of y") for value in y])
    if len(first) != len(second):
        raise BadInput(
            f"x has {len(first)} values and y {len(second)}; expected pairs. "
            "Leave out what was measured by one method only."
        )
    if len(first) < _LEAST_PAIRS:
        raise BadInput(f"found {len(first)} pairs; concordance needs 3 or more. Measure more.")
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        raise BadInput(
            "one series has the same value throughout; expected a spread. "
            "Choose samples over the range in which the methods are used."
        )
    return first, second


def _interval(value: float, pearson: float, shift: float, n: int, level: float) -> Interval | None:
    if abs(value) >= 1 - 1e-12 or abs(pearson) < 1e-12:
        return None
    rest = 1 - value**2
    variance = (
        (1 - pearson**2) * value**2 / (rest * pearson**2)
        + 2 * value**3 * (1 - value) * shift**2 / (pearson * rest**2)
        - value**4 * shift**4 / (2 * pearson**2 * rest**2)
    ) / (n - 2)
    half = NormalDist().inv_cdf((1 + level) / 2) * math.sqrt(max(variance, 0.0))
    middle = math.atanh(value)
    return Interval(math.tanh(middle - half), math.tanh(middle + half), level, "Lin, Fisher z")
