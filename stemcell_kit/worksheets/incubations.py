"""Incubations of a sterility test: days, shelf, temperature and readings against the log."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from stemcell_kit.catalogue import catalogue
from stemcell_kit.errors import BadInput
from stemcell_kit.worksheets.rows import each_row

__all__ = ["check_incubations"]

_SHELVES = {"warm": "ftm-temperature-c", "cool": "scdm-temperature-c"}
# The Chinese scheme divides the thioglycollate vessels over both shelves.
_ALLOWED = {
    ("FTM", "USA"): ("warm",),
    ("FTM", "China"): ("warm", "cool"),
    ("TSB", "USA"): ("cool",),
    ("TSB", "China"): ("cool",),
}


def check_incubations(log: pd.DataFrame) -> pd.DataFrame:
    """Hold each incubation against its days, its shelf, its temperature and its planned readings.

    Returns
    -------
    One row per run: ``medium, market, shelf, days, finding``; the finding is ``in order`` or
    names what is not.

    Raises
    ------
    BadInput
        A medium, market or shelf that the two schemes do not know.
    """
    rows = [
        {
            "run": row.run,
            "medium": row.medium,
            "market": row.market,
            "shelf": row.shelf,
            "days": round(_days(row), 2),
            "finding": "; ".join(_incubation_faults(row)) or "in order",
        }
        for row in each_row(log)
    ]
    return pd.DataFrame(rows).set_index("run")


def _days(row: Any) -> float:
    span = pd.Timestamp(row.taken_out) - pd.Timestamp(row.put_in)
    return float(span / pd.Timedelta(days=1))


def _incubation_faults(row: Any) -> list[str]:
    if (row.medium, row.market) not in _ALLOWED or row.shelf not in _SHELVES:
        raise BadInput(
            f"run {row.run} has {row.medium}, {row.market}, {row.shelf}; expected FTM or TSB, USA "
            "or China, warm or cool."
        )
    shelf = catalogue().limit(_SHELVES[row.shelf])
    low, high = shelf.at_least or 0.0, shelf.at_most or np.inf
    skipped = set(str(row.planned).split(", ")) - set(str(row.read_on).split(", "))
    faults = {
        "too short": _days(row) < (catalogue().limit("sterility-incubation-days").at_least or 0),
        "wrong shelf": row.shelf not in _ALLOWED[row.medium, row.market],
        "off temperature": row.lowest_c < low or row.highest_c > high,
        "reading missing": bool(skipped),
    }
    return [name for name, wrong in faults.items() if wrong]
