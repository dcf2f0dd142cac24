"""Purity of natural killer cells, step by step: compensation, gates, dose of T cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from stemcell_kit.bank.noise import noise
from stemcell_kit.errors import BadInput
from stemcell_kit.model import Limit
from stemcell_kit.qc.flow.compensation import Spillover, single_stain_spillover, spillover
from stemcell_kit.qc.flow.gate_tree import GateCounts, count_gates
from stemcell_kit.qc.flow.scales import from_scale
from stemcell_kit.qc.flow.t_cell_dose import t_cell_dose
from stemcell_kit.worksheets.rows import each_row, rows_of

__all__ = [
    "cd3_cd56_divider",
    "measured_matrices",
    "nk_composition",
    "nk_gate_counts",
    "nk_gate_steps",
    "nk_tube",
    "spillover_table",
    "stored_matrices",
    "t_cell_doses",
]

_MILLION = 1e6


def stored_matrices(listed: pd.DataFrame) -> dict[str, Spillover]:
    """Return the spillover matrix that the cytometer stored with each lot.

    Parameters
    ----------
    listed
        One row per pair: ``lot, dye, detector, share``, as the assay ``nk_spillover`` has them.
    """
    found = {}
    for lot, own in listed.groupby("lot", sort=False):
        square = own.pivot(index="dye", columns="detector", values="share")
        square = square.loc[own["dye"].unique(), own["detector"].unique()]
        found[str(lot)] = spillover(square.to_numpy().tolist(), _dyes())
    return found


def measured_matrices(events: pd.DataFrame, *, percentile: float) -> dict[str, Spillover]:
    """Measure the spillover matrix of each lot on its own unstained and single-stained tubes.

    Parameters
    ----------
    percentile
        Of the unstained tube; single-stained events above it are taken as stained.

    Raises
    ------
    BadInput
        A control tube is missing.
    """
    found = {}
    for lot in events["lot"].unique():
        tubes = rows_of(events, "lot", lot)
        plain = rows_of(tubes, "tube", "unstained")[_dyes()]
        stains = {dye: rows_of(tubes, "tube", f"single {dye}")[_dyes()] for dye in _dyes()}
        found[str(lot)] = single_stain_spillover(stains, plain, percentile=percentile)
    return found


def spillover_table(matrix: Spillover) -> pd.DataFrame:
    """Show a matrix in percent: one row a dye, one column the detector that sees it."""
    table = 100 * pd.DataFrame(matrix.rows, index=list(matrix.dyes), columns=list(matrix.detectors))
    table = table.round(1) + 0.0  # no "-0.0"
    return table.rename_axis("light of this dye, %")


def nk_tube(events: pd.DataFrame, lot: str, matrix: Spillover | None = None) -> pd.DataFrame:
    """Return the stained tube of a lot as a reader of its FCS file gives it.

    One column a channel, values as measured; *matrix* goes into ``.attrs["spillover"]``.
    """
    tube = rows_of(rows_of(events, "lot", lot), "tube", "stained")
    tube = tube.drop(columns=["lot", "tube"]).reset_index(drop=True)
    if matrix is not None:
        tube.attrs["spillover"] = {"detectors": list(matrix.detectors), "rows": list(matrix.rows)}
    return tube


def nk_gate_counts(events: pd.DataFrame, lot: str, matrix: Spillover) -> GateCounts:
    """Count a stained tube in the gates of the laboratory: singlets, live, CD3 against CD56."""
    return count_gates(nk_tube(events, lot), noise("nk_gates"), spillover=matrix)


def cd3_cd56_divider() -> float:
    """Return the channel value at which the gates of the laboratory split CD3 and CD56."""
    settings = noise("nk_gates")
    quadrant = next(gate for gate in settings["gates"] if gate["kind"] == "quadrant")
    dimension = quadrant["dimensions"][0]
    place = from_scale(dimension["dividers"][:1], **settings["scales"][dimension["scale"]])
    return float(place[0])


def nk_gate_steps(events: pd.DataFrame, lot: str, matrix: Spillover) -> pd.DataFrame:
    """Show the gates of one lot with both counts behind each percentage.

    Returns
    -------
    One row per gate: ``events, parent, of parent %, of live %`` (empty above the live gate).
    """
    counted = nk_gate_counts(events, lot, matrix)
    table = counted.table().set_index("gate")
    inside = np.array(["live" in (name, *counted.above(str(name))) for name in table.index])
    of_live = (100 * table["count"] / counted.counts["live"]).where(inside)
    shown = {"events": table["count"], "parent": table["parent"]}
    shown |= {"of parent %": table["percent_of_parent"].round(2), "of live %": of_live.round(2)}
    return pd.DataFrame(shown)


def nk_composition(events: pd.DataFrame, matrices: Mapping[str, Spillover]) -> pd.DataFrame:
    """Return what the stained tube of each lot holds after compensation.

    Returns
    -------
    One row per lot: counts of ``singlets, live, t_cells``; ``viability`` in percent of single
    cells; ``nk, t, nkt, b, other`` in percent of live single cells; ``cd16`` in percent of NK.
    ``other`` is neither CD3 nor CD56 positive, so B cells are part of it.
    """
    rows = {str(lot): _held(events, str(lot), matrices) for lot in events["lot"].unique()}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("lot")
    counts = ["singlets", "live", "t_cells"]
    return table.astype(dict.fromkeys(counts, int)).round(2)


def t_cell_doses(composition: pd.DataFrame, doses: pd.DataFrame, limit: Limit) -> pd.DataFrame:
    """Return T cells per kilogram of each dose, held against a limit that lies below a number.

    Returns
    -------
    One row per lot: ``viable_million`` cells in the dose, ``weight_kg, t_percent, t_per_kg, low,
    high`` (95 % interval of the count), ``below_limit``, and ``most_million``: the largest dose
    that would stay below it.
    """
    if limit.below is None:
        raise BadInput(f"the limit {limit.id} has no upper bound; give it one that starts below.")
    rows = {}
    for dose in each_row(doses):
        counted = rows_of(composition.reset_index(), "lot", dose.lot).iloc[0]
        found = t_cell_dose(
            viable_cells=float(dose.viable_cells),
            t_cells=int(counted["t_cells"]),
            live_events=int(counted["live"]),
            weight_kg=float(dose.weight_kg),
            below_per_kg=limit.below,
        )
        rows[dose.lot] = {
            "viable_million": dose.viable_cells / _MILLION,
            "weight_kg": dose.weight_kg,
            "t_percent": round(found.t_cell_percent, 2),
            "t_per_kg": round(found.value),
            "low": round(found.interval.low),
            "high": round(found.interval.high),
            "below_limit": found.below_limit,
            "most_million": round(float(found.most_viable_cells) / _MILLION, 1),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("lot")


def _held(events: pd.DataFrame, lot: str, matrices: Mapping[str, Spillover]) -> dict[str, float]:
    if lot not in matrices:
        raise BadInput(f"no matrix for lot {lot!r}; measure one on its single stains.")
    counted = nk_gate_counts(events, lot, matrices[lot])
    counts = counted.counts
    found: dict[str, float] = {name: counts[name] for name in ("singlets", "live")}
    found |= {"t_cells": counts["T-cells"], "viability": counted.percent("live").value}
    kinds = {"nk": "NK-cells", "t": "T-cells", "nkt": "NKT-cells", "b": "B-cells"}
    kinds |= {"other": "other-cells"}
    found |= {name: counted.percent(gate, of="live").value for name, gate in kinds.items()}
    return found | {"cd16": counted.percent("CD16-positive-NK-cells").value}


def _dyes() -> list[str]:
    dyes: Any = noise("nk_flow")["dyes"]
    return list(dyes)
