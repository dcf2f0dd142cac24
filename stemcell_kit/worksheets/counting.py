"""Counting, step by step: from exports, dilution series and control runs to a verdict."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from stemcell_kit.qc.cells.cell_count import count_cv, viability
from stemcell_kit.qc.cells.proportionality import Proportionality, assess_dilution_series
from stemcell_kit.qc.quality.control_chart import (
    WESTGARD_RULES,
    ChartLimits,
    levey_jennings,
    westgard,
)
from stemcell_kit.worksheets.rows import rows_of

__all__ = [
    "compare_counters",
    "control_flags",
    "control_limits",
    "count_summary",
    "counting_study",
    "dilution_check",
    "level_deviations",
]


def count_summary(export: pd.DataFrame) -> pd.DataFrame:
    """Pool the counts of each lot, or of each sample where the export names no lots.

    Returns
    -------
    One row per lot: ``counts, cells, viability`` with its interval ``low, high`` (%),
    ``counting_cv`` (the best possible CV of one count) and ``replicate_cv`` (%), which is
    missing without replicates.
    """
    rows = []
    for name, own in export.groupby(_owner(export), sort=False):
        cells, live = int(own["total_cells"].sum()), int(own["live_cells"].sum())
        share = viability(live, cells - live)
        assert share.interval is not None  # a pooled count always has one
        rows.append(
            {
                "sample": name,
                "counts": len(own),
                "cells": cells,
                "viability": share.value,
                "low": share.interval.low,
                "high": share.interval.high,
                "counting_cv": count_cv(round(own["live_cells"].mean())).value,
                "replicate_cv": 100 * own["live_per_ml"].std() / own["live_per_ml"].mean(),
            }
        )
    return pd.DataFrame(rows).round(2)


def dilution_check(export: pd.DataFrame) -> pd.DataFrame:
    """Recalculate how many cells/mL the export makes of one counted cell.

    One instrument uses one factor. A lot whose factor differs from the usual one by its
    dilution has had the dilution multiplied in twice, or forgotten.

    Returns
    -------
    One row per lot (or sample), the most unusual first: ``sample, live_cells`` (mean per
    count), ``dilution_factor, viability_percent, live_per_ml, per_cell, times_usual``.
    """
    names = ["live_cells", "dilution_factor", "viability_percent", "live_per_ml"]
    table = export.groupby(_owner(export), sort=False)[names].mean().rename_axis("sample")
    per_cell = table["live_per_ml"] / (table["live_cells"] * table["dilution_factor"])
    table["per_cell"] = per_cell.round(1)
    table["times_usual"] = (per_cell / per_cell.median()).round(2)
    odd = np.log(table["times_usual"].where(table["times_usual"] > 0)).abs()
    table = table.iloc[np.argsort(-odd.fillna(np.inf).to_numpy(), kind="stable")]
    return table.round({"live_cells": 0, "viability_percent": 1, "live_per_ml": -4}).reset_index()


def counting_study(series: pd.DataFrame, counter: str) -> Proportionality:
    """Judge the dilution series of one counter."""
    own = rows_of(series, "counter", counter)
    names = {
        "fraction": "target_dilution_fraction",
        "sample": "replicate_sample",
        "concentration": "cell_conc",
    }
    return assess_dilution_series(own.rename(columns=names))


def compare_counters(series: pd.DataFrame) -> pd.DataFrame:
    """Judge the dilution series of each counter.

    Returns
    -------
    One row per counter: ``counter, r_squared, mean_cv`` (%), ``index`` (0 is perfect
    proportion), ``largest_deviation`` (%) and ``intercept_t``.
    """
    return pd.DataFrame([_verdict(series, counter) for counter in series["counter"].unique()])


def _verdict(series: pd.DataFrame, counter: str) -> dict[str, object]:
    study, levels = counting_study(series, counter), level_deviations(series, counter)
    farthest = max(levels["deviation"], key=lambda percent: abs(float(percent)))
    return {
        "counter": counter,
        "r_squared": round(study.r_squared, 4),
        "mean_cv": round(levels["cv"].mean(), 2),
        "index": round(study.value, 3),
        "largest_deviation": farthest,
        "intercept_t": round(study.intercept_t, 1),
    }


def level_deviations(series: pd.DataFrame, counter: str) -> pd.DataFrame:
    """Return how far each dilution level of a counter lies from proportion.

    Returns
    -------
    One row per fraction: ``fraction, mean`` (cells/mL), ``cv`` and ``deviation`` (%).
    """
    rows = [
        {
            "fraction": level.fraction,
            "mean": round(level.mean, -2),
            "cv": round(level.cv_percent, 2) if level.cv_percent is not None else np.nan,
            "deviation": round(level.deviation_percent, 2),
        }
        for level in counting_study(series, counter).levels
    ]
    return pd.DataFrame(rows)


def control_limits(runs: pd.DataFrame, *, baseline: int) -> pd.DataFrame:
    """Return mean and SD of the first *baseline* runs, one row per control level.

    Returns
    -------
    ``level, runs, mean, sd`` and the lines ``minus_3sd, plus_3sd``.
    """
    rows = [
        {
            "level": level,
            "runs": limits.n,
            "mean": limits.mean,
            "sd": limits.sd,
            "minus_3sd": limits.line(-3),
            "plus_3sd": limits.line(3),
        }
        for level, limits in _limits(runs, baseline).items()
    ]
    return pd.DataFrame(rows).round(0)


def control_flags(
    runs: pd.DataFrame, *, baseline: int, rules: Sequence[str] = WESTGARD_RULES
) -> pd.DataFrame:
    """Hold all runs against the limits of the first *baseline* runs.

    Returns
    -------
    One row per rule that fired: ``run, date, level, value, sds`` (distance from the mean in
    SD), ``rule, severity, suggests``.
    """
    limits = _limits(runs, baseline)
    means = [limits[level].mean for level in runs["level"]]
    sds = [limits[level].sd for level in runs["level"]]
    found = westgard(
        list(runs["value"]),
        means,
        sds,
        rules=rules,
        runs=list(runs["run"]),
        levels=list(runs["level"]),
    )
    table = runs[["run", "date", "level", "value"]].copy()
    table["sds"] = ((table["value"] - means) / sds).round(2)
    flags = table.iloc[[flag.index for flag in found]].reset_index(drop=True)
    for name in ("rule", "severity", "suggests"):
        flags[name] = [getattr(flag, name) for flag in found]
    return flags


def _limits(runs: pd.DataFrame, baseline: int) -> dict[str, ChartLimits]:
    first = runs[runs["run"].isin(sorted(runs["run"].unique())[:baseline])]
    return {
        str(level): levey_jennings(own["value"], advised=baseline)
        for level, own in first.groupby("level", sort=False)
    }


def _owner(export: pd.DataFrame) -> str:
    return "lot" if "lot" in export.columns else "sample"
