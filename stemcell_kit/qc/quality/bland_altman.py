"""Do two methods agree: bias, limits of agreement and their intervals.

A correlation says that two methods rise together; it does not say that they give the same number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev, variance

from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = [
    "Agreement",
    "Repeatability",
    "bland_altman",
    "bland_altman_replicates",
    "repeatability",
]

_LEAST = 3
_INTERVALS = ("approximate", "exact")


@dataclass(frozen=True)
class Agreement(Shown):
    """Bias (``value``, with ``interval``) and the limits between which differences lie.

    ``slope`` is the trend of the differences over the means, per unit, with its p value: a small
    p speaks for proportional bias, and then one pair of limits describes no sample.
    """

    value: float
    unit: str
    n: int
    interval: Interval
    sd: float
    low: float
    high: float
    low_interval: Interval
    high_interval: Interval
    slope: float
    slope_p: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Repeatability(Shown):
    """SD within subjects (``value``) and the repeatability coefficient of one method."""

    value: float
    unit: str
    n: int
    coefficient: float
    notes: tuple[str, ...] = ()


def bland_altman(
    x: Sequence[float],
    y: Sequence[float],
    *,
    multiplier: float,
    intervals: str = "exact",
    relative: bool = False,
    confidence: float = 0.95,
) -> Agreement:
    """Limits of agreement of single measurements of the same samples by two methods.

    Parameters
    ----------
    x, y
        Paired measurements in the same unit; the difference is x - y.
    multiplier
        SDs on each side of the bias: 1.96, or 2 as in the first papers. State which.
    intervals
        ``"exact"`` (noncentral t) or ``"approximate"`` (SE of a limit is sqrt(3 s²/n)).
    relative
        Whether differences are taken in percent of the mean of the pair.
    confidence
        Two-sided confidence of each interval as a share.

    Raises
    ------
    BadInput
        Unequal lengths, fewer than three pairs, identical differences, or a mean not above
        zero where differences are relative.

    Source
    ------
    Bland & Altman 1986, Lancet 327:307; exact intervals: Carkeet 2015, Optom Vis Sci 92:e71.
    """
    pairs = _pairs(x, y)
    means = [(a + b) / 2 for a, b in pairs]
    unit = "%" if relative else ""
    if relative:
        base = [inputs.positive(m, "mean of a pair") for m in means]
        differences = [100 * (a - b) / m for (a, b), m in zip(pairs, base, strict=True)]
    else:
        differences = [a - b for a, b in pairs]
    return _agreement(
        differences, means, stdev(differences), unit, (multiplier, intervals, confidence)
    )


def bland_altman_replicates(
    x: Sequence[Sequence[float]],
    y: Sequence[Sequence[float]],
    *,
    multiplier: float,
    confidence: float = 0.95,
) -> Agreement:
    """Limits for single measurements when each sample was measured several times by each method.

    Means of replicates agree better than the single values that a laboratory will report; the
    variance within samples is therefore added back. The true value must not change between
    replicates.

    Parameters
    ----------
    x, y
        One list of replicates (2 or more, equally many throughout a method) per sample.
    multiplier, confidence
        As in :func:`bland_altman`; intervals are approximate.

    Source
    ------
    Bland & Altman 1999, Stat Methods Med Res 8:135, section 5.1.
    """
    first, second = repeatability(x, multiplier=multiplier), repeatability(y, multiplier=multiplier)
    pairs = _pairs([fmean(one) for one in x], [fmean(one) for one in y])
    differences = [a - b for a, b in pairs]
    added = sum(
        (1 - 1 / len(side[0])) * within.value**2 for side, within in ((x, first), (y, second))
    )
    sd = math.sqrt(variance(differences) + added)
    means = [(a + b) / 2 for a, b in pairs]
    return _agreement(differences, means, sd, "", (multiplier, "approximate", confidence))


def repeatability(replicates: Sequence[Sequence[float]], *, multiplier: float) -> Repeatability:
    """SD within samples and the difference that two measurements of one sample seldom exceed.

    The coefficient is *multiplier* times sqrt(2) times the SD within samples.
    """
    table = [[inputs.number(one, "replicate") for one in sample] for sample in replicates]
    sizes = {len(sample) for sample in table}
    if not table or len(sizes) != 1 or min(sizes) < 2:
        raise BadInput(
            f"{len(table)} samples with {sorted(sizes)} replicates; expected the same number, at "
            "least 2, for every sample. Without replicates use bland_altman."
        )
    within = math.sqrt(fmean(variance(sample) for sample in table))
    times = inputs.positive(multiplier, "multiplier")
    return Repeatability(within, "", len(table), times * math.sqrt(2) * within)


def _agreement(
    differences: list[float],
    means: list[float],
    sd: float,
    unit: str,
    setting: tuple[float, str, float],
) -> Agreement:
    multiplier, how, confidence = setting
    times, n = inputs.positive(multiplier, "multiplier"), len(differences)
    _check(differences, how)
    tail = (1 + inputs.open_share(confidence, "confidence")) / 2
    t = float(stats.t.ppf(tail, n - 1))
    bias = fmean(differences)
    half = t * sd / math.sqrt(n)
    low, high = bias - times * sd, bias + times * sd
    inner, outer = _limit_room(n, times, tail, how)
    slope, slope_p = _trend(means, differences)
    notes = (f"limits at {times:g} SD; difference is first minus second",)
    return Agreement(
        bias, unit, n, Interval(bias - half, bias + half, confidence, "t"), sd, low, high,
        Interval(bias - outer * sd, bias - inner * sd, confidence, how),
        Interval(bias + inner * sd, bias + outer * sd, confidence, how),
        slope, slope_p, notes,
    )  # fmt: skip


def _limit_room(n: int, times: float, tail: float, how: str) -> tuple[float, float]:
    """Distance of the ends of a limit's interval from the bias, in SD."""
    if how == "exact":
        root = math.sqrt(n)
        inner, outer = (float(stats.nct.ppf(q, n - 1, times * root)) for q in (1 - tail, tail))
        return inner / root, outer / root
    half = float(stats.t.ppf(tail, n - 1)) * math.sqrt(3 / n)
    return times - half, times + half


def _trend(means: list[float], differences: list[float]) -> tuple[float, float]:
    if min(means) == max(means):
        raise BadInput(
            f"all {len(means)} pairs have the mean {means[0]:g}; expected samples over the range "
            "of use. Agreement at one level says nothing about the others."
        )
    fit = stats.linregress(means, differences)
    return float(fit.slope), float(fit.pvalue)


def _check(differences: list[float], how: str) -> None:
    if how not in _INTERVALS:
        raise BadInput(f"intervals is {how!r}; expected one of {', '.join(_INTERVALS)}.")
    if max(differences) - min(differences) <= 1e-12 * max(map(abs, differences), default=0.0):
        raise BadInput(
            f"all {len(differences)} differences are {differences[0]:g}; expected some spread. "
            "Was one column computed from the other?"
        )


def _pairs(x: Sequence[float], y: Sequence[float]) -> list[tuple[float, float]]:
    if len(x) != len(y) or len(x) < _LEAST:
        raise BadInput(
            f"{len(x)} and {len(y)} measurements; expected pairs, at least {_LEAST}. Leave a "
            "sample out of both columns when one method gave nothing."
        )
    return [
        (
            inputs.number(a, f"first value of pair {i}"),
            inputs.number(b, f"second value of pair {i}"),
        )
        for i, (a, b) in enumerate(zip(x, y, strict=True), 1)
    ]
