"""Shewhart charts: limits from the spread within subgroups or between neighbours.

The sigma of a chart is estimated from the mean moving range, the mean range or the mean SD,
each with its own constant. None of them is the overall SD: drift inflates that one and widens
the limits until nothing is seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import fmean, stdev

import numpy as np
from scipy import integrate, special

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["ShewhartChart", "c4", "d2", "d3", "individuals_chart", "mean_chart"]

_ESTIMATES = ("range", "sd")


@dataclass(frozen=True)
class ShewhartChart(Shown):
    """Limits of a chart of means (or single values) and of the chart of their spread.

    ``value`` is the estimated sigma of a single measurement; ``estimate`` says what it comes
    from; ``overall_sd`` stands beside it for comparison. ``beyond`` and ``spread_beyond`` are
    the places (0-based) outside the limits.
    """

    value: float
    unit: str
    n: int
    estimate: str
    centre: float
    low: float
    high: float
    spread_centre: float
    spread_low: float
    spread_high: float
    overall_sd: float
    beyond: tuple[int, ...]
    spread_beyond: tuple[int, ...]
    notes: tuple[str, ...] = ()


@cache
def d2(n: int) -> float:
    """Mean range of *n* standard normal values (1.128 for 2, 2.326 for 5)."""
    size = _group_size(n)
    x = np.linspace(-9.0, 9.0, 4001)
    below = special.ndtr(x)
    return float(np.trapezoid(1 - (1 - below) ** size - below**size, x))


@cache
def d3(n: int) -> float:
    """SD of the range of *n* standard normal values (0.8525 for 2, 0.8641 for 5)."""
    size = _group_size(n)
    w, x = np.linspace(0.0, 14.0, 281), np.linspace(-9.0, 9.0, 601)
    density = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    inside = special.ndtr(x[None, :] + w[:, None]) - special.ndtr(x)[None, :]
    at_most = size * np.trapezoid(density * inside ** (size - 1), x, axis=1)
    square = 2 * integrate.simpson(w * (1 - at_most), x=w)
    return float(np.sqrt(square - d2(size) ** 2))


def c4(n: int) -> float:
    """Mean SD of *n* standard normal values (0.7979 for 2, 0.9400 for 5)."""
    size = _group_size(n)
    ratio = special.gammaln(size / 2) - special.gammaln((size - 1) / 2)
    return float(np.sqrt(2 / (size - 1)) * np.exp(ratio))


def individuals_chart(values: Iterable[float], *, sigmas: float, unit: str = "") -> ShewhartChart:
    """Chart of single values with the moving range of neighbours (I-MR).

    Parameters
    ----------
    values
        One value per run, in the order of measurement, from runs taken as in control.
    sigmas
        Width of the limits in sigma; 3 is in common use.

    Returns
    -------
    Sigma is the mean moving range over d2(2).

    Raises
    ------
    BadInput
        Fewer than three values, or all are equal.

    Source
    ------
    Shewhart chart for individual values, as in NIST/SEMATECH e-Handbook of Statistical Methods,
    6.3.2.2.
    """
    width = inputs.positive(sigmas, "width of the limits in sigma")
    runs = [inputs.number(one, f"value {i}") for i, one in enumerate(values, 1)]
    if len(runs) < 3 or min(runs) == max(runs):
        raise BadInput(
            f"{len(runs)} values, {len(set(runs))} of them different; expected at least 3 with "
            "some spread. Look for rounding or a copied column."
        )
    ranges = [abs(b - a) for a, b in pairwise(runs)]
    spread = fmean(ranges)
    sigma, centre = spread / d2(2), fmean(runs)
    high = spread + width * d3(2) * sigma
    return ShewhartChart(
        sigma, unit, len(runs), "mean moving range / d2",
        centre, centre - width * sigma, centre + width * sigma,
        spread, 0.0, high, stdev(runs),
        _outside(runs, centre - width * sigma, centre + width * sigma),
        # a moving range belongs to the later of its two values
        tuple(place + 1 for place in _outside(ranges, 0.0, high)),
    )  # fmt: skip


def mean_chart(
    groups: Sequence[Sequence[float]], *, estimate: str, sigmas: float, unit: str = ""
) -> ShewhartChart:
    """Chart of subgroup means with their ranges (X-bar/R) or SDs (X-bar/S).

    Parameters
    ----------
    groups
        Subgroups of equal size (2 or more) in the order of measurement.
    estimate
        ``"range"``: sigma is the mean range over d2; ``"sd"``: the mean SD over c4.
    sigmas
        Width of the limits in sigma; 3 is in common use.

    Raises
    ------
    BadInput
        Subgroups of different sizes, fewer than two, or without any spread.

    Source
    ------
    Shewhart charts for variables, as in NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.1.
    """
    width = inputs.positive(sigmas, "width of the limits in sigma")
    table, size = _groups(groups, estimate)
    spreads = [max(g) - min(g) if estimate == "range" else stdev(g) for g in table]
    centre, spread = fmean(map(fmean, table)), fmean(spreads)
    if spread == 0:
        raise BadInput("no subgroup has any spread; look for rounding or copied values.")
    constant = d2(size) if estimate == "range" else c4(size)
    sigma = spread / constant
    spread_sigma = sigma * (d3(size) if estimate == "range" else float(np.sqrt(1 - c4(size) ** 2)))
    half, low = width * sigma / size**0.5, max(0.0, spread - width * spread_sigma)
    high = spread + width * spread_sigma
    named = "mean range / d2" if estimate == "range" else "mean SD / c4"
    return ShewhartChart(
        sigma, unit, len(table) * size, named,
        centre, centre - half, centre + half, spread, low, high,
        stdev([value for group in table for value in group]),
        _outside([fmean(g) for g in table], centre - half, centre + half),
        _outside(spreads, low, high),
    )  # fmt: skip


def _groups(groups: Sequence[Sequence[float]], estimate: str) -> tuple[list[list[float]], int]:
    if estimate not in _ESTIMATES:
        raise BadInput(f"estimate is {estimate!r}; expected one of {', '.join(_ESTIMATES)}.")
    table = [
        [inputs.number(one, f"value of subgroup {i}") for one in group]
        for i, group in enumerate(groups, 1)
    ]
    sizes = {len(group) for group in table}
    if len(table) < 2 or len(sizes) != 1 or min(sizes) < 2:
        raise BadInput(
            f"{len(table)} subgroups of sizes {sorted(sizes)}; expected at least 2, all of one "
            "size of 2 or more. Chart single values with individuals_chart."
        )
    return table, sizes.pop()


def _outside(values: Sequence[float], low: float, high: float) -> tuple[int, ...]:
    room = 1e-12 * max(abs(low), abs(high))
    return tuple(i for i, one in enumerate(values) if one < low - room or one > high + room)


def _group_size(n: int) -> int:
    size = inputs.count(n, "size of the subgroup")
    if size < 2:
        raise BadInput(f"the subgroup has {size} value; a spread needs at least 2.")
    return size
