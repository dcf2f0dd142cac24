"""How many metaphases see a mosaic, and what a number of normal ones excludes.

The calculations hold for independent cells. Cells of one colony are not independent:
count them as one, or take more (Richkind & Risch 1990).
"""

from __future__ import annotations

import math

from scipy import special

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Measurement
from stemcell_kit.qc.proportions import checked_confidence, clopper_pearson, rule_of_three

__all__ = [
    "detection_probability",
    "excluded_fraction",
    "is_clone",
    "metaphases_needed",
    "observed_fraction",
    "rule_of_three",
]


def detection_probability(n: int, fraction: float, *, at_least: int = 1) -> float:
    """Probability of seeing *at_least* abnormal cells among *n* when *fraction* are abnormal.

    Parameters
    ----------
    n
        Independent metaphases analysed.
    fraction
        True share of abnormal cells, 0 to 1.
    at_least
        1 to see any; 2 for a clone with a gain or structural change; 3 for a loss.

    Returns
    -------
    Probability, 0 to 1.

    Raises
    ------
    BadInput
        A count or share that cannot be.
    """
    _check_cells(n, at_least)
    if not 0 <= fraction <= 1:
        raise BadInput(f"fraction is {fraction}; expected a share from 0 to 1 (0.10 for 10 %).")
    return float(special.bdtrc(at_least - 1, n, fraction))


def metaphases_needed(fraction: float, *, confidence: float = 0.95, at_least: int = 1) -> int:
    """Smallest number of metaphases that shows *at_least* abnormal cells with *confidence*.

    Parameters
    ----------
    fraction
        Share of abnormal cells to be found, above 0 and at most 1.
    confidence
        Wanted probability of finding them, a share.
    at_least
        Abnormal cells that must be seen.

    Raises
    ------
    BadInput
        The fraction is 0 (no number of cells finds it) or no share.

    Source
    ------
    n = ln(1 - C) / ln(1 - p), as tabulated by Hook 1977, Am J Hum Genet 29:94.
    """
    checked_confidence(confidence)
    if not 0 < fraction <= 1:
        raise BadInput(
            f"fraction is {fraction}; expected a share above 0, at most 1. "
            "No number of cells excludes a mosaic completely: choose the level that matters."
        )
    low, high = at_least - 1, at_least
    _check_cells(high, at_least)
    while detection_probability(high, fraction, at_least=at_least) < confidence:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        seen = detection_probability(middle, fraction, at_least=at_least) >= confidence
        low, high = (low, middle) if seen else (middle, high)
    return high


def excluded_fraction(n: int, *, confidence: float = 0.95, at_least: int = 1) -> float:
    """Share of abnormal cells that *n* metaphases would have shown with *confidence*.

    With ``at_least=1`` this is the one-sided limit after n normal cells,
    1 - (1 - C)^(1/n); 20 normal cells exclude 13.9 %. With 2 or 3 it is the share that must
    be present to meet the counting rule for a gain or a loss.

    Returns
    -------
    Share, 0 to 1.

    Raises
    ------
    BadInput
        *n* is less than *at_least*, or the confidence is no share.
    """
    _check_cells(n, at_least)
    checked_confidence(confidence)
    if n < at_least:
        raise BadInput(f"{n} cells can never show {at_least} abnormal ones; analyse more cells.")
    if at_least == 1:
        return -math.expm1(math.log1p(-confidence) / n)
    return float(special.betaincinv(at_least, n - at_least + 1, confidence))


def observed_fraction(abnormal: int, n: int, *, confidence: float = 0.95) -> Measurement:
    """Share of abnormal cells among *n* with its exact two-sided interval.

    For 0 of n the one-sided limit of ``excluded_fraction`` is lower; say which one is reported.
    """
    interval = clopper_pearson(abnormal, n, confidence=confidence)
    notes = ("two-sided interval; holds for independent cells",)
    return Measurement("abnormal_fraction", abnormal / n, "share", n, interval, notes)


def is_clone(cells: int, *, kind: str, gain_cells: int, loss_cells: int) -> bool:
    """Say whether so many cells with the same change make a clone.

    Parameters
    ----------
    cells
        Cells with the same change.
    kind
        ``gain``, ``structural``, ``marker`` (all held against *gain_cells*) or ``loss``.
    gain_cells, loss_cells
        Cells that make a clone; they belong to the laboratory's limits.

    Raises
    ------
    BadInput
        The kind is not known or a count is negative.
    """
    needed = {"gain": gain_cells, "structural": gain_cells, "marker": gain_cells}
    needed["loss"] = loss_cells
    if kind not in needed:
        raise BadInput(f"kind is {kind!r}; expected one of {', '.join(needed)}.")
    if cells < 0:
        raise BadInput(f"cells is {cells}; a number of cells is never negative.")
    return cells >= needed[kind]


def _check_cells(n: int, at_least: int) -> None:
    for name, value in (("n", n), ("at_least", at_least)):
        if isinstance(value, bool) or int(value) != value or value < 1:
            raise BadInput(f"{name} is {value!r}; expected a whole number of cells, 1 or more.")
