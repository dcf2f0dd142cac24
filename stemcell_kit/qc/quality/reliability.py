"""Reliability of an examination from one sitting: KR-20 or Cronbach's alpha, and its error."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.quality.score_table import score_table
from stemcell_kit.shown import Shown

__all__ = ["Reliability", "reliability"]


@dataclass(frozen=True)
class Reliability(Shown):
    """The coefficient (``value``), its interval, and the standard error of measurement.

    ``sem`` is in the points of the total: two candidates closer than that are hardly told apart.
    """

    value: float
    interval: Interval
    n: int
    questions: int
    coefficient: str
    mean: float
    sd: float
    sem: float
    unit: str = ""
    notes: tuple[str, ...] = ()


def reliability(
    table: Sequence[Sequence[float]],
    *,
    counts: Sequence[int] | None = None,
    confidence: float = 0.95,
) -> Reliability:
    """Internal consistency of the total over questions that all candidates got.

    With questions scored 0 or 1 alpha is KR-20; all variances have n - 1 below.

    Parameters
    ----------
    table, counts
        As for :func:`~stemcell_kit.qc.quality.item_analysis.item_analysis`.
    confidence
        Two-sided confidence of the interval as a share.

    Raises
    ------
    BadInput
        Fewer than two questions or three candidates, gaps, or totals that do not differ.

    Source
    ------
    Kuder & Richardson 1937, Psychometrika 2:151; Cronbach 1951, Psychometrika 16:297; interval of
    Feldt, Woodruff & Salih 1987, Appl Psychol Meas 11:93.
    """
    inputs.open_share(confidence, "confidence")
    values = score_table(table, counts, questions=2)
    n, k = values.shape
    totals = values.sum(axis=1)
    spread = float(totals.var(ddof=1))
    if spread <= 1e-12:
        raise BadInput(
            f"all {n} candidates have the same total; expected totals that differ. A test that "
            "tells nobody apart has no reliability."
        )
    value = k / (k - 1) * (1 - float(values.var(axis=0, ddof=1).sum()) / spread)
    return Reliability(
        value, _feldt(value, (n, k), confidence), n, k,
        "KR-20" if np.isin(values, (0.0, 1.0)).all() else "Cronbach's alpha",
        float(totals.mean()), math.sqrt(spread), math.sqrt(spread * (1 - value)),
        notes=_notes(value),
    )  # fmt: skip


def _feldt(value: float, size: tuple[int, int], confidence: float) -> Interval:
    n, k = size
    low, high = (
        1 - (1 - value) * float(stats.f.ppf(share, n - 1, (n - 1) * (k - 1)))
        for share in ((1 + confidence) / 2, (1 - confidence) / 2)
    )
    return Interval(low, high, confidence, "Feldt")


def _notes(value: float) -> tuple[str, ...]:
    if value >= 0:
        return ()
    return ("negative: the questions disagree with each other; look for a wrong answer key",)
