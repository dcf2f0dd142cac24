"""Limit of detection from growth or no growth at several levels: binary regression."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.sterility.binary_regression import LINKS, fit_line
from stemcell_kit.qc.sterility.most_probable_number import most_probable_number
from stemcell_kit.qc.sterility.response_levels import NotRising, read_levels, refuse_hopeless
from stemcell_kit.shown import Shown

__all__ = [
    "BinaryFit",
    "DetectionLimit",
    "SingleHitLimit",
    "binary_fit",
    "detection_limit",
    "single_hit_limit",
]

# A slope this far below its standard error is a rounding error of zero.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class BinaryFit(Shown):
    """Share detected as a curve over the dose as given: ``link(P) = intercept + slope * dose``.

    ``midpoint`` is the dose of 50 %; ``pearson`` with ``df`` and ``p`` is the goodness of fit.
    """

    intercept: float
    slope: float
    midpoint: float
    covariance: tuple[tuple[float, float], tuple[float, float]]
    pearson: float
    df: int
    p: float
    n: int
    link: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class DetectionLimit(Shown):
    """Concentration detected with the probability asked for, in the unit of the levels."""

    value: float
    n: int
    interval: Interval
    se_log10: float
    fit: BinaryFit
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class SingleHitLimit(Shown):
    """Limit when one organism is enough: ``P = 1 - exp(-k c)``."""

    value: float
    n: int
    interval: Interval
    hits_per_unit: float


def binary_fit(
    doses: Sequence[float],
    positives: Sequence[int],
    replicates: Sequence[int],
    *,
    link: str,
    confidence: float = 0.95,
) -> BinaryFit:
    """Fit the share of positives as a curve over the dose, by maximum likelihood.

    Parameters
    ----------
    doses
        Levels on the scale of the curve, for concentrations their logarithm.
    positives, replicates
        Detected and tested at each level.
    link
        ``probit``, ``logit`` or ``cloglog``.
    confidence
        A fall of the share from a lower to a higher level that chance does not explain at this
        confidence is refused; a smaller one is noted.

    Raises
    ------
    Separated
        The levels jump from never to always detected: the slope has no finite estimate.
    NotRising
        A higher level is detected clearly less often than a lower one, or none differs.

    Source
    ------
    Bliss 1935, Ann Appl Biol 22:134; McCullagh & Nelder, Generalized Linear Models.
    """
    if link not in LINKS:
        raise BadInput(f"link is {link!r}; expected one of {', '.join(LINKS)}.")
    levels = read_levels(doses, positives, replicates)
    notes = refuse_hopeless(levels, confidence)
    grew, n = np.array(levels.positives, float), np.array(levels.replicates, float)
    line = fit_line(np.array(levels.doses), grew, n, LINKS[link])
    if line.slope <= _ROUNDING * math.sqrt(line.covariance[1][1]):
        raise NotRising(
            f"the slope is {line.slope:.3g}; expected more detected at higher levels. Look for "
            "exchanged levels, or test levels further apart."
        )
    spread = n * line.fitted * (1 - line.fitted)
    # a level fitted as 0 or 1 to the last digit and seen so adds nothing
    apart = np.square(grew - n * line.fitted)
    pearson = float(np.sum(np.divide(apart, spread, out=np.zeros_like(n), where=spread > 0)))
    df = len(n) - 2
    return BinaryFit(
        intercept=line.intercept,
        slope=line.slope,
        midpoint=(_on_link(link, 0.5) - line.intercept) / line.slope,
        covariance=line.covariance,
        pearson=pearson,
        df=df,
        p=float(special.chdtrc(df, pearson)) if df else 1.0,
        n=int(n.sum()),
        link=link,
        notes=notes,
    )


def detection_limit(
    levels: Mapping[str, Sequence[float]],
    *,
    link: str,
    probability: float,
    confidence: float = 0.95,
) -> DetectionLimit:
    """Concentration that is detected with a *probability*, e.g. 0.95 for the LOD95.

    Parameters
    ----------
    levels
        ``concentration`` (above 0), ``positives`` and ``replicates``, one entry per level. Blanks
        belong to the specificity, not here: they have no logarithm.
    link
        ``probit``, ``logit`` or ``cloglog``, on log10 of the concentration.

    Returns
    -------
    Limit in the unit of the levels; the interval is the delta method on its log10.

    Raises
    ------
    Separated, NotRising
        As :func:`binary_fit`.
    """
    asked = inputs.open_share(probability, "probability")
    doses, positives, replicates = _log_levels(levels)
    fit = binary_fit(doses, positives, replicates, link=link, confidence=confidence)
    z = float(special.ndtri((1 + confidence) / 2))
    _check_slope(fit, z)
    log_limit = (_on_link(link, asked) - fit.intercept) / fit.slope
    gradient = np.array([-1 / fit.slope, -log_limit / fit.slope])
    se = float(np.sqrt(gradient @ np.array(fit.covariance) @ gradient))
    ends = 10 ** (log_limit - z * se), 10 ** (log_limit + z * se)
    notes = list(fit.notes)
    if not min(doses) <= log_limit <= max(doses):
        notes.append("the limit lies outside the levels tested: add a level beyond it")
    interval = Interval(*ends, confidence, "delta method on log10")
    return DetectionLimit(10**log_limit, fit.n, interval, se, fit, tuple(notes))


def single_hit_limit(
    levels: Mapping[str, Sequence[float]], *, probability: float, confidence: float = 0.95
) -> SingleHitLimit:
    """Limit under the single-hit model, in which the slope is that of the Poisson law.

    The same likelihood as a most probable number with concentrations in place of volumes. Levels
    as in :func:`detection_limit`.
    """
    asked = inputs.open_share(probability, "probability")
    doses, positives, replicates = _log_levels(levels)
    read = read_levels(doses, positives, replicates)
    refuse_hopeless(read, confidence, separation=False)
    fit = most_probable_number(
        read.positives, read.replicates, [10**dose for dose in read.doses], confidence=confidence
    )
    needed = -math.log1p(-asked)
    interval = Interval(
        needed / fit.interval.high,
        needed / fit.interval.low,
        confidence,
        "normal on the logarithm, observed information",
    )
    return SingleHitLimit(needed / fit.value, fit.n, interval, fit.value)


def _log_levels(
    levels: Mapping[str, Sequence[float]],
) -> tuple[list[float], list[int], list[int]]:
    names = ("concentration", "positives", "replicates")
    if set(levels) != set(names):
        raise BadInput(f"levels have {sorted(levels)}; expected {', '.join(names)}.")
    doses = []
    for level in levels["concentration"]:
        if inputs.not_negative(level, "concentration") == 0:
            raise BadInput(
                "a level has concentration 0, which has no logarithm; keep blanks for the "
                "specificity and leave them out here."
            )
        doses.append(math.log10(level))
    grew = [inputs.count(one, "positives") for one in levels["positives"]]
    return doses, grew, [inputs.count(one, "replicates") for one in levels["replicates"]]


def _check_slope(fit: BinaryFit, z: float) -> None:
    """Refuse a slope that may be zero: then no limit has an upper bound (Fieller)."""
    se = math.sqrt(fit.covariance[1][1])
    if fit.slope <= z * se:
        raise NotRising(
            f"the slope is {fit.slope:.3g} with a standard error of {se:.3g} and may be zero, so "
            "the limit has no bounds; add replicates, or levels further apart."
        )


def _on_link(link: str, share: float) -> float:
    return float(LINKS[link].line(np.array(share)))
