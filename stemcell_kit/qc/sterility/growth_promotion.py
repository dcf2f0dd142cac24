"""Growth promotion: does a medium recover what a good medium does?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy import special, stats

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = [
    "RecoveryRatio",
    "WeightedCount",
    "accepted_counts",
    "equal_media_fail",
    "largest_mean_inoculum",
    "over_inoculum",
    "recovery_ratio",
    "weighted_count",
]

# Counts so far from the mean hold less than a rounding error of the chance.
_TAIL_SD = 12


@dataclass(frozen=True)
class RecoveryRatio(Shown):
    """Count on the new medium over that of the reference; ``n`` is all colonies counted."""

    value: float
    unit: str
    n: int
    interval: Interval
    accepted: bool


@dataclass(frozen=True)
class WeightedCount(Shown):
    """Organisms per mL of the undiluted sample; ``n`` is all colonies counted."""

    value: float
    unit: str
    n: int
    interval: Interval


def recovery_ratio(
    colonies: int,
    reference: int,
    *,
    at_least: float,
    at_most: float,
    confidence: float = 0.95,
) -> RecoveryRatio:
    """Ratio of colonies on a new medium to those on an approved one, against its limits.

    Parameters
    ----------
    colonies, reference
        Colonies on equal numbers of plates of equal inoculum.
    at_least, at_most
        Accepted ratio; both limits are included.

    Returns
    -------
    Ratio with the exact interval that counting alone gives it.

    Raises
    ------
    BadInput
        Nothing grew on the reference: there is no ratio, and the inoculum is in doubt.
    """
    seen = inputs.count(colonies, "colonies")
    approved = inputs.count(reference, "reference")
    if approved == 0:
        raise BadInput(
            "reference is 0 colonies; expected some. Without growth on the approved medium there "
            "is no ratio: check the inoculum and repeat."
        )
    low, high = _limits(at_least, at_most)
    interval = _ratio_interval(seen, approved, inputs.open_share(confidence, "confidence"))
    # exact fractions: 31 of 62 is one half, 3 of 30 one tenth
    accepted = low * approved <= seen <= high * approved
    return RecoveryRatio(seen / approved, "", seen + approved, interval, accepted)


def accepted_counts(reference: int, *, at_least: float, at_most: float) -> tuple[int, int]:
    """Fewest and most colonies that the ratio limits accept beside a *reference* count."""
    low, high = _limits(at_least, at_most)
    approved = inputs.count(reference, "reference")
    return math.ceil(low * approved), math.floor(high * approved)


def equal_media_fail(mean_colonies: float, *, at_least: float, at_most: float) -> float:
    """Chance that two equally good media fail the ratio rule by counting noise alone.

    Both counts follow the Poisson law with one mean. A reference without colonies is no test and
    is left out.
    """
    low, high = _limits(at_least, at_most)
    mean = inputs.positive(mean_colonies, "mean_colonies")
    furthest = math.ceil(mean + _TAIL_SD * math.sqrt(mean) + _TAIL_SD)
    references = range(1, furthest)
    fewest = np.array([math.ceil(low * reference) for reference in references])
    most = np.array([math.floor(high * reference) for reference in references])
    outside = stats.poisson.cdf(fewest - 1, mean) + stats.poisson.sf(most, mean)
    failed = np.dot(stats.poisson.pmf(np.array(references), mean), outside)
    return float(failed / -math.expm1(-mean))


def over_inoculum(mean_cfu: float, *, limit: int) -> float:
    """Chance that an inoculum of a mean of *mean_cfu* holds more than *limit* organisms."""
    most = inputs.count(limit, "limit")
    return float(special.pdtrc(most, inputs.positive(mean_cfu, "mean_cfu")))


def largest_mean_inoculum(limit: int, *, chance: float) -> int:
    """Largest whole mean that exceeds *limit* organisms with at most this *chance*."""
    allowed = inputs.open_share(chance, "chance")
    most = inputs.count(limit, "limit")
    fitting = [mean for mean in range(1, most + 1) if over_inoculum(mean, limit=most) <= allowed]
    if not fitting:
        raise BadInput(f"no whole mean stays within {most} organisms with a chance of {allowed:g}.")
    return max(fitting)


def weighted_count(
    colonies: Sequence[Sequence[int]],
    dilutions: Sequence[float],
    *,
    volume_ml: float,
    confidence: float = 0.95,
) -> WeightedCount:
    """Count over several dilutions, each weighted by the sample that its plates hold.

    ``sum C / (V sum n_i d_i)``; for two decimal dilutions the familiar ``V (n1 + 0.1 n2) d``.

    Parameters
    ----------
    colonies
        For each dilution the colonies of its plates.
    dilutions
        Share of sample at each dilution, e.g. 1e-2.
    volume_ml
        Inoculum of a plate.

    Source
    ------
    ISO 7218, weighted mean over successive dilutions.
    """
    if len(colonies) != len(dilutions) or not dilutions:
        raise BadInput(
            f"found plates of {len(colonies)} dilutions and {len(dilutions)} dilutions; "
            "expected a list of plates for each."
        )
    counts = [[inputs.count(one, "colonies of a plate") for one in plates] for plates in colonies]
    if not all(counts):
        raise BadInput("a dilution has no plate; leave that dilution out.")
    share = sum(
        len(c) * inputs.share(d, "dilution") for c, d in zip(counts, dilutions, strict=True)
    )
    tested = inputs.positive(volume_ml, "volume_ml") * share
    total = sum(map(sum, counts))
    low, high = _poisson_limits(total, inputs.open_share(confidence, "confidence"))
    interval = Interval(low / tested, high / tested, confidence, "exact Poisson")
    return WeightedCount(total / tested, "per mL", total, interval)


def _limits(at_least: float, at_most: float) -> tuple[Fraction, Fraction]:
    low = Fraction(str(inputs.not_negative(at_least, "at_least")))
    high = Fraction(str(inputs.positive(at_most, "at_most")))
    if low > high:
        raise BadInput(
            f"limits {at_least:g} to {at_most:g} accept nothing; check whether they are swapped."
        )
    return low, high


def _poisson_limits(count: int, confidence: float) -> tuple[float, float]:
    tail = (1 - confidence) / 2
    low = float(special.gammaincinv(count, tail)) if count else 0.0
    return low, float(special.gammaincinv(count + 1, 1 - tail))


def _ratio_interval(seen: int, approved: int, confidence: float) -> Interval:
    """Exact interval of a ratio of two Poisson counts, by the share of the first in their sum."""
    tail, n = (1 - confidence) / 2, seen + approved
    low = float(special.betaincinv(seen, n - seen + 1, tail)) if seen else 0.0
    high = float(special.betaincinv(seen + 1, n - seen, 1 - tail))
    return Interval(low / (1 - low), high / (1 - high), confidence, "exact, given the sum")
