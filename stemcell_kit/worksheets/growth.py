"""Viability, recovery and growth, step by step: from vials and culture logs to a result."""

from __future__ import annotations

import numpy as np
import pandas as pd

from stemcell_kit.model import Measurement
from stemcell_kit.qc.cells.cell_count import (
    overall_yield,
    plating_efficiency,
    total_recovery,
    viable_cells,
    viable_recovery,
)
from stemcell_kit.qc.cells.growth import Passage, cumulative_doublings
from stemcell_kit.worksheets.rows import rows_of

__all__ = [
    "growth_between_banks",
    "growth_by_passage",
    "recovery_along_fill",
    "vial_balance",
    "vial_viability",
    "vial_yields",
]


def vial_balance(
    *,
    total_frozen: float,
    viability_frozen: float,
    total_recovered: float,
    viability_recovered: float,
    attached: float,
) -> pd.DataFrame:
    """Return the five percentages that describe one thawed vial; viabilities are in percent.

    Returns
    -------
    One row per quantity: ``quantity, percent, of``.
    """
    frozen = viable_cells(total_frozen, viability_frozen)
    recovered = viable_cells(total_recovered, viability_recovered)
    found = {
        "viability": (viability_recovered, "cells found after thaw"),
        "total recovery": (total_recovery(total_recovered, total_frozen).value, "cells frozen"),
        "viable recovery": (viable_recovery(recovered, frozen).value, "viable cells frozen"),
        "plating efficiency": (
            plating_efficiency(attached, recovered).value,
            "viable cells plated",
        ),
        "overall yield": (overall_yield(attached, frozen).value, "viable cells frozen"),
    }
    rows = [(name, round(percent, 2), whole) for name, (percent, whole) in found.items()]
    return pd.DataFrame(rows, columns=["quantity", "percent", "of"])


def vial_yields(vials: pd.DataFrame) -> pd.DataFrame:
    """Return what each thawed vial gave, in percent, in order of filling.

    Returns
    -------
    One row per vial: ``lot, vial, viability, viable_recovery, plating_efficiency,
    overall_yield``.
    """
    table = vials[["lot", "vial"]].copy()
    table["viability"] = vials["viability_percent"]
    counts = vials[["viable_frozen", "viable_recovered", "attached_24h"]].astype(float)
    measured = [
        (
            viable_recovery(recovered, frozen).value,
            plating_efficiency(attached, recovered).value,
            overall_yield(attached, frozen).value,
        )
        for frozen, recovered, attached in counts.itertuples(index=False)
    ]
    table[["viable_recovery", "plating_efficiency", "overall_yield"]] = measured
    return table.round(1).reset_index(drop=True)


def vial_viability(vials: pd.DataFrame, lot: str, vial: int) -> Measurement:
    """Return the post-thaw viability of one vial, in percent; a vial not thawed is refused."""
    own = rows_of(rows_of(vials, "lot", lot), "vial", vial)
    return Measurement("post_thaw_viability", float(own["viability_percent"].iloc[0]), "%")


def recovery_along_fill(vials: pd.DataFrame) -> pd.DataFrame:
    """Compare the first vial that was filled with the last one thawed, per lot.

    Returns
    -------
    One row per lot, the largest loss first: ``lot, vials_thawed, first, last, drop`` (viable
    recovery in percent; ``drop`` in percentage points).
    """
    yields = vial_yields(vials).sort_values(["lot", "vial"])
    lots = yields.groupby("lot")["viable_recovery"]
    table = lots.agg(vials_thawed="size", first="first", last="last").reset_index()
    table["drop"] = (table["first"] - table["last"]).round(1)
    return table.sort_values("drop", ascending=False, ignore_index=True)


def growth_by_passage(log: pd.DataFrame, *, attachment: float = 1.0) -> pd.DataFrame:
    """Return doublings and doubling time of every passage in a culture log.

    Returns
    -------
    One row per passage: ``line, passage, hours, doublings, doubling_time_h,
    cumulative_doublings, banked_lot``.

    Raises
    ------
    NoGrowth
        A passage did not grow; its place in the log of its line is named.
    """
    parts = []
    for _, own in log.groupby("line", sort=False):
        growth = cumulative_doublings(_passages(own, attachment))
        part = own[["line", "passage", "hours"]].copy()
        part["doublings"] = [step.value for step in growth.doublings]
        part["doubling_time_h"] = [step.value for step in growth.doubling_times]
        part["cumulative_doublings"] = part["doublings"].cumsum()
        part["banked_lot"] = own["banked_lot"]
        parts.append(part)
    return pd.concat(parts, ignore_index=True).round(2)


def growth_between_banks(log: pd.DataFrame, *, attachment: float = 1.0) -> pd.DataFrame:
    """Add up the passages that lead to each banked lot: the ledger of a bank.

    Returns
    -------
    One row per lot: ``lot, passages`` (how many), ``to_passage, doublings, hours,
    doubling_time_h`` (hours over doublings), ``mean_of_passages_h`` and
    ``cumulative_doublings`` of the line.
    """
    leads_to = log["banked_lot"].replace("", np.nan).groupby(log["line"]).bfill()
    rows = []
    for (line, lot), own in log.groupby(["line", leads_to.fillna("not banked")], sort=False):
        growth = cumulative_doublings(_passages(own, attachment))
        rows.append(
            {
                "lot": lot,
                "line": line,
                "passages": growth.n,
                "to_passage": own["passage"].iloc[-1],
                "doublings": growth.value,
                "hours": growth.hours,
                "doubling_time_h": growth.overall_doubling_time.value,
                "mean_of_passages_h": np.mean([t.value for t in growth.doubling_times]),
            }
        )
    table = pd.DataFrame(rows)
    table["cumulative_doublings"] = table.groupby("line")["doublings"].cumsum()
    return table.drop(columns="line").round(2)


def _passages(log: pd.DataFrame, attachment: float) -> list[Passage]:
    columns = ["cells_seeded", "cells_harvested", "hours"]
    return [
        Passage(seeded, harvested, hours, attachment)
        for seeded, harvested, hours in log[columns].itertuples(index=False)
    ]
