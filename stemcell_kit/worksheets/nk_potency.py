"""Killing by natural killer cells, step by step: from plates, tubes and ELISA readings to results."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Limit
from stemcell_kit.qc.flow.flow_percent import percent_of_counts
from stemcell_kit.qc.potency.amount_per_cells import cytokine_per_million
from stemcell_kit.qc.potency.logistic import NoFit
from stemcell_kit.qc.potency.lysis_curve import lysis_area
from stemcell_kit.qc.potency.lytic_units import NotEstimable, lytic_units
from stemcell_kit.qc.potency.parallelism import NotParallel, relative_potency
from stemcell_kit.qc.potency.plate_quality import plate_quality
from stemcell_kit.qc.potency.specific_lysis import (
    SpecificLysis,
    specific_lysis,
    spontaneous_release,
)
from stemcell_kit.worksheets.rows import each_row, rows_of

__all__ = [
    "cytokine_report",
    "degranulation",
    "killing_at",
    "killing_curve",
    "killing_plates",
    "killing_readings",
    "killing_units",
    "relative_killing",
]


def killing_plates(wells: pd.DataFrame, limit: Limit) -> pd.DataFrame:
    """Judge each plate by its own controls, before anybody looks at the effectors.

    Parameters
    ----------
    wells
        Wells as the assay ``nk_killing`` has them.
    limit
        Spontaneous release in percent of maximum: ``below`` warns, ``grey`` makes invalid.

    Returns
    -------
    One row per lot: ``plate, spontaneous, maximum`` (mean signals), ``percent`` of the two,
    ``verdict`` (valid, doubtful, invalid) and ``z_prime``.
    """
    if limit.below is None or limit.grey is None:
        raise BadInput(f"the limit {limit.id} needs two numbers: where to warn, where to stop.")
    rows = []
    for lot, own in wells.groupby("lot", sort=False):
        low, high = _signals(own, "spontaneous"), _signals(own, "maximum")
        release = spontaneous_release(low, high, warn_percent=limit.below, fail_percent=limit.grey)
        quality = plate_quality(high, low)
        row = {"lot": lot, "plate": own["plate"].iloc[0], "spontaneous": round(quality.low_mean)}
        row |= {"maximum": round(quality.high_mean), "percent": round(release.value, 1)}
        rows.append({**row, "verdict": release.verdict, "z_prime": round(quality.value, 2)})
    return pd.DataFrame(rows).set_index("lot")


def killing_curve(wells: pd.DataFrame) -> pd.DataFrame:
    """Return specific lysis by lot and ratio, with the 95 % interval of its replicate wells.

    Returns
    -------
    One row per lot and ratio, the highest ratio first: ``lot, ratio, lysis, low, high`` (percent).
    """
    effectors = rows_of(wells, "role", "effector")
    rows = []
    for lot in effectors["lot"].unique():
        for ratio in sorted(rows_of(effectors, "lot", lot)["ratio"].unique(), reverse=True):
            found = killing_at(wells, lot, float(ratio))
            ends = (found.interval.low, found.interval.high) if found.interval else (None, None)
            rows.append((lot, ratio, found.value, *ends))
    return pd.DataFrame(rows, columns=["lot", "ratio", "lysis", "low", "high"]).round(2)


def killing_at(wells: pd.DataFrame, lot: str, ratio: float) -> SpecificLysis:
    """Return the specific lysis of one lot at one ratio of effectors to targets, in percent."""
    own = rows_of(wells, "lot", lot)
    hit = rows_of(rows_of(own, "role", "effector"), "ratio", ratio)
    return specific_lysis(
        list(hit["signal_rfu"]),
        spontaneous=_signals(own, "spontaneous"),
        maximum=_signals(own, "maximum"),
    )


def killing_units(wells: pd.DataFrame, *, at_percent: float, method: str = "logit") -> pd.DataFrame:
    """Return lytic units of each lot per 10 million effectors, and where the curve crosses.

    Returns
    -------
    One row per lot: ``ratios`` tested, ``top_lysis`` at the highest ratio, ``ratio_at`` (the E:T
    ratio at *at_percent*), ``units``, ``low, high`` (95 %) and ``slope`` of the logit line (empty
    for interpolation), ``rises`` and ``note``. Numbers that cannot be told are empty.
    """
    curve = killing_curve(wells)
    targets = wells.groupby("lot")["targets"].first()
    rows = {}
    for lot, own in curve.groupby("lot", sort=False):
        area = lysis_area(list(own["ratio"]), list(own["lysis"]))
        row: dict[str, Any] = {"ratios": len(own), "top_lysis": own["lysis"].iloc[0]}
        try:
            found = lytic_units(
                list(own["ratio"]),
                list(own["lysis"]),
                at_percent=at_percent,
                targets_per_well=float(targets[lot]),
                method=method,
            )
        except NotEstimable as refused:
            row |= {"rises": area.rises, "note": str(refused).partition(";")[0]}
        else:
            row |= {"ratio_at": round(found.ratio, 2), "units": round(found.value)}
            row |= {"rises": area.rises}
            if found.interval:
                row |= {"low": round(found.interval.low), "high": round(found.interval.high)}
                row |= {"slope": round(found.slope, 2)}
            row["note"] = "; ".join(found.notes)
        rows[str(lot)] = row
    names = ["ratios", "top_lysis", "ratio_at", "units", "low", "high", "slope", "rises", "note"]
    table = pd.DataFrame.from_dict(rows, orient="index").reindex(columns=names).rename_axis("lot")
    return table.astype(dict.fromkeys(("units", "low", "high"), "Int64"))


def killing_readings(
    wells: pd.DataFrame, at_percents: Sequence[float], methods: Sequence[str]
) -> pd.DataFrame:
    """Return the lytic units of each lot for several percentages and methods, side by side."""
    columns = {
        f"LU{at:g} {method}": killing_units(wells, at_percent=at, method=method)["units"]
        for at in at_percents
        for method in methods
    }
    return pd.DataFrame(columns)


def relative_killing(wells: pd.DataFrame, reference: str, *, alpha: float) -> pd.DataFrame:
    """Compare each lot with a reference: times as strong, if the curves are parallel.

    Parameters
    ----------
    alpha
        Curves are taken as not parallel when the F test gives a smaller p; set your own.

    Returns
    -------
    One row per other lot: ``times, low, high`` (95 %; empty where no number exists) and ``says``.
    """
    rows = {}
    for lot in wells["lot"].unique():
        if lot == reference:
            continue
        try:
            found = relative_potency(_by_well(wells, reference), _by_well(wells, lot), alpha=alpha)
        except NotParallel:
            rows[lot] = (math.nan, math.nan, math.nan, "not parallel: no single number")
        except NoFit:
            rows[lot] = (math.nan, math.nan, math.nan, "no complete curve: no number")
        else:
            ends = found.interval
            rows[lot] = (found.value, ends.low, ends.high, "parallel")
    names = ["times", "low", "high", "says"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names).round(2)


def degranulation(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the percent of cells with CD107a, and what is left without the background.

    Parameters
    ----------
    counts
        One row per lot: ``lot, with_k562, events, alone, events_alone``; the last two are empty
        where no tube without targets was run.

    Returns
    -------
    One row per lot: ``with_k562, alone, net`` in percent; without a control ``net`` is empty,
    since the background is unknown, not zero.
    """
    rows = []
    for row in each_row(counts):
        control = None if math.isnan(row.events_alone) else int(row.events_alone)
        found = percent_of_counts(
            int(row.with_k562),
            int(row.events),
            control_positive=None if control is None else int(row.alone),
            control_total=control,
        )
        rows.append((row.lot, found.percent, found.background, found.net))
    table = pd.DataFrame(rows, columns=["lot", "with_k562", "alone", "net"]).set_index("lot")
    return table.astype(float).round(1)


def cytokine_report(readings: pd.DataFrame) -> pd.DataFrame:
    """Return each cytokine as it goes into the report: pg per million cells, or below the limit.

    Parameters
    ----------
    readings
        One row per reading: ``lot, cytokine, pg_per_ml, volume_ml, viable_cells,
        lowest_standard``.
    """
    said = [
        cytokine_per_million(
            row.pg_per_ml,
            volume_ml=row.volume_ml,
            viable_cells=row.viable_cells,
            lloq_pg_per_ml=row.lowest_standard,
        ).reported
        for row in each_row(readings)
    ]
    return readings[["lot", "cytokine", "pg_per_ml", "lowest_standard"]].assign(reported=said)


def _signals(wells: pd.DataFrame, role: str) -> list[float]:
    return list(rows_of(wells, "role", role)["signal_rfu"].astype(float))


def _by_well(wells: pd.DataFrame, lot: str) -> dict[str, list[float]]:
    """Return ratio and specific lysis of every effector well, so that the scatter is kept."""
    own = rows_of(wells, "lot", lot)
    low, high = _signals(own, "spontaneous"), _signals(own, "maximum")
    effectors = rows_of(own, "role", "effector")
    lysis = [
        specific_lysis(float(signal), spontaneous=low, maximum=high).value
        for signal in effectors["signal_rfu"]
    ]
    return {"dose": list(effectors["ratio"].astype(float)), "response": lysis}
