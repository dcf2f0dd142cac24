"""Contamination recovery rate: the share of plates with any growth, with its exact interval."""

from __future__ import annotations

from dataclasses import dataclass

from scipy import special

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.proportions import clopper_pearson
from stemcell_kit.shown import Shown

__all__ = ["RecoveryRate", "chance_of_at_least", "recovery_rate"]


@dataclass(frozen=True)
class RecoveryRate(Shown):
    """Plates with growth in percent of all plates; ``n`` is all plates."""

    value: float
    positive: int
    n: int
    interval: Interval

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "%"

    def against(self, limit_percent: float) -> str:
        """Say what the interval shows about a limit: ``below``, ``above`` or ``open``."""
        if self.interval.high < limit_percent:
            return "below"
        return "above" if self.interval.low > limit_percent else "open"


def recovery_rate(with_growth: int, plates: int, *, confidence: float = 0.95) -> RecoveryRate:
    """Share of plates with growth in percent, with its Clopper-Pearson interval.

    A run of clean plates proves no rate below the upper end: 250 clean plates leave 1.46 %.

    Raises
    ------
    BadInput
        The two numbers make no share.

    Source
    ------
    USP <1116>, contamination recovery rates.
    """
    exact = clopper_pearson(with_growth, plates, confidence=confidence)
    return RecoveryRate(
        100 * with_growth / plates, int(with_growth), int(plates), inputs.in_percent(exact)
    )


def chance_of_at_least(with_growth: int, plates: int, *, rate_percent: float) -> float:
    """Probability of so many plates with growth or more if the true rate is *rate_percent*.

    Raises
    ------
    BadInput
        The counts make no share, or the rate is not between 0 and 100 %.
    """
    seen, n = inputs.count(with_growth, "with_growth"), inputs.count(plates, "plates")
    if seen > n or n == 0:
        raise BadInput(f"{seen} of {n} plates; expected 1 or more plates and no more with growth.")
    rate = inputs.open_share(rate_percent / 100, "rate_percent / 100")
    return 1.0 if seen == 0 else float(special.bdtrc(seen - 1, n, rate))
