"""Contaminated units among those tested: the rate, and what a run of clean ones excludes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special

from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs, proportions
from stemcell_kit.qc.sterility.sampling_plan import containers_needed
from stemcell_kit.shown import Shown

__all__ = ["ContaminationRate", "clean_units_needed", "contamination_rate"]


@dataclass(frozen=True)
class ContaminationRate(Shown):
    """Contaminated units in per cent of those tested.

    ``interval`` is two-sided; ``upper_limit`` is the one-sided limit of the same confidence,
    for the statement "at most". ``rule_of_three`` is its shortcut after clean units only.
    """

    value: float
    unit: str
    n: int
    interval: Interval
    upper_limit: float
    rule_of_three: float | None = None
    notes: tuple[str, ...] = ()


def contamination_rate(positives: int, n: int, *, confidence: float = 0.95) -> ContaminationRate:
    """Rate of contaminated units with its exact (Clopper-Pearson) limits.

    Parameters
    ----------
    positives, n
        Contaminated units and units tested.

    Returns
    -------
    All numbers in per cent. No Wald interval: it has no width when nothing was found.

    Raises
    ------
    BadInput
        No unit was tested, or more were positive than tested.

    Source
    ------
    Clopper & Pearson 1934, Biometrika 26:404; Hanley & Lippman-Hand 1983, JAMA 249:1743.
    """
    exact = proportions.clopper_pearson(positives, n, confidence=confidence)
    upper = 1.0
    if positives < n:
        upper = float(special.betaincinv(positives + 1, n - positives, confidence))
    if positives == 0:
        upper = -math.expm1(math.log1p(-confidence) / n)
    three = 100 * proportions.rule_of_three(n, confidence=confidence) if positives == 0 else None
    notes = () if positives else (f"none of {n} units grew: report below the limit, not sterile",)
    rate = 100 * positives / n
    interval = inputs.in_percent(exact)
    return ContaminationRate(rate, "%", int(n), interval, 100 * upper, three, notes)


def clean_units_needed(rate: float, *, confidence: float) -> int:
    """Clean units that show a contamination rate below *rate* (a share) with *confidence*.

    A rate of 1e-6 takes three million: a sterility assurance level is never shown by testing.
    """
    return containers_needed(rate, confidence=confidence)
