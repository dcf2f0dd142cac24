"""Drug plates of organoids: start sizes, controls, curves, and what they allow to be reported."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from stemcell_kit.model import Limit
from stemcell_kit.qc.organoids.organoid_size import organoid_sizes
from stemcell_kit.qc.potency.curve_support import (
    FlatResponse,
    MidpointBeyondDoses,
    NoCrossing,
    NoPlateau,
    StepResponse,
)
from stemcell_kit.qc.potency.dose_response import (
    CurveRules,
    DoseResponse,
    absolute_ic50,
    dose_response,
)
from stemcell_kit.qc.potency.growth_rate import gr_metrics, growth_rate_value
from stemcell_kit.qc.potency.logistic import NoFit
from stemcell_kit.qc.potency.plate_quality import edge_effect, plate_quality
from stemcell_kit.qc.potency.relative_response import percent_of_controls
from stemcell_kit.qc.potency.response_area import response_area
from stemcell_kit.worksheets.rows import rounded, rows_of

__all__ = [
    "dose_curve",
    "dose_percents",
    "dose_results",
    "growth_rate_values",
    "plate_controls",
    "plate_summary",
    "response_shapes",
    "start_sizes",
]

_HALF = 50.0
_WHY = {
    FlatResponse: "flat: no effect of dose",
    StepResponse: "all effect between two doses",
    NoPlateau: "curve not finished in these doses",
    MidpointBeyondDoses: "midpoint outside these doses",
    NoCrossing: "half of the control not reached",
}


def start_sizes(outlines: pd.DataFrame, window: Limit) -> pd.DataFrame:
    """Describe by lot the organoids that start on a plate, and how many fit the window.

    Returns
    -------
    By lot: outlines, median diameter in micrometres, CV in percent, percent in the window.
    """
    low, high = window.at_least or 0.0, window.at_most or math.inf
    rows = []
    for lot, own in outlines.groupby("lot", sort=False):
        found = organoid_sizes(list(own["area_um2"]), low_um=low, high_um=high)
        shares = {"cv_percent": found.cv_percent, "in_window_percent": found.in_window_percent}
        numbers = {"median_um": found.value, **shares}
        rows.append({"lot": lot, "outlines": found.n, **rounded(numbers, 1)})
    return pd.DataFrame(rows).set_index("lot")


def plate_controls(wells: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return the control wells of one plate by role, each a mapping of well to signal."""
    roles = {"vehicle": rows_of(wells, "role", "vehicle"), "kill": rows_of(wells, "role", "kill")}
    return {
        role: dict(zip(own["well"], own["signal_rlu"].astype(float), strict=True))
        for role, own in roles.items()
    }


def plate_summary(wells: pd.DataFrame) -> pd.DataFrame:
    """Judge the controls and the replicates of each plate.

    Returns
    -------
    By plate: Z', its robust form, how far vehicle wells on the edge read from inner ones (percent),
    CV of the vehicle wells, and the largest CV among the replicates of one dose (percent).
    """
    treated = wells[wells["role"] != "day 0"]
    rows = [{"plate": name, **_quality(own)} for name, own in treated.groupby("plate", sort=False)]
    return pd.DataFrame(rows).set_index("plate")


def dose_percents(wells: pd.DataFrame, lot: str, compound: str) -> pd.DataFrame:
    """Return the wells of one lot and compound with their response in percent of the controls.

    ``percent`` is 100 for the mean of the vehicle wells and 0 for that of the kill wells; values
    outside are kept.
    """
    own = rows_of(wells, "lot", lot)
    controls = plate_controls(own)
    vehicle, kill = (list(controls[role].values()) for role in ("vehicle", "kill"))
    dosed = rows_of(own, "compound", compound)[["concentration_um", "replicate", "signal_rlu"]]
    percent = [
        percent_of_controls(signal, vehicle=vehicle, blank=kill) for signal in dosed["signal_rlu"]
    ]
    return dosed.assign(percent=percent).reset_index(drop=True)


def dose_curve(wells: pd.DataFrame, lot: str, compound: str, **rules: Any) -> DoseResponse:
    """Fit the curve of one lot and compound; *rules* as for the method ``dose_response``.

    Raises
    ------
    NoFit
        The wells support no IC50; the message says why and what to report instead.
    """
    own = dose_percents(wells, lot, compound)
    return dose_response(list(own["concentration_um"]), list(own["percent"]), **rules)


def dose_results(
    wells: pd.DataFrame, *, least_span: float, least_covered_percent: float
) -> pd.DataFrame:
    """Return the IC50 of each lot and compound, or the reason why there is none.

    Parameters
    ----------
    least_span
        Percent points between the plateaus that count as a response.
    least_covered_percent
        Part of the way between the plateaus that the doses must show.

    Returns
    -------
    By lot and compound, in µM: relative IC50 with its interval, absolute IC50 (half of the
    control); empty where the wells support none, with the reason in ``no_ic50``.
    """
    rules: CurveRules = {"least_span": least_span, "least_covered_percent": least_covered_percent}
    rows = [{**names, **_half_doses(own, rules)} for names, own in _series(wells)]
    return pd.DataFrame(rows).set_index(["lot", "compound"])


def response_shapes(
    wells: pd.DataFrame, *, least_span: float, least_covered_percent: float
) -> pd.DataFrame:
    """Return what can be told of each lot and compound without, or beside, an IC50.

    Returns
    -------
    By lot and compound: normalised area under the response (1 is no effect), percent of the control
    left at the top dose, GR value there (below 0: cells were killed), and GR50 in µM, empty where
    the wells support none. Parameters as for :func:`dose_results`.
    """
    # GR runs from 1, not from 100
    rules: CurveRules = {
        "least_span": least_span / 100,
        "least_covered_percent": least_covered_percent,
    }
    rows = []
    for names, own in _series(wells):
        doses, percents = list(own["concentration_um"]), list(own["percent"])
        at_top = own[own["concentration_um"] == max(doses)]
        growth = growth_rate_values(wells, names["lot"], names["compound"])
        shape = {
            "area": round(response_area(doses, percents).value, 3),
            "left_at_top": round(float(at_top["percent"].mean()), 1),
            "gr_at_top": round(float(growth.loc[at_top.index, "gr"].mean()), 2),
            "gr50_um": _gr50(growth, rules),
        }
        rows.append({**names, **shape})
    return pd.DataFrame(rows).set_index(["lot", "compound"])


def growth_rate_values(wells: pd.DataFrame, lot: str, compound: str) -> pd.DataFrame:
    """Return the wells of one lot and compound with their GR value.

    The mean of the kill wells is taken off all signals; the start is the plate of day 0.

    Raises
    ------
    NoGrowth
        The vehicle wells did not grow.
    """
    own = rows_of(wells, "lot", lot)
    means = own.groupby("role")["signal_rlu"].mean()
    control, start = (float(means[role] - means["kill"]) for role in ("vehicle", "day 0"))
    dosed = rows_of(own, "compound", compound)[["concentration_um", "replicate", "signal_rlu"]]
    values = [
        growth_rate_value(left, control=control, start=start).value
        for left in dosed["signal_rlu"] - means["kill"]
    ]
    return dosed.assign(gr=values).reset_index(drop=True)


# --- parts of the above --------------------------------------------------------------------


def _quality(own: pd.DataFrame) -> dict[str, float]:
    controls = plate_controls(own)
    found = plate_quality(controls["vehicle"], controls["kill"])
    doses = own[own["role"] == "dose"].groupby(["compound", "concentration_um"])["signal_rlu"]
    worst = float((100 * doses.std() / doses.mean()).max()) if len(doses) else math.nan
    percents = {
        "edge_percent": edge_effect(controls["vehicle"]),
        "vehicle_cv": 100 * found.high_sd / found.high_mean,
        "worst_dose_cv": worst,
    }
    return {"z_prime": round(found.value, 2), "robust": round(found.robust, 2)} | rounded(
        percents, 1
    )


def _series(wells: pd.DataFrame) -> Iterator[tuple[dict[str, str], pd.DataFrame]]:
    pairs = wells.loc[wells["role"] == "dose", ["lot", "compound"]].drop_duplicates()
    for lot, compound in pairs.itertuples(index=False):
        yield {"lot": lot, "compound": compound}, dose_percents(wells, lot, compound)


def _half_doses(own: pd.DataFrame, rules: CurveRules) -> dict[str, Any]:
    doses, percents = list(own["concentration_um"]), list(own["percent"])
    relative: tuple[float, ...] = (math.nan,) * 3
    absolute, why = math.nan, ""
    try:
        half = dose_response(doses, percents, **rules).relative_ic50
        relative = (half.value, half.interval.low, half.interval.high)
        absolute = absolute_ic50(doses, percents, level=_HALF, **rules).value
    except NoFit as refused:
        why = _why(refused)
    names = ("relative_um", "low", "high", "absolute_um")
    values = {n: _three(one) for n, one in zip(names, (*relative, absolute), strict=True)}
    return {**values, "no_ic50": why}


def _why(refused: NoFit) -> str:
    """Say in a few words why there is no IC50, short enough for a table."""
    if isinstance(refused, FlatResponse) and str(refused).startswith("the slope"):
        return "slope not determined"
    words = (said for kind, said in _WHY.items() if isinstance(refused, kind))
    return next(words, "no curve determined")


def _gr50(growth: pd.DataFrame, rules: CurveRules) -> float:
    try:
        found = gr_metrics(list(growth["concentration_um"]), list(growth["gr"]), **rules)
    except NoFit:
        return math.nan
    return _three(found.gr50.value)


def _three(value: float) -> float:
    """Round to three digits that count."""
    return value if math.isnan(value) else float(f"{value:.3g}")
