"""Intraclass correlation: agreement of several readers of the same samples, in six named forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["FORMS", "Intraclass", "intraclass"]

FORMS = {
    "ICC(1,1)": "each sample read by other readers, one reading",
    "ICC(2,1)": "readers are a sample of readers, absolute agreement, one reading",
    "ICC(3,1)": "these readers only, consistency, one reading",
    "ICC(1,k)": "each sample read by other readers, mean of the readings",
    "ICC(2,k)": "readers are a sample of readers, absolute agreement, mean of the readings",
    "ICC(3,k)": "these readers only, consistency, mean of the readings",
}


@dataclass(frozen=True)
class Intraclass(Shown):
    """One form of the coefficient (``value``), its interval and the mean squares behind it."""

    value: float
    interval: Interval
    n: int
    readers: int
    form: str
    between_samples: float
    between_readers: float
    residual: float
    within_samples: float
    unit: str = ""
    notes: tuple[str, ...] = ()


def intraclass(
    table: Sequence[Sequence[float]], *, form: str, confidence: float = 0.95
) -> Intraclass:
    """Share of the variance that comes from the samples, not from the readers.

    Parameters
    ----------
    table
        One row per sample, one column per reader, no gaps.
    form
        Which of the six; one table gives .17 or .91 depending on it, so it has no default.
        See :data:`FORMS`.
    confidence
        Two-sided confidence as a share.

    Raises
    ------
    BadInput
        An unknown form, rows of unequal length, fewer than two samples or readers, or samples
        that do not differ.

    Source
    ------
    Shrout & Fleiss 1979, Psychol Bull 86:420; intervals of McGraw & Wong 1996, Psychol Methods
    1:30.
    """
    if form not in FORMS:
        known = "; ".join(f"{name}: {words}" for name, words in FORMS.items())
        raise BadInput(f"form is {form!r}; expected one of {known}.")
    values = _values(table)
    squares = _mean_squares(values)
    alpha = 1 - inputs.open_share(confidence, "confidence")
    n, k = values.shape
    low, high = _bounds(form[4], squares, (n, k), alpha)
    value = _single(form[4], squares, (n, k))
    if form[6] == "k":
        value, low, high = (_of_mean(one, k) for one in (value, low, high))
    interval = Interval(low, high, confidence, "McGraw-Wong")
    between, readers, residual, within = squares
    return Intraclass(
        value, interval, n, k, form, between, readers, residual, within, notes=(FORMS[form],)
    )


def _single(model: str, squares: tuple[float, ...], size: tuple[int, int]) -> float:
    between, readers, residual, within = squares
    n, k = size
    if model == "1":
        return (between - within) / (between + (k - 1) * within)
    if model == "2":
        bias = k * (readers - residual) / n
        return (between - residual) / (between + (k - 1) * residual + bias)
    return (between - residual) / (between + (k - 1) * residual)


def _bounds(
    model: str, squares: tuple[float, ...], size: tuple[int, int], alpha: float
) -> tuple[float, float]:
    between, _, residual, within = squares
    n, k = size
    if model == "2":
        return _absolute_bounds(squares, size, alpha)
    error, df = (within, n * (k - 1)) if model == "1" else (residual, (n - 1) * (k - 1))
    if error == 0:
        return 1.0, 1.0
    ratio = between / error
    low = ratio / stats.f.ppf(1 - alpha / 2, n - 1, df)
    high = ratio * stats.f.ppf(1 - alpha / 2, df, n - 1)
    return float((low - 1) / (low + k - 1)), float((high - 1) / (high + k - 1))


def _absolute_bounds(
    squares: tuple[float, ...], size: tuple[int, int], alpha: float
) -> tuple[float, float]:
    between, readers, residual, _ = squares
    n, k = size
    value = _single("2", squares, size)
    if value == 1:
        return 1.0, 1.0
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    parts = (a * readers) ** 2 / (k - 1) + (b * residual) ** 2 / ((n - 1) * (k - 1))
    v = (a * readers + b * residual) ** 2 / parts
    first = stats.f.ppf(1 - alpha / 2, n - 1, v)
    second = stats.f.ppf(1 - alpha / 2, v, n - 1)
    rest = k * readers + (k * n - k - n) * residual
    low = n * (between - first * residual) / (first * rest + n * between)
    high = n * (second * between - residual) / (rest + n * second * between)
    return float(low), float(high)


def _of_mean(single: float, k: int) -> float:
    """Spearman-Brown: the coefficient of the mean of k readings."""
    below = 1 + (k - 1) * single
    # at its lowest possible value the coefficient of the mean has no bound
    return k * single / below if below > 1e-12 else float("-inf")


def _mean_squares(values: NDArray[np.float64]) -> tuple[float, float, float, float]:
    n, k = values.shape
    grand = values.mean()
    between = k * float(np.sum((values.mean(axis=1) - grand) ** 2))
    readers = n * float(np.sum((values.mean(axis=0) - grand) ** 2))
    total = float(np.sum((values - grand) ** 2))
    if between <= 1e-12 * max(total, grand * grand):
        raise BadInput(
            f"all {n} samples have the same mean; expected samples that differ. Without them no "
            "reader can be tested."
        )
    residual = max(0.0, total - between - readers)
    residual = 0.0 if residual < 1e-12 * total else residual
    within = residual + readers
    return (
        between / (n - 1), readers / (k - 1), residual / ((n - 1) * (k - 1)),
        within / (n * (k - 1)),
    )  # fmt: skip


def _values(table: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    rows = [
        [inputs.number(one, f"a reading of sample {i}") for one in row]
        for i, row in enumerate(table, 1)
    ]
    sizes = {len(row) for row in rows}
    if len(rows) < 2 or len(sizes) != 1 or min(sizes) < 2:
        raise BadInput(
            f"{len(rows)} samples with {sorted(sizes)} readings; expected at least 2 samples, "
            "each read by the same 2 or more readers. Leave incomplete samples out."
        )
    return np.array(rows, dtype=float)
