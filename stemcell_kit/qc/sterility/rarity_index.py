"""How likely the tubes of an MPN design are at all: the rarity index."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from stemcell_kit.qc import inputs
from stemcell_kit.qc.sterility.most_probable_number import (
    Tubes,
    most_probable_number,
    read_tubes,
)
from stemcell_kit.shown import Shown

__all__ = ["RarityIndex", "rarity_index", "rarity_verdict"]


@dataclass(frozen=True)
class RarityIndex(Shown):
    """Likelihood of the tubes seen over that of the most likely outcome, both at the estimate."""

    value: float
    likelihood: float
    most_likely: tuple[int, ...]
    most_likely_likelihood: float


def rarity_index(
    positives: Sequence[int], tubes: Sequence[int], volumes_ml: Sequence[float]
) -> RarityIndex:
    """Rarity index of a dilution series, above 0 and up to 1.

    A small value means that no concentration explains the tubes well: a dilution error, clumps,
    an inhibited level or exchanged tubes. Arguments as in ``most_probable_number``.

    Source
    ------
    Jarvis et al. 2010, J Appl Microbiol 109:1660.
    """
    levels = read_tubes(positives, tubes, volumes_ml)
    at = most_probable_number(positives, tubes, volumes_ml).value
    shares = [-math.expm1(-at * one.volume_ml) for one in levels]
    likely = tuple(_mode(one.n, share) for one, share in zip(levels, shares, strict=True))
    seen = math.prod(_chance(o, o.positive, s) for o, s in zip(levels, shares, strict=True))
    best = math.prod(_chance(o, k, s) for o, k, s in zip(levels, likely, shares, strict=True))
    return RarityIndex(seen / best, seen, likely, best)


def rarity_verdict(index: float, *, unusual_below: float, distrusted_below: float) -> str:
    """Say whether tubes of this rarity index are ``usual``, ``unusual`` or ``distrusted``."""
    value = inputs.not_negative(index, "index")
    if value < inputs.share(distrusted_below, "distrusted_below"):
        return "distrusted"
    return "unusual" if value < inputs.share(unusual_below, "unusual_below") else "usual"


def _mode(n: int, share: float) -> int:
    return min(n, math.floor((n + 1) * share))


def _chance(level: Tubes, positive: int, share: float) -> float:
    ways = math.comb(level.n, positive)
    return ways * share**positive * (1 - share) ** (level.n - positive)
