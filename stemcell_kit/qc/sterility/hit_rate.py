"""The hit-rate rule for a detection limit, and what it really proves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import special

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.qc.sterility.sampling_plan import containers_needed
from stemcell_kit.shown import Shown

__all__ = [
    "HitRateLimit",
    "chance_to_meet",
    "hit_rate_limit",
    "hits_prove_at_least",
    "replicates_needed",
]


@dataclass(frozen=True)
class HitRateLimit(Shown):
    """Lowest level that meets the rule; ``proves`` is the detection rate that its hits prove."""

    value: float
    n: int
    hits: int
    proves: float
    notes: tuple[str, ...] = ()


def hit_rate_limit(
    concentrations: Sequence[float],
    positives: Sequence[int],
    replicates: Sequence[int],
    *,
    at_least: float,
    confidence: float = 0.95,
) -> HitRateLimit:
    """Lowest concentration at which, and above which, the share of hits meets the rule.

    Parameters
    ----------
    concentrations, positives, replicates
        One entry per level.
    at_least
        Share of hits asked for, e.g. 23 / 24.
    confidence
        Of the one-sided lower limit in ``proves``.

    Raises
    ------
    BadInput
        The highest level already fails, or the lists do not belong together.
    """
    asked = inputs.share(at_least, "at_least")
    if not len(concentrations) == len(positives) == len(replicates) or not replicates:
        raise BadInput(
            f"found {len(concentrations)} levels, {len(positives)} numbers of hits and "
            f"{len(replicates)} of replicates; expected one of each for every level."
        )
    met: tuple[float, int, int] | None = None
    levels = sorted(zip(concentrations, positives, replicates, strict=True), reverse=True)
    for level, hits, n in levels:
        inputs.positive(level, "a level (keep blanks for the specificity)")
        if n < 1 or not 0 <= hits <= n:
            raise BadInput(f"{hits} hits of {n} at {level:g}; expected 0 to {n}, and 1 or more.")
        if hits / n < asked:
            break
        met = level, hits, n
    if met is None:
        raise BadInput(
            f"the highest level, {levels[0][0]:g}, has {levels[0][1]} of {levels[0][2]} hits and "
            f"does not meet {asked:.3g}; test higher levels."
        )
    level, hits, n = met
    notes: tuple[str, ...] = ()
    if level == levels[-1][0]:
        notes = ("every level meets the rule: the limit is at or below this level",)
    return HitRateLimit(level, n, hits, hits_prove_at_least(hits, n, confidence=confidence), notes)


def hits_prove_at_least(hits: int, n: int, *, confidence: float) -> float:
    """Detection rate that *hits* of *n* prove: the one-sided exact lower limit, a share."""
    level = inputs.open_share(confidence, "confidence")
    seen, tried = inputs.count(hits, "hits"), inputs.count(n, "n, the number of replicates,")
    if tried == 0 or seen > tried:
        raise BadInput(f"{seen} hits of {tried}; expected at least 1 replicate and no more hits.")
    if seen == 0:
        return 0.0
    return float(special.betaincinv(seen, tried - seen + 1, 1 - level))


def chance_to_meet(true_rate: float, *, hits: int, n: int) -> float:
    """Chance that a method of a *true_rate* shows at least *hits* of *n*."""
    rate = inputs.share(true_rate, "true_rate")
    asked, tried = inputs.count(hits, "hits"), inputs.count(n, "n, the number of replicates,")
    if asked > tried:
        raise BadInput(f"{asked} hits of {tried} can never be met; check the rule.")
    if asked == 0:
        return 1.0
    if rate == 1:
        return 1.0
    chances = (
        math.comb(tried, k) * rate**k * (1 - rate) ** (tried - k) for k in range(asked, tried + 1)
    )
    return math.fsum(chances)


def replicates_needed(rate: float, *, confidence: float) -> int:
    """Replicates, all of them hits, that prove a detection *rate* with *confidence*."""
    return containers_needed(1 - inputs.open_share(rate, "rate"), confidence=confidence)
