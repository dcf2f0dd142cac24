"""A lot of natural killer cells on its way out: growth, dose, endotoxin, residues, plan of tests."""

from __future__ import annotations

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Limit, Measurement
from stemcell_kit.qc import inputs
from stemcell_kit.qc.cells.cell_count import viable_cells
from stemcell_kit.qc.cells.growth import population_doublings
from stemcell_kit.qc.endotoxin.endotoxin_limit import dose_per_kg, endotoxin_limit
from stemcell_kit.worksheets.rows import each_row, rows_of

__all__ = ["nk_bag_endotoxin", "nk_dose_ladder", "nk_expansion", "plan_gaps", "residual_beads"]

_MILLION = 1e6


def nk_expansion(log: pd.DataFrame) -> pd.DataFrame:
    """Return fold and doublings from viable cells, beside the fold of a mixed count.

    Parameters
    ----------
    log
        One row per lot: ``lot, start_million, start_viability, end_million, end_viability``;
        cells counted in all, and viability in percent.

    Returns
    -------
    One row per lot: ``fold`` and ``doublings`` of viable cells, and ``fold_mixed``: viable cells
    at the end over all cells at the start, which is too small.
    """
    rows = []
    for row in each_row(log):
        start = viable_cells(row.start_million, row.start_viability)
        end = viable_cells(row.end_million, row.end_viability)
        doublings = population_doublings(start, end).value
        rows.append((row.lot, end / start, doublings, end / row.start_million))
    names = ["lot", "fold", "doublings", "fold_mixed"]
    return pd.DataFrame(rows, columns=names).set_index("lot").round(2)


def nk_dose_ladder(composition: pd.DataFrame, doses: pd.DataFrame) -> pd.DataFrame:
    """Return what one bag holds, from all nucleated cells down to viable NK cells, in millions.

    Parameters
    ----------
    composition
        By lot, as ``nk_composition`` gives it: ``viability, nk, t`` in percent.
    doses
        ``lot`` and ``viable_cells``, as the assay ``nk_dose`` has them.

    Returns
    -------
    One row per lot: ``nucleated, viable, viable_nk, viable_t``, and ``percent_of_label`` that
    is viable NK if a label shows nucleated cells.
    """
    known = composition.reset_index()
    rows = []
    for dose in each_row(doses):
        held = rows_of(known, "lot", dose.lot).iloc[0]
        alive = dose.viable_cells / _MILLION
        all_cells = 100 * alive / inputs.positive(float(held["viability"]), "viability")
        killers, t_cells = (alive * held[name] / 100 for name in ("nk", "t"))
        rows.append((dose.lot, all_cells, alive, killers, t_cells, 100 * killers / all_cells))
    names = ["lot", "nucleated", "viable", "viable_nk", "viable_t", "percent_of_label"]
    return pd.DataFrame(rows, columns=names).set_index("lot").round(1)


def nk_bag_endotoxin(bags: pd.DataFrame, dose_limit: Limit) -> pd.DataFrame:
    """Tie the endotoxin of a bag to its dose, for a bag that runs in within one hour.

    Parameters
    ----------
    bags
        One row per lot: ``lot, eu_per_ml, volume_ml, weight_kg``.
    dose_limit
        In EU per kilogram and hour, with ``at_most``.

    Returns
    -------
    One row per lot: ``eu_per_ml``, ``eu_per_kg`` that the recipient gets, and ``limit_eu_per_ml``
    that this volume and weight allow.
    """
    if dose_limit.at_most is None:
        raise BadInput(f"the limit {dose_limit.id} has no upper bound; give it at_most.")
    rows = []
    for bag in each_row(bags):
        per_kg = dose_per_kg(bag.volume_ml, weight_kg=bag.weight_kg)
        allowed = endotoxin_limit(k_eu_per_kg=dose_limit.at_most, dose_per_kg=per_kg).value
        rows.append((bag.lot, bag.eu_per_ml, bag.eu_per_ml * per_kg, allowed))
    names = ["lot", "eu_per_ml", "eu_per_kg", "limit_eu_per_ml"]
    return pd.DataFrame(rows, columns=names).set_index("lot").round(2)


def residual_beads(beads: int, cells_counted: float, *, per_cells: float = 3e6) -> Measurement:
    """Return beads per *per_cells* cells, in the unit of the published comparator.

    Raises
    ------
    BadInput
        A count that cannot be, or no cells.
    """
    found = inputs.count(beads, "beads")
    cells = inputs.positive(cells_counted, "cells_counted")
    return Measurement("residual_beads", found / cells * per_cells, "beads")


def plan_gaps(plan: pd.DataFrame) -> dict[str, str]:
    """Say for each item of a plan of tests what is not assigned; items without a gap are left out.

    Parameters
    ----------
    plan
        ``item, list`` (release or type) and ``frequency``; empty cells are not assigned.
    """
    said = {}
    for row in plan.to_dict("records"):
        missing = [name for name in ("list", "frequency") if not str(row[name]).strip()]
        if missing:
            said[str(row["item"])] = " and ".join(missing)
    return said
