"""Difference of two positive rates with score intervals, and non-inferiority by it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy import optimize, special

from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.proportions import wilson
from stemcell_kit.qc.sterility.rapid_comparison import read_pairs
from stemcell_kit.shown import Shown

__all__ = ["RateDifference", "paired_difference", "unpaired_difference"]


@dataclass(frozen=True)
class RateDifference(Shown):
    """Positive rate of the alternative less that of the reference, as a share.

    ``non_inferior`` says whether the lower limit lies above minus the margin.
    """

    value: float
    n: int
    interval: Interval
    margin: float
    non_inferior: bool


def paired_difference(
    *,
    both: int,
    alternative_only: int,
    reference_only: int,
    neither: int,
    margin: float,
    confidence: float = 0.90,
) -> RateDifference:
    """Difference of rates on the same samples with Tango's score interval.

    Parameters
    ----------
    both, alternative_only, reference_only, neither
        Pairs positive by both methods, by one of them, by none.
    margin
        Largest loss of the positive rate that is accepted (a share), set before the study.
    confidence
        Two-sided; 0.90 tests non-inferiority at 5 %, one-sided.

    Raises
    ------
    BadInput
        There is no pair, or the margin is no share.

    Source
    ------
    Tango 1998, Stat Med 17:891.
    """
    a, b, c, d = read_pairs(both, alternative_only, reference_only, neither)
    n = a + b + c + d
    accepted = inputs.open_share(margin, "margin")
    z = float(special.ndtri((1 + inputs.open_share(confidence, "confidence")) / 2))
    value = (b - c) / n
    low = _end(lambda at: _score(b, c, n, at) - z, value, -1.0)
    high = _end(lambda at: _score(b, c, n, at) + z, value, 1.0)
    return RateDifference(
        value, n, Interval(low, high, confidence, "Tango score"), accepted, low > -accepted
    )


def unpaired_difference(
    *,
    alternative: int,
    alternative_n: int,
    reference: int,
    reference_n: int,
    margin: float,
    confidence: float = 0.90,
) -> RateDifference:
    """Difference of rates on separate samples with Newcombe's hybrid score interval.

    Parameters
    ----------
    alternative, alternative_n, reference, reference_n
        Positive samples and samples tested by each method.

    Source
    ------
    Newcombe 1998, Stat Med 17:873, method 10.
    """
    accepted = inputs.open_share(margin, "margin")
    first = wilson(alternative, alternative_n, confidence=confidence)
    second = wilson(reference, reference_n, confidence=confidence)
    p, q = alternative / alternative_n, reference / reference_n
    low = p - q - math.hypot(p - first.low, second.high - q)
    high = p - q + math.hypot(first.high - p, q - second.low)
    interval = Interval(low, high, confidence, "Newcombe hybrid score")
    return RateDifference(p - q, alternative_n + reference_n, interval, accepted, low > -accepted)


def _score(b: int, c: int, n: int, at: float) -> float:
    """Tango's score statistic of the difference *at*; it falls with it."""
    distance = b - c - n * at
    linear = -b - c + (2 * n - b + c) * at
    root = math.sqrt(max(0.0, linear**2 + 8 * n * c * at * (1 - at)))
    discordant = (root - linear) / (4 * n)
    variance = n * (2 * discordant + at * (1 - at))
    if variance <= 0:
        return math.copysign(math.inf, distance) if distance else 0.0
    return distance / math.sqrt(variance)


def _end(falling: Callable[[float], float], value: float, edge: float) -> float:
    """Return where the score meets its quantile, between the estimate and the *edge*."""
    if value == edge:
        return edge
    inner = edge * (1 - 1e-12)
    at_edge, at_value = falling(inner), falling(value)
    if at_edge * at_value >= 0:
        return edge
    low, high = sorted((inner, value))
    return float(optimize.brentq(falling, low, high, xtol=1e-12))
