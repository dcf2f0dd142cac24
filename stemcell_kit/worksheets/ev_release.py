"""Storage, beads and uncertainty of vesicles: from series and budgets to what may be promised."""

from __future__ import annotations

import math
from statistics import NormalDist, fmean, stdev

import pandas as pd

from stemcell_kit.catalogue import catalogue
from stemcell_kit.model import Limit
from stemcell_kit.qc import inputs
from stemcell_kit.qc.quality.stability_trend import StabilityTrend, stability_trend
from stemcell_kit.worksheets.rows import each_row, rows_of

__all__ = [
    "bead_checks",
    "share_within",
    "uncertainty_budget",
    "vesicle_shelf_life",
]

_COUNTS = "count_"


def vesicle_shelf_life(
    series: pd.DataFrame, storage: str, *, lowest_percent: float, longest: float
) -> StabilityTrend:
    """Months until the content of a lot may have fallen to *lowest_percent* of its label.

    Parameters
    ----------
    series
        ``storage, months, percent_of_label``.
    longest
        Months up to which a result may be claimed.
    """
    own = rows_of(series, "storage", storage)
    return stability_trend(
        list(own["months"]),
        list(own["percent_of_label"]),
        limit=lowest_percent,
        side="lower",
        longest=longest,
    )


def bead_checks(days: pd.DataFrame, *, nominal_nm: float) -> pd.DataFrame:
    """Hold the beads of each day against size and spread, by the limits in force.

    Parameters
    ----------
    days
        ``day, mode_nm`` and one column per count, ``count_1`` and so on.
    nominal_nm
        Certified size of the beads.

    Returns
    -------
    One row per day: ``off_nm``, ``count_cv_percent``, ``size`` and ``count`` (``pass``,
    ``inconclusive`` or ``fail``).
    """
    size, spread = (catalogue().limit(f"ev-bead-{name}") for name in ("deviation-nm", "count-cv"))
    counts = [name for name in days.columns if name.startswith(_COUNTS)]
    rows = []
    for day, found in zip(each_row(days), days[counts].values.tolist(), strict=True):
        off = day.mode_nm - nominal_nm
        cv = 100 * stdev(found) / fmean(found)
        rows.append(
            {
                "day": day.day,
                "off_nm": round(off, 1),
                "count_cv_percent": round(cv, 1),
                "size": "pass" if (size.at_least or 0) <= off <= (size.at_most or 0) else "fail",
                "count": _below(cv, spread),
            }
        )
    return pd.DataFrame(rows).set_index("day")


def uncertainty_budget(parts: pd.DataFrame) -> pd.DataFrame:
    """Add up independent sources of variation: the root of the sum of their squares.

    Returns
    -------
    The sources with ``cv_percent`` and their ``share_percent`` of the variance; then the line
    ``combined``.

    Raises
    ------
    BadInput
        A coefficient of variation below zero.
    """
    squares = [inputs.not_negative(one, "a CV in percent") ** 2 for one in parts["cv_percent"]]
    total = inputs.positive(sum(squares), "the sum of the variances")
    table = parts.set_index("source")[["cv_percent"]]
    table["share_percent"] = [round(100 * one / total, 1) for one in squares]
    combined = {"cv_percent": [round(math.sqrt(total), 1)], "share_percent": [100.0]}
    last = pd.DataFrame(combined, index=pd.Index(["combined"], name="source"))
    return pd.concat([table, last])


def share_within(tolerance_percent: float, cv_percent: float) -> float:
    """Percentage of results within a tolerance of the true value, if they scatter by a CV.

    Normal scatter around the true value, no bias.

    Raises
    ------
    BadInput
        A tolerance or a CV that is not above zero.
    """
    reach = inputs.positive(tolerance_percent, "tolerance_percent")
    reach /= inputs.positive(cv_percent, "cv_percent")
    return 100 * (2 * NormalDist().cdf(reach) - 1)


def _below(value: float, limit: Limit) -> str:
    if value < (limit.below or 0):
        return "pass"
    return "inconclusive" if value <= (limit.grey or limit.below or 0) else "fail"
