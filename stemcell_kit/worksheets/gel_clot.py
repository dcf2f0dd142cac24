"""Gel clot, step by step: end-points of a titration and the mean that confirms the label."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean

import pandas as pd

from stemcell_kit.catalogue import catalogue
from stemcell_kit.qc.endotoxin.gel_clot import (
    GelEndPoint,
    NotEvaluable,
    confirm_sensitivity,
    end_point,
    gel_limit_test,
)

__all__ = ["gel_end_points", "gel_limit_test", "gel_sensitivity"]


def gel_end_points(tubes: pd.DataFrame) -> pd.DataFrame:
    """Return the end-point of each replicate of a titration, NaN where there is none.

    Parameters
    ----------
    tubes
        One row per tube: ``replicate, eu_per_ml, gel`` (true for a firm gel).
    """
    rows = []
    for replicate, own in tubes.groupby("replicate", sort=True):
        try:
            found = end_point(list(own["eu_per_ml"]), list(own["gel"]))
        except NotEvaluable:
            found = math.nan
        rows.append({"replicate": replicate, "end_point": found})
    return pd.DataFrame(rows).set_index("replicate")


def gel_sensitivity(end_points: Sequence[float], *, label: float) -> pd.DataFrame:
    """Hold geometric and arithmetic mean of end-points against the label of the lysate lot.

    Raises
    ------
    BadInput
        An end-point is missing or not above zero.
    """
    fold = catalogue().limit("ste-gel-sensitivity-fold")
    bounds = {"at_least_fold": fold.at_least or 0, "at_most_fold": fold.at_most or 0}
    found: GelEndPoint = confirm_sensitivity(list(end_points), label_sensitivity=label, **bounds)
    mean = fmean(end_points)
    rows = [
        {"mean": "geometric", "eu_per_ml": found.value, "fold_of_label": found.ratio},
        {"mean": "arithmetic", "eu_per_ml": mean, "fold_of_label": mean / label},
    ]
    table = pd.DataFrame(rows).set_index("mean").round(4)
    return table.assign(
        confirms=pd.Series([found.valid, "not the rule"], table.index, dtype=object)
    )
