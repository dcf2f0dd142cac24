"""How sure a pass is: the same decision on another sitting, and on a pass mark a little off."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import integrate, stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["Consistency", "decision_consistency", "pass_mark_shift"]


@dataclass(frozen=True)
class Consistency(Shown):
    """Share of candidates with the same decision on two parallel forms (``value``), and kappa.

    ``chance`` is the agreement that two unrelated tests with this pass rate would have, and
    ``kappa`` what is left above it.
    """

    value: float
    kappa: float
    chance: float
    pass_share: float
    unit: str = ""


def decision_consistency(*, standardised_mark: float, reliability: float) -> Consistency:
    """Expected agreement of pass and fail on two parallel forms, from one sitting.

    Scores of both are taken as bivariate normal with the reliability as their correlation.

    Parameters
    ----------
    standardised_mark
        (pass mark - mean) / standard deviation of the scores. With whole points, half a point
        below the mark (Subkoviak's correction).
    reliability
        Between 0 and 1.

    Raises
    ------
    BadInput
        A reliability out of its range; a pass mark so far out that all pass or all fail.

    Source
    ------
    Peng & Subkoviak 1980, J Educ Meas 17:359; tables in Subkoviak 1988, J Educ Meas 25:47.
    """
    z = inputs.number(standardised_mark, "standardised_mark")
    r = inputs.not_negative(reliability, "reliability")
    below = float(stats.norm.cdf(z))
    chance = below**2 + (1 - below) ** 2
    if r > 1 or 1 - chance < 1e-9:
        raise BadInput(
            f"reliability {r:g} and a pass mark {z:g} standard deviations from the mean; expected "
            "at most 1, and a mark that some pass and some miss."
        )
    value = 1 - 2 * below + 2 * _both_below(z, below, r)
    return Consistency(value, (value - chance) / (1 - chance), chance, 1 - below)


def _both_below(z: float, below: float, r: float) -> float:
    """Probability that two normal scores with correlation r both stay below z (Plackett 1954)."""
    part, _ = integrate.quad(lambda t: math.exp(-z * z / (1 + math.sin(t))), 0, math.asin(r))
    return float(below**2 + part / (2 * math.pi))


def pass_mark_shift(margins: Sequence[float], *, by: float) -> int:
    """How many candidates change their result when the pass mark moves.

    Parameters
    ----------
    margins
        Points above the pass mark, negative below it; 0 passes.
    by
        Points that the mark goes up, negative for down.
    """
    move = inputs.number(by, "by")
    given = [inputs.number(one, "a margin") for one in margins]
    # a sum of partial points may miss the mark by the last digit of a float
    return sum((one >= -1e-9) != (one - move >= -1e-9) for one in given)
