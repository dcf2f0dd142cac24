"""Agreement of two readers beyond what chance alone would give: Cohen's kappa, weighted or not.

Both readers see the same fields, blinded, and put each into one category. Seventeen of twenty
alike says little when nearly every field is of one kind: then chance agrees as well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval, Measurement
from stemcell_kit.qc import inputs
from stemcell_kit.qc.proportions import checked_confidence
from stemcell_kit.shown import words

__all__ = ["Kappa", "OneCategory", "cohens_kappa", "weighted_kappa"]

_WEIGHTS = ("linear", "quadratic")

# What is left by the last binary digit when all shares add up to one.
_NOTHING = 1e-12


class OneCategory(BadInput):
    """Both readers put every field into the same single category: kappa is 0 / 0."""


@dataclass(frozen=True)
class Kappa(Measurement):
    """Cohen's kappa; ``observed`` and ``by_chance`` are the shares of fields read alike."""

    observed: float = 0.0
    by_chance: float = 0.0

    def shown(self) -> dict[str, str]:
        """Return kappa with the two shares that it is made of."""
        shares = {"read alike": words(self.observed), "alike by chance": words(self.by_chance)}
        return {**super().shown(), **shares}


def cohens_kappa(table: Sequence[Sequence[int]], *, confidence: float = 0.95) -> Kappa:
    """Agreement of two readers, with what chance gives taken off.

    Parameters
    ----------
    table
        Square table of counts: row i, column j holds the fields that the first reader put into
        category i and the second into category j. Both use the same order of categories.
    confidence
        Two-sided confidence as a share.

    Returns
    -------
    ``(observed - by_chance) / (1 - by_chance)``: 1 is full agreement, 0 what chance gives, below
    0 worse than chance. ``n`` is the number of fields. The interval is for large n; when every
    field was read alike it has no width and says nothing about n.

    Raises
    ------
    OneCategory
        Both readers used one and the same category throughout.
    BadInput
        The table is not square, has fewer than two categories, or holds no field.

    Source
    ------
    Cohen 1960, Educ Psychol Meas 20:37; standard error of Fleiss, Cohen & Everitt 1969,
    Psychol Bull 72:323.
    """
    shares, n = _shares(table)
    first = [sum(row) for row in shares]
    second = [sum(column) for column in zip(*shares, strict=True)]
    observed = sum(shares[i][i] for i in range(len(shares)))
    chance = sum(a * b for a, b in zip(first, second, strict=True))
    if 1 - chance < _NOTHING:
        raise OneCategory(
            f"both readers put all {n} fields into one category; expected at least two in use. "
            "Add fields that show the other state: a set without them cannot test the readers."
        )
    kappa = (observed - chance) / (1 - chance)
    half = NormalDist().inv_cdf((1 + checked_confidence(confidence)) / 2)
    half *= math.sqrt(max(0.0, _spread(shares, first, second, kappa, chance)) / n)
    interval = Interval(
        max(-1.0, kappa - half), min(1.0, kappa + half), confidence, "Fleiss-Cohen-Everitt"
    )
    return Kappa("cohens_kappa", kappa, "", n, interval, (), observed, chance)


def weighted_kappa(
    table: Sequence[Sequence[int]], *, weights: str, confidence: float = 0.95
) -> Kappa:
    """Agreement of two readers on ordered categories: a near miss counts less than a far one.

    Parameters
    ----------
    table
        As in :func:`cohens_kappa`, categories in their order (e.g. grades 0 to 3).
    weights
        ``"linear"``: disagreement grows with the distance of the grades; ``"quadratic"``: with
        its square. The choice changes kappa and is stated in the result.
    confidence
        Two-sided confidence as a share.

    Returns
    -------
    Kappa; ``observed`` and ``by_chance`` are the weighted shares of agreement.

    Raises
    ------
    OneCategory, BadInput
        As in :func:`cohens_kappa`, or unknown weights.

    Source
    ------
    Cohen 1968, Psychol Bull 70:213; standard error of Fleiss, Cohen & Everitt 1969.
    """
    from statsmodels.stats.inter_rater import cohens_kappa as fitted

    if weights not in _WEIGHTS:
        raise BadInput(f"weights is {weights!r}; expected one of {', '.join(_WEIGHTS)}.")
    shares, n = _shares(table)
    first = [sum(row) for row in shares]
    second = [sum(column) for column in zip(*shares, strict=True)]
    size, power = len(shares), 1 if weights == "linear" else 2
    near = [[1 - (abs(i - j) / (size - 1)) ** power for j in range(size)] for i in range(size)]
    observed = sum(near[i][j] * shares[i][j] for i in range(size) for j in range(size))
    chance = sum(near[i][j] * first[i] * second[j] for i in range(size) for j in range(size))
    if 1 - chance < _NOTHING:
        raise OneCategory(
            f"both readers put all {n} fields into one category; expected at least two in use. "
            "Add fields that show the other states."
        )
    kappa = (observed - chance) / (1 - chance)
    spread = max(0.0, float(fitted([list(row) for row in table], wt=weights).var_kappa))
    half = NormalDist().inv_cdf((1 + checked_confidence(confidence)) / 2) * math.sqrt(spread)
    interval = Interval(
        max(-1.0, kappa - half), min(1.0, kappa + half), confidence, "Fleiss-Cohen-Everitt"
    )
    notes = (f"{weights} weights",)
    return Kappa("weighted_kappa", kappa, "", n, interval, notes, observed, chance)


def _shares(table: Sequence[Sequence[int]]) -> tuple[list[list[float]], int]:
    rows = [[inputs.count(value, "number of fields") for value in row] for row in table]
    if len(rows) < 2 or any(len(row) != len(rows) for row in rows):
        raise BadInput(
            f"the table has {len(rows)} rows of {sorted({len(row) for row in rows})} counts; "
            "expected as many columns as rows, at least two: one per category."
        )
    n = sum(map(sum, rows))
    if n == 0:
        raise BadInput("the table holds no field; expected the counts of fields read by both.")
    return [[value / n for value in row] for row in rows], n


def _spread(
    shares: list[list[float]],
    first: list[float],
    second: list[float],
    kappa: float,
    chance: float,
) -> float:
    """Variance of kappa times the number of fields."""
    places = range(len(shares))
    alike = sum(shares[i][i] * (1 - (first[i] + second[i]) * (1 - kappa)) ** 2 for i in places)
    apart = sum(
        shares[i][j] * (second[i] + first[j]) ** 2 for i in places for j in places if i != j
    )
    rest = kappa - chance * (1 - kappa)
    return (alike + (1 - kappa) ** 2 * apart - rest**2) / (1 - chance) ** 2
