"""Whether two means are the same within a stated tolerance, not merely not shown to differ."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["Equivalence", "Group", "equivalence", "equivalent_means"]


@dataclass(frozen=True)
class Group:
    """The scores of one group: how many, their mean and standard deviation."""

    n: int
    mean: float
    sd: float


@dataclass(frozen=True)
class Equivalence(Shown):
    """Difference of the means (``value``), its interval, and the two one-sided tests.

    ``equivalent`` holds where the whole interval lies within the tolerance. Otherwise nothing is
    shown: the groups may differ, or be too few to say.
    """

    value: float
    interval: Interval
    t: float
    df: float
    p: float
    equivalent: bool
    tolerance: float
    unit: str = ""


def equivalence(
    first: Group, second: Group, *, tolerance: float, confidence: float = 0.9
) -> Equivalence:
    """Two one-sided Welch tests of a difference of means against ± the tolerance.

    Parameters
    ----------
    tolerance
        Largest difference that does not matter, in the unit of the means. It is stated before the
        scores are seen, so it has no default.
    confidence
        Of the two-sided interval; 0.9 belongs to two one-sided tests at 5 %.

    Raises
    ------
    BadInput
        Fewer than two in a group, or no spread in either.

    Source
    ------
    Schuirmann 1987, J Pharmacokinet Biopharm 15:657; Welch's degrees of freedom.
    """
    room = inputs.positive(tolerance, "tolerance")
    alpha = (1 - inputs.open_share(confidence, "confidence")) / 2
    parts = [_part(one) for one in (first, second)]
    error = math.sqrt(sum(parts))
    if error == 0:
        raise BadInput("neither group has any spread; expected scores that differ.")
    sizes = (first.n - 1, second.n - 1)
    df = error**4 / sum(part**2 / size for part, size in zip(parts, sizes, strict=True))
    difference = first.mean - second.mean
    # the side that the difference is nearer to decides
    t = (abs(difference) - room) / error
    half = float(stats.t.ppf(1 - alpha, df)) * error
    interval = Interval(difference - half, difference + half, confidence, "Welch")
    p = float(stats.t.cdf(t, df))
    return Equivalence(difference, interval, t, df, p, p < alpha, room)


def equivalent_means(
    *, n: tuple[int, int], mean: tuple[float, float], sd: tuple[float, float], tolerance: float
) -> Equivalence:
    """:func:`equivalence` of two groups given as pairs of plain numbers."""
    first, second = (
        Group(inputs.count(n[place], "n"), inputs.number(mean[place], "mean"), sd[place])
        for place in (0, 1)
    )
    return equivalence(first, second, tolerance=tolerance)


def _part(group: Group) -> float:
    if group.n < 2:
        raise BadInput(f"a group of {group.n}; expected at least 2 in each, or there is no spread.")
    return inputs.not_negative(group.sd, "sd") ** 2 / group.n
