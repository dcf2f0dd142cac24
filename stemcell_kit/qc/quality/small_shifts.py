"""Charts for small lasting shifts: EWMA and the tabular CUSUM.

Single-value limits wait for one bad value; a drift of one SD may pass them for forty runs. These
two charts remember, and see it within about ten.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["Cusum", "Ewma", "cusum", "ewma"]


@dataclass(frozen=True)
class Ewma(Shown):
    """Weighted mean after each value, its limits, and the places (0-based) beyond them."""

    values: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    beyond: tuple[int, ...]
    n: int
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """The weighted mean after the last value."""
        return self.values[-1]

    @property
    def first_signal(self) -> int:
        """Number of the first value (from 1) that signals; 0 for none."""
        return self.beyond[0] + 1 if self.beyond else 0


@dataclass(frozen=True)
class Cusum(Shown):
    """Upper and lower sums after each value, in the unit of the values.

    ``upper_runs`` and ``lower_runs`` count the values since each sum left zero: at a signal they
    tell when the shift began.
    """

    upper: tuple[float, ...]
    lower: tuple[float, ...]
    upper_runs: tuple[int, ...]
    lower_runs: tuple[int, ...]
    limit: float
    beyond: tuple[int, ...]
    n: int
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """The larger sum after the last value."""
        return max(self.upper[-1], self.lower[-1])

    @property
    def first_signal(self) -> int:
        """Number of the first value (from 1) that signals; 0 for none."""
        return self.beyond[0] + 1 if self.beyond else 0

    @property
    def shift_after(self) -> int:
        """Number of the last value before the shift of the first signal; 0 from the start."""
        if not self.beyond:
            raise BadInput("the CUSUM gave no signal; there is no shift to date.")
        place = self.beyond[0]
        risen = self.upper[place] > self.limit
        return place + 1 - (self.upper_runs if risen else self.lower_runs)[place]


def ewma(
    values: Iterable[float], target: float, sigma: float, *, weight: float, width: float
) -> Ewma:
    """Exponentially weighted moving average with limits that widen from the start.

    Parameters
    ----------
    values
        Control values in the order of measurement.
    target, sigma
        Mean and SD of the method in control; from earlier runs, not from the values judged.
    weight
        Weight of the newest value, above 0 and up to 1 (0.05 to 0.25 in common use). 1 makes
        it a chart of single values.
    width
        Width of the limits in SD of the weighted mean.

    Raises
    ------
    BadInput
        No values, sigma or width not above 0, or no such weight.

    Source
    ------
    Roberts 1959, Technometrics 1:239; limits as in Montgomery, Introduction to Statistical
    Quality Control, chapter on CUSUM and EWMA charts.
    """
    runs = _runs(values)
    centre, spread = inputs.number(target, "target"), inputs.positive(sigma, "sigma")
    share, times = inputs.share(weight, "weight"), inputs.positive(width, "width of the limits")
    means: list[float] = []
    halves: list[float] = []
    for i, one in enumerate(runs, 1):
        means.append(share * one + (1 - share) * (means[-1] if means else centre))
        variance = share / (2 - share) * (1 - (1 - share) ** (2 * i))
        halves.append(times * spread * math.sqrt(variance))
    beyond = tuple(
        i for i, (z, h) in enumerate(zip(means, halves, strict=True)) if abs(z - centre) > h
    )
    low, high = (tuple(centre + sign * half for half in halves) for sign in (-1, 1))
    return Ewma(tuple(means), low, high, beyond, len(runs), (f"weight {share:g}, width {times:g}",))


def cusum(
    values: Iterable[float],
    target: float,
    sigma: float,
    *,
    k: float,
    h: float,
    head_start: float = 0.0,
) -> Cusum:
    """Tabular CUSUM of deviations from the target, upward and downward apart.

    Parameters
    ----------
    values, target, sigma
        As in :func:`ewma`.
    k
        Allowance in sigma: half the shift to be found.
    h
        Decision limit in sigma.
    head_start
        Start of both sums as a share of the limit; 0.5 for a fast initial response.

    Raises
    ------
    BadInput
        No values, sigma or h not above 0, k below 0, or a head start outside 0 to 1.

    Source
    ------
    Page 1954, Biometrika 41:100; tabular form as in Montgomery, Introduction to Statistical
    Quality Control, chapter on CUSUM and EWMA charts.
    """
    runs = _runs(values)
    centre, spread = inputs.number(target, "target"), inputs.positive(sigma, "sigma")
    slack = spread * inputs.not_negative(k, "allowance k in sigma")
    limit = spread * inputs.positive(h, "decision limit h in sigma")
    if not 0 <= inputs.number(head_start, "head start") < 1:
        raise BadInput(f"head start is {head_start:g}; expected a share of the limit below 1.")
    start = head_start * limit
    upper, up_runs = _sums([one - centre - slack for one in runs], start)
    lower, low_runs = _sums([centre - slack - one for one in runs], start)
    beyond = tuple(i for i, pair in enumerate(zip(upper, lower, strict=True)) if max(pair) > limit)
    notes = (f"k {k:g} and h {h:g} in sigma",)
    return Cusum(upper, lower, up_runs, low_runs, limit, beyond, len(runs), notes)


def _sums(steps: list[float], start: float) -> tuple[tuple[float, ...], tuple[int, ...]]:
    total, length = start, 0
    sums: list[float] = []
    lengths: list[int] = []
    for step in steps:
        total = max(0.0, total + step)
        length = length + 1 if total > 0 else 0
        sums.append(total)
        lengths.append(length)
    return tuple(sums), tuple(lengths)


def _runs(values: Iterable[float]) -> list[float]:
    runs = [inputs.number(one, f"value {i}") for i, one in enumerate(values, 1)]
    if not runs:
        raise BadInput("no value given; expected at least one in the order of measurement.")
    return runs
