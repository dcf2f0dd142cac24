"""Intestinal organoids: size and growth, forming efficiency, markers, swelling, donors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Limit
from stemcell_kit.qc import inputs
from stemcell_kit.qc.molecular.relative_quantity import fold_change, fold_limit
from stemcell_kit.qc.organoids.organoid_size import (
    circularity,
    equivalent_diameter,
    forming_efficiency,
    volume_growth,
)
from stemcell_kit.qc.organoids.swelling import SwellingResponse, swelling_area, swelling_response
from stemcell_kit.qc.potency.plate_quality import plate_quality
from stemcell_kit.qc.proportions import rule_of_three, wilson
from stemcell_kit.qc.quality.intraclass import Intraclass, intraclass
from stemcell_kit.worksheets.rows import rounded, rows_of

__all__ = [
    "cell_type_shares",
    "donor_spread",
    "forming_table",
    "lot_change",
    "marker_folds",
    "outline_summary",
    "size_growth",
    "swelling_of_lot",
    "swelling_table",
]

# the perimeter of a pixel outline may be short by this share
_PIXEL_ERROR = 0.05


# --- size and number -----------------------------------------------------------------------


def outline_summary(outlines: pd.DataFrame) -> pd.DataFrame:
    """Describe outlines of organoids, together or by lot and day where the table has them.

    Returns
    -------
    Outlines, median equivalent diameter in micrometres, and median circularity (1 is a circle).
    """
    shown = outlines.assign(
        diameter_um=[equivalent_diameter(area) for area in outlines["area_um2"]],
        circularity=[
            circularity(area, around, pixel_error=_PIXEL_ERROR)
            for area, around in zip(outlines["area_um2"], outlines["perimeter_um"], strict=True)
        ],
    )
    by = [name for name in ("lot", "day") if name in outlines] or (lambda row: "all outlines")
    found = shown.groupby(by, sort=False)[["diameter_um", "circularity"]].median()
    found.insert(0, "outlines", shown.groupby(by, sort=False).size())
    return found.round({"diameter_um": 1, "circularity": 2})


def size_growth(outlines: pd.DataFrame) -> pd.DataFrame:
    """Compare by lot the first and the last day of a growth curve.

    Returns
    -------
    By lot: median diameter on both days in micrometres, fold of the diameter and of the volume of
    a sphere, and doublings of the volume.

    Raises
    ------
    BadInput
        A lot was outlined on one day only.
    """
    rows = []
    medians = outline_summary(outlines)["diameter_um"]
    for lot in outlines["lot"].unique():
        own = medians.loc[lot].sort_index()
        if len(own) < 2:
            raise BadInput(f"{lot} was outlined on one day; growth needs a first and a last day")
        first, last = float(own.iloc[0]), float(own.iloc[-1])
        volume = volume_growth(first, last)
        days = {f"day_{own.index[0]}_um": first, f"day_{own.index[-1]}_um": last}
        folds = {"diameter_fold": last / first, "volume_fold": volume}
        rows.append(
            {"lot": lot, **days, **rounded(folds, 2), "doublings": round(math.log2(volume), 1)}
        )
    return pd.DataFrame(rows).set_index("lot")


def forming_table(wells: pd.DataFrame, *, by: str = "lot") -> pd.DataFrame:
    """Pool the wells of each lot into one forming efficiency with its interval, in percent."""
    rows = []
    for name, own in wells.groupby(by, sort=False):
        counts = int(own["organoids"].sum()), int(own["seeded_cells"].sum())
        found = forming_efficiency(*counts)
        percents = {"percent": found.value, "low": found.interval.low, "high": found.interval.high}
        rows.append(
            {by: name, "wells": len(own), "organoids": counts[0], "cells": counts[1]}
            | rounded(percents, 2)
        )
    return pd.DataFrame(rows).set_index(by)


def lot_change(wells: pd.DataFrame, allowed: Limit) -> pd.DataFrame:
    """Compare new lots of a material with the old one, run beside each other.

    Parameters
    ----------
    wells
        ``material`` (what was tested), ``version`` (old or new), ``seeded_cells``, ``organoids``.
    allowed
        Change of the forming efficiency that is allowed, in percent of the old lot.

    Returns
    -------
    By material: both efficiencies, the change in percent of the old one, and ``within``.
    """
    rows = []
    for material, own in wells.groupby("material", sort=False):
        pooled = forming_table(own, by="version")
        old, new = (pooled["organoids"] / pooled["cells"]).loc[["old", "new"]]
        change = 100 * (new / old - 1)
        # 320 of 400 is a hair above -20 % in a computer, and exactly there on paper
        inside = (allowed.at_least or 0) <= round(change, 9) <= (allowed.at_most or 0)
        shown = {"old_percent": round(100 * old, 2), "new_percent": round(100 * new, 2)}
        rows.append({"material": material, **shown, "change_percent": round(change, 1)})
        rows[-1]["within"] = inside
    return pd.DataFrame(rows).set_index("material")


# --- cells ---------------------------------------------------------------------------------


def marker_folds(
    cqs: pd.DataFrame, *, reference: str, shift: Limit, cycle_limit: float
) -> pd.DataFrame:
    """Fold of each gene in the differentiated state against the expanding one, by line.

    Parameters
    ----------
    cqs
        ``line, state`` (expansion or differentiated), ``gene, cq``; one row per well, an empty Cq
        where nothing was amplified.
    reference
        The reference gene.
    shift
        How far the reference gene may move between the states, in cycles.
    cycle_limit
        Last cycle of the run; stands for a well without Cq, and the fold is then a limit.

    Returns
    -------
    By line and gene: fold with interval, whether it is only an upper limit, the shift of the
    reference gene in cycles, and whether the run stands (``usable``).
    """
    rows = []
    for line, own in cqs.groupby("line", sort=False):
        wells = {key: list(part["cq"]) for key, part in own.groupby(["state", "gene"])}
        moved = _mean(wells["differentiated", reference]) - _mean(wells["expansion", reference])
        usable = abs(round(moved, 6)) <= (shift.at_most or 0)
        for gene in (one for one in own["gene"].unique() if one != reference):
            fold = _fold(wells, gene, reference, cycle_limit)
            facts = {"reference_shift": round(moved, 2), "usable": usable}
            rows.append({"line": line, "gene": gene, **fold, **facts})
    return pd.DataFrame(rows).set_index(["line", "gene"])


def cell_type_shares(counts: pd.DataFrame) -> pd.DataFrame:
    """Share of positive nuclei by line and marker, fields pooled.

    Returns
    -------
    By line and marker: fields, nuclei, positive, percent and its interval; where none was seen the
    upper end is that of the rule of three.
    """
    rows = []
    for (line, marker), own in counts.groupby(["line", "marker"], sort=False):
        positive, nuclei = int(own["positive"].sum()), int(own["nuclei"].sum())
        span = wilson(positive, nuclei)
        low, high = (span.low, span.high) if positive else (0.0, rule_of_three(nuclei))
        percents = {"percent": 100 * positive / nuclei, "low": 100 * low, "high": 100 * high}
        whole = {"fields": len(own), "nuclei": nuclei, "positive": positive}
        rows.append({"line": line, "marker": marker, **whole, **rounded(percents, 2)})
    return pd.DataFrame(rows).set_index(["line", "marker"])


# --- function and donors -------------------------------------------------------------------


def swelling_of_lot(wells: pd.DataFrame, lot: str) -> SwellingResponse:
    """Swelling with forskolin beyond that with vehicle, for one lot, with its interval."""
    curves = _curves(rows_of(wells, "lot", lot))
    return swelling_response(
        _minutes(wells), stimulated=curves["forskolin"], vehicle=curves["vehicle"]
    )


def swelling_table(wells: pd.DataFrame) -> pd.DataFrame:
    """Return by lot the swelling beyond vehicle (%·min), its interval, and Z' of the two groups."""
    rows = []
    for lot in wells["lot"].unique():
        found = swelling_of_lot(wells, lot)
        means = {"forskolin": found.stimulated, "vehicle": found.vehicle}
        beyond = {"beyond": found.value, "low": found.interval.low, "high": found.interval.high}
        told = {"responds": found.responds, "z_prime": round(_separation(wells, lot), 2)}
        rows.append({"lot": lot, **rounded({**means, **beyond}, 0), **told})
    return pd.DataFrame(rows).set_index("lot")


def donor_spread(wells: pd.DataFrame) -> Intraclass:
    """Share of the variance of forming efficiency that lies between donors, one well per reading.

    Raises
    ------
    BadInput
        Lots with different numbers of wells.
    """
    percent = 100 * wells["organoids"] / wells["seeded_cells"]
    return intraclass([list(own) for _, own in percent.groupby(wells["lot"])], form="ICC(1,1)")


# --- parts of the above --------------------------------------------------------------------


def _mean(cqs: Sequence[float]) -> float:
    return sum(inputs.number(one, "a Cq of the reference gene") for one in cqs) / len(cqs)


def _fold(
    wells: Mapping[Any, list[float]], gene: str, reference: str, cycle_limit: float
) -> dict[str, Any]:
    target, calibrator = wells["differentiated", gene], wells["expansion", gene]
    rest = (wells["differentiated", reference], calibrator, wells["expansion", reference])
    missing = any(math.isnan(one) for one in target)
    found = (
        fold_limit(target, *rest, cycle_limit=cycle_limit)
        if missing
        else fold_change(target, *rest, tubes="separate")
    )
    span = found.interval
    ends = (span.low, span.high) if span else (math.nan, math.nan)
    three = zip(("fold", "low", "high"), (found.fold, *ends), strict=True)
    return {**{name: float(f"{one:.3g}") for name, one in three}, "below": found.is_limit}


def _minutes(wells: pd.DataFrame) -> list[float]:
    return sorted(wells["minutes"].unique())


def _curves(own: pd.DataFrame) -> dict[str, dict[str, list[float]]]:
    ordered = own.sort_values("minutes")
    return {
        str(treatment): {str(well): list(one["area_um2"]) for well, one in part.groupby("well")}
        for treatment, part in ordered.groupby("treatment")
    }


def _separation(wells: pd.DataFrame, lot: str) -> float:
    minutes, curves = _minutes(wells), _curves(rows_of(wells, "lot", lot))
    areas = {
        name: [swelling_area(minutes, areas) for areas in own.values()]
        for name, own in curves.items()
    }
    return plate_quality(areas["forskolin"], areas["vehicle"]).value
