"""Vesicle preparations up to size and markers: from logs, tracks and blots to results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from stemcell_kit.catalogue import catalogue
from stemcell_kit.model import Limit
from stemcell_kit.qc.vesicles.marker_panel import BlotRatio, MarkerPanel, blot_ratio, marker_panel
from stemcell_kit.qc.vesicles.vesicle_yield import step_recovery
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets.rows import each_row

__all__ = [
    "blot_percents",
    "collection_gaps",
    "medium_shares",
    "panel_calls",
    "panel_summary",
    "step_results",
]


def collection_gaps(collections: pd.DataFrame) -> pd.DataFrame:
    """List by collection what speaks against its producer cells, by the limits in force.

    A collection that leaves nothing open is not in the list.

    Returns
    -------
    ``open``, with the collection as index, one row per point.
    """
    rows = [
        {"collection": row.collection, "open": gap}
        for row in each_row(collections)
        for gap in (*_bank_gaps(row), *_cell_gaps(row))
    ]
    return pd.DataFrame(rows, columns=["collection", "open"]).set_index("collection")


def medium_shares(media: pd.DataFrame) -> pd.DataFrame:
    """Add which percentage of the particles came with the medium, and which from the cells.

    ``with_cells_per_ml`` and ``without_cells_per_ml`` are particles/mL of the same medium after
    the same time.
    """
    found = media.set_index("medium")
    blank = 100 * found["without_cells_per_ml"] / found["with_cells_per_ml"]
    return found.assign(
        from_medium_percent=blank.round(1), from_cells_percent=(100 - blank).round(1)
    )


def step_results(steps: pd.DataFrame) -> pd.DataFrame:
    """Give recovery and purity of each step of purification, batch by batch.

    Returns
    -------
    One row per step: ``batch, step, particles`` (total), ``recovery_percent`` of the step,
    ``of_harvest_percent``, ``particles_per_ug``.

    Raises
    ------
    BadInput
        A step holds more particles than the one before it.
    """
    rows: list[dict[str, object]] = []
    for batch, own in steps.groupby("batch", sort=False):
        totals = list(own["volume_ml"] * own["particles_per_ml"])
        before = [totals[0], *totals[:-1]]
        for row, start, total in zip(each_row(own), before, totals, strict=True):
            rows.append(
                {
                    "batch": batch,
                    "step": row.step,
                    "particles": total,
                    "recovery_percent": round(step_recovery(start, total), 1),
                    "of_harvest_percent": round(step_recovery(totals[0], total), 1),
                    "particles_per_ug": row.particles_per_ml / row.protein_ug_per_ml,
                }
            )
    return pd.DataFrame(rows)


def panel_calls(reports: pd.DataFrame) -> pd.DataFrame:
    """Turn reports with one column per marker into one row per call: ``report, marker, call``."""
    known = [name for name in teaching_table("vesicle_markers")["marker"] if name in reports]
    return reports.melt(id_vars="report", value_vars=known, var_name="marker", value_name="call")


def panel_summary(calls: pd.DataFrame) -> pd.DataFrame:
    """Hold each marker panel against what every category needs, by the limits in force.

    Parameters
    ----------
    calls
        ``marker``, ``call``, and the panel's name in ``report`` or ``lot``.

    Returns
    -------
    One row per panel: ``positive`` (vesicle markers shown), ``complete``, ``missing`` (categories
    that lack a marker) and ``contaminated`` (contaminants found).
    """
    owner = "report" if "report" in calls.columns else "lot"
    rows = []
    for name, own in calls.groupby(owner, sort=False):
        found = _panel(own)
        rows.append(
            {
                owner: name,
                "positive": found.value,
                "complete": found.complete,
                "missing": ", ".join(one.split(":")[0] for one in found.missing),
                "contaminated": ", ".join(found.contaminated),
            }
        )
    return pd.DataFrame(rows).set_index(owner)


def blot_percents(blots: pd.DataFrame) -> pd.DataFrame:
    """Compare each band with that of the parent cells, per microgram, in percent.

    Returns
    -------
    One row per lot and marker: ``lot, marker, call, percent_of_lysate, change``; depleted is by
    the limit in force, enriched is more than the lysate itself.
    """
    rows = [
        {
            "lot": row.lot,
            "marker": row.marker,
            "call": row.call,
            "percent_of_lysate": round(found.value, 1),
            "change": found.change,
        }
        for row in each_row(blots)
        for found in [_ratio(row)]
    ]
    return pd.DataFrame(rows)


# --- parts of the above --------------------------------------------------------------------


def _limit(name: str) -> Limit:
    return catalogue().limit(name)


def _bank_gaps(row: Any) -> Iterator[str]:
    if not row.bank_released or row.bank_released > row.collected_at[:10]:
        yield "the bank is not released"
    if row.passage > row.studied_to:
        yield f"passage {row.passage}, studied to {row.studied_to}"
    hours = _limit("ev-conditioning-h")
    if not (hours.at_least or 0) <= row.hours <= (hours.at_most or 0):
        yield f"{row.hours} h of conditioning"


def _cell_gaps(row: Any) -> Iterator[str]:
    if row.counted_at != row.collected_at:
        apart = pd.Timestamp(row.collected_at) - pd.Timestamp(row.counted_at)
        yield f"counted {apart.total_seconds() / 3600:.1f} h before collection"
    if row.viability_percent < (_limit("ev-parent-viability").at_least or 0):
        yield f"viability {row.viability_percent:g} %"
    if row.markers_of != "this harvest":
        yield f"markers of {row.markers_of}"
    if row.lowest_positive < (_limit("ev-parent-positive-markers").at_least or 0):
        yield f"a marker of the cells only {row.lowest_positive:g} % positive"
    if row.highest_negative > (_limit("ev-parent-negative-markers").at_most or 0):
        yield f"a foreign marker {row.highest_negative:g} % positive"
    if row.endotoxin_eu_per_ml >= (_limit("ev-parent-endotoxin").below or 0):
        yield f"endotoxin {row.endotoxin_eu_per_ml:g} EU/mL"


def _panel(own: pd.DataFrame) -> MarkerPanel:
    markers = teaching_table("vesicle_markers").groupby("category", sort=False)["marker"]
    needed = {
        "transmembrane": "ev-transmembrane-markers",
        "cytosolic": "ev-cytosolic-markers",
        "contaminant": "ev-contaminant-markers",
    }
    return marker_panel(
        dict(zip(own["marker"], own["call"], strict=True)),
        markers={str(name): list(part) for name, part in markers},
        needed={name: int(_limit(one).at_least or 0) for name, one in needed.items()},
        positive_needed=int(_limit("ev-positive-markers").at_least or 0),
    )


def _ratio(row: Any) -> BlotRatio:
    return blot_ratio(
        row.vesicle_signal,
        row.lysate_signal,
        vesicle_ug=row.vesicle_ug,
        lysate_ug=row.lysate_ug,
        enriched_above_percent=100,
        depleted_below_percent=_limit("ev-calnexin-ratio").below or 0,
    )
