"""Environmental counts: what a few colonies say about air and surfaces, and how counts scatter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, variance

from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.proportions import checked_confidence
from stemcell_kit.shown import Shown

__all__ = [
    "Dispersion",
    "EnvironmentalCount",
    "air_concentration",
    "checked_counts",
    "dispersion_test",
    "poisson_interval",
    "settle_plate",
]


@dataclass(frozen=True)
class EnvironmentalCount(Shown):
    """Colonies per what was sampled, with the exact Poisson interval; ``n`` is the colonies."""

    value: float
    unit: str
    n: int
    interval: Interval
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dispersion(Shown):
    """Index of dispersion ``value`` on ``degrees`` of freedom; small p: not a Poisson law."""

    value: float
    degrees: int
    p: float
    mean: float
    variance: float
    n: int


def poisson_interval(colonies: int, *, confidence: float = 0.95) -> Interval:
    """Exact (Garwood) interval for the expected number when *colonies* were counted.

    Source
    ------
    Garwood 1936, Biometrika 28:437.
    """
    k = inputs.count(colonies, "colonies")
    tail = (1 - checked_confidence(confidence)) / 2
    low = float(stats.chi2.ppf(tail, 2 * k)) / 2 if k else 0.0
    high = float(stats.chi2.ppf(1 - tail, 2 * k + 2)) / 2
    return Interval(low, high, confidence, "exact Poisson")


def air_concentration(
    colonies: int, *, volume_l: float, confidence: float = 0.95
) -> EnvironmentalCount:
    """Colonies per cubic metre of air from the count on one plate.

    Raises
    ------
    BadInput
        No whole number of colonies, or a volume that is not above zero.
    """
    per_m3 = 1000 / inputs.positive(volume_l, "volume_l")
    exact = poisson_interval(colonies, confidence=confidence)
    scaled = Interval(per_m3 * exact.low, per_m3 * exact.high, confidence, exact.method)
    return EnvironmentalCount(per_m3 * colonies, "CFU/m3", int(colonies), scaled)


def settle_plate(
    colonies: int, *, hours: float, longest_h: float, confidence: float = 0.95
) -> EnvironmentalCount:
    """Colonies of one settle plate for the time it stood open; a short time is not scaled up.

    Raises
    ------
    BadInput
        The plate stood open longer than *longest_h*: it dries out and counts too few.
    """
    if inputs.positive(hours, "hours") > longest_h:
        raise BadInput(
            f"the plate stood open {hours:g} h; expected at most {longest_h:g} h, because a dry "
            "plate counts too few. Change the plate during the session and add up the counts."
        )
    exact = poisson_interval(colonies, confidence=confidence)
    short = hours < longest_h
    notes = (f"exposed {hours:g} h: not scaled to {longest_h:g} h",) if short else ()
    return EnvironmentalCount(float(colonies), f"CFU/{hours:g} h", int(colonies), exact, notes)


def dispersion_test(counts: Sequence[int]) -> Dispersion:
    """Test whether counts scatter as a Poisson law: D = sum (x - mean)^2 / mean ~ chi2(n - 1).

    Raises
    ------
    BadInput
        Fewer than two counts, or all of them zero.

    Source
    ------
    Fisher's index of dispersion.
    """
    given = checked_counts(counts)
    mean = fmean(given)
    if mean == 0:
        raise BadInput("all counts are 0; expected some growth. Report the recovery rate instead.")
    found = math.fsum((x - mean) ** 2 for x in given) / mean
    degrees = len(given) - 1
    return Dispersion(
        found, degrees, float(stats.chi2.sf(found, degrees)), mean, variance(given), len(given)
    )


def checked_counts(counts: Sequence[int]) -> list[int]:
    """Return the counts of at least two plates as whole numbers.

    Raises
    ------
    BadInput
        Fewer than two counts, or one that is no count.
    """
    given = [inputs.count(one, "count") for one in counts]
    if len(given) < 2:
        raise BadInput(f"{len(given)} counts; expected at least 2. Collect more plates.")
    return given
