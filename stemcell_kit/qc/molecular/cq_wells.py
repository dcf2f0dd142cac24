"""The Cqs of replicate wells: their mean, its variance, and the interval of a sum of means."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Real
from statistics import fmean, stdev
from typing import cast

from scipy import special

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs

__all__ = ["Cq", "Replicates", "UndeterminedCq", "read_wells", "replicates", "welch_half_width"]

Cq = float | Sequence[float]


class UndeterminedCq(BadInput):
    """A well that never crossed the threshold has no Cq."""


@dataclass(frozen=True)
class Replicates:
    """Mean Cq of one kind of well, the variance of that mean, and the number of wells."""

    mean: float
    variance_of_mean: float
    n: int


def read_wells(wells: object, what: str) -> tuple[float, ...]:
    """Return one Cq or several as numbers; a well without Cq is refused, never replaced."""
    one = isinstance(wells, str) or not isinstance(wells, Iterable)
    values = [wells] if one else list(cast("Iterable[object]", wells))
    if not values:
        raise BadInput(f"{what} has no Cq; expected at least one well.")
    return tuple(_one_cq(value, what) for value in values)


def replicates(wells: object, what: str) -> Replicates:
    """Return the mean of the wells with its variance; a single well has none."""
    cqs = read_wells(wells, what)
    variance = stdev(cqs) ** 2 / len(cqs) if len(cqs) > 1 else 0.0
    return Replicates(fmean(cqs), variance, len(cqs))


def _one_cq(value: object, what: str) -> float:
    if not isinstance(value, Real) or math.isnan(value):
        raise UndeterminedCq(
            f"{what} has a well without Cq ({value!r}); expected a number. An undetermined well "
            "is not Cq 40 and not 0: repeat it with more DNA, or leave the well out and say so."
        )
    return inputs.positive(value, f"Cq of {what}")


def welch_half_width(
    wells: Sequence[Replicates], scales: Sequence[float], confidence: float
) -> float | None:
    """Half width of the sum of scaled means of separate wells (Welch's degrees of freedom).

    None if one of them is a single well, because it says nothing of its spread.
    """
    level = inputs.open_share(confidence, "confidence")
    if min(r.n for r in wells) < 2:
        return None
    parts = [s**2 * r.variance_of_mean for r, s in zip(wells, scales, strict=True)]
    total = sum(parts)
    if total == 0:
        return 0.0
    freedom = total**2 / sum(p**2 / (r.n - 1) for r, p in zip(wells, parts, strict=True))
    return float(special.stdtrit(freedom, (1 + level) / 2)) * math.sqrt(total)
