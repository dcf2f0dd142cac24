"""Confidence intervals for a share, and what a run of zeros excludes."""

from __future__ import annotations

import math
from statistics import NormalDist

from scipy import special

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval

__all__ = ["checked_confidence", "clopper_pearson", "rule_of_three", "wilson"]


def wilson(successes: int, n: int, *, confidence: float = 0.95) -> Interval:
    """Wilson score interval for the share *successes* / *n*.

    Parameters
    ----------
    successes, n
        Counts of cells, events or colonies; 0 <= successes <= n and n >= 1.
    confidence
        Two-sided confidence as a share.

    Returns
    -------
    Interval of shares, 0 to 1.

    Raises
    ------
    BadInput
        The counts or the confidence make no share.

    Source
    ------
    Wilson 1927, J Am Stat Assoc 22:209.
    """
    _check_counts(successes, n)
    z = NormalDist().inv_cdf((1 + checked_confidence(confidence)) / 2)
    share = successes / n
    centre = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # at 0 and n the bound is exact; floating point would leave it a hair outside the estimate
    low = 0.0 if successes == 0 else (centre - half) / scale
    high = 1.0 if successes == n else (centre + half) / scale
    return Interval(low, high, confidence, "Wilson")


def clopper_pearson(successes: int, n: int, *, confidence: float = 0.95) -> Interval:
    """Exact (Clopper-Pearson) two-sided interval for the share *successes* / *n*.

    Parameters
    ----------
    successes, n
        Counts; 0 <= successes <= n and n >= 1.
    confidence
        Two-sided confidence as a share. For 0 of n the one-sided limit of the same
        confidence is lower: see :func:`stemcell_kit.qc.genome.mosaicism.excluded_fraction`.

    Returns
    -------
    Interval of shares, 0 to 1.

    Raises
    ------
    BadInput
        The counts or the confidence make no share.

    Source
    ------
    Clopper & Pearson 1934, Biometrika 26:404.
    """
    _check_counts(successes, n)
    tail = (1 - checked_confidence(confidence)) / 2
    low = 0.0 if successes == 0 else float(special.betaincinv(successes, n - successes + 1, tail))
    high = (
        1.0 if successes == n else float(special.betaincinv(successes + 1, n - successes, 1 - tail))
    )
    return Interval(low, high, confidence, "Clopper-Pearson")


def rule_of_three(n: int, *, confidence: float = 0.95) -> float:
    """Share that is just excluded when none of *n* showed it: -ln(1 - confidence) / n, at most 1.

    At 95 % confidence this is the familiar 3 / n. For small n the exact one-sided limit
    (:func:`stemcell_kit.qc.genome.mosaicism.excluded_fraction`) is a little lower.
    """
    _check_counts(0, n)
    return min(1.0, -math.log1p(-checked_confidence(confidence)) / n)


def checked_confidence(confidence: float) -> float:
    """Return *confidence* if it is a share between 0 and 1, both excluded."""
    if not 0 < confidence < 1:
        raise BadInput(
            f"confidence is {confidence}; expected a share between 0 and 1. Write 0.95 for 95 %."
        )
    return confidence


def _check_counts(successes: int, n: int) -> None:
    for name, value in (("successes", successes), ("n", n)):
        if isinstance(value, bool) or int(value) != value:
            raise BadInput(f"{name} is {value!r}; expected a whole number of things counted.")
    if n < 1:
        raise BadInput(f"n is {n}; a share needs at least 1 thing counted.")
    if not 0 <= successes <= n:
        raise BadInput(
            f"{successes} of {n} is not a share; expected 0 to {n}. "
            "Check whether the two numbers were exchanged."
        )
