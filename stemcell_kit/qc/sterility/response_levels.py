"""The levels of a detection study, and whether a curve can be fitted to them at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs

__all__ = ["Levels", "NotRising", "Separated", "read_levels", "refuse_hopeless"]


class Separated(BadInput):
    """The levels jump from never to always detected, so the curve has no finite slope."""


class NotRising(BadInput):
    """More organisms are not detected more often."""


@dataclass(frozen=True)
class Levels:
    """Dose, detected and tested at each level, lowest dose first."""

    doses: tuple[float, ...]
    positives: tuple[int, ...]
    replicates: tuple[int, ...]


def read_levels(
    doses: Sequence[float], positives: Sequence[int], replicates: Sequence[int]
) -> Levels:
    """Return the levels in order of dose; levels of one dose are added up.

    Raises
    ------
    BadInput
        Lists of unequal length, more positives than replicates, or fewer than 2 doses.
    """
    if not len(doses) == len(positives) == len(replicates):
        raise BadInput(
            f"found {len(doses)} levels, {len(positives)} numbers of positives and "
            f"{len(replicates)} of replicates; expected one of each for every level."
        )
    found: dict[float, tuple[int, int]] = {}
    for given, seen, tested in zip(doses, positives, replicates, strict=True):
        dose = inputs.number(given, "level")
        grew, n = inputs.count(seen, "positives"), inputs.count(tested, "replicates")
        if n == 0 or grew > n:
            raise BadInput(
                f"{grew} of {n} positive at one level; expected at least 1 replicate and no more "
                "positives than replicates."
            )
        before = found.get(dose, (0, 0))
        found[dose] = before[0] + grew, before[1] + n
    if len(found) < 2:
        raise BadInput(f"found {len(found)} different level; a curve needs at least 2.")
    order = sorted(found)
    return Levels(
        tuple(order), tuple(found[d][0] for d in order), tuple(found[d][1] for d in order)
    )


def refuse_hopeless(
    levels: Levels, confidence: float, *, separation: bool = True
) -> tuple[str, ...]:
    """Refuse levels without a curve; return a note for a fall that chance may explain.

    Raises
    ------
    Separated, NotRising
        See there.
    """
    grew = [dose for dose, k, _ in _rows(levels) if k]
    clear = [dose for dose, k, n in _rows(levels) if k < n]
    if not grew or not clear:
        what = "no level" if not grew else "every replicate of every level"
        raise NotRising(
            f"{what} is detected, so no level is the limit; test "
            f"{'higher' if not grew else 'lower'} concentrations."
        )
    if max(grew) <= min(clear):
        raise NotRising(
            f"nothing is detected above level {max(grew):g}, but something is at it; more "
            "organisms should be found more often. Look for exchanged levels or inhibition."
        )
    fall = _worst_fall(levels, 1 - inputs.open_share(confidence, "confidence"))
    if separation and max(clear) <= min(grew):
        raise Separated(
            f"nothing is missed above level {max(clear):g} and nothing found below {min(grew):g}, "
            "so the slope has no finite value; report the two levels as the bracket of the limit, "
            "or test levels between them."
        )
    return fall


def _rows(levels: Levels) -> list[tuple[float, int, int]]:
    return list(zip(levels.doses, levels.positives, levels.replicates, strict=True))


def _worst_fall(levels: Levels, chance: float) -> tuple[str, ...]:
    """Note falls that chance may explain; refuse one that it does not (Fisher, one-sided)."""
    notes: tuple[str, ...] = ()
    for (low, k, n), (high, k2, n2) in combinations(_rows(levels), 2):
        if k / n <= k2 / n2:
            continue
        table = np.array([[k, n - k], [k2, n2 - k2]])
        p = float(stats.fisher_exact(table, alternative="greater").pvalue)
        words = f"level {low:g} has {k} of {n} and the higher level {high:g} {k2} of {n2}"
        if p < chance:
            raise NotRising(
                f"{words}: a fall that chance explains in {100 * p:.2g} % only. Look for exchanged "
                "levels, inhibition at the top, or clumps, before fitting."
            )
        notes = (*notes, f"{words}: a fall that chance may explain")
    return notes
