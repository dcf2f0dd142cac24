"""T cells per kilogram in a dose of NK cells: a small percentage of many cells is many cells."""

from __future__ import annotations

from dataclasses import dataclass

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.flow.rare_events import upper_limit
from stemcell_kit.qc.proportions import wilson
from stemcell_kit.shown import Shown

__all__ = ["TCellDose", "dose_per_kg", "t_cell_dose"]


@dataclass(frozen=True)
class TCellDose(Shown):
    """T cells per kilogram; ``interval`` is that of the counted share.

    ``below_limit`` holds the estimate against the limit, strictly; ``surely_below`` the one-sided
    upper limit. ``most_viable_cells`` is the largest dose that stays below it at this share.
    """

    value: float
    t_cell_percent: float
    limit_per_kg: float
    below_limit: bool
    surely_below: bool
    most_viable_cells: float
    interval: Interval
    n: int
    unit: str = "cells/kg"
    notes: tuple[str, ...] = ()


def dose_per_kg(viable_cells: float, share: float, weight_kg: float) -> float:
    """Cells of one kind per kilogram: ``viable cells x share / weight``.

    Parameters
    ----------
    viable_cells
        Viable cells in the dose.
    share
        Share of the viable cells that are of this kind, 0 to 1.
    weight_kg
        Body weight of the recipient.

    Raises
    ------
    BadInput
        A number that cannot be, e.g. a percentage in place of a share.
    """
    if not 0 <= inputs.number(share, "share") <= 1:
        raise BadInput(f"share is {share:g}; expected 0 to 1. Write 1.5 % as 0.015.")
    cells = inputs.positive(viable_cells, "viable_cells")
    return cells * share / inputs.positive(weight_kg, "weight_kg")


def t_cell_dose(
    *,
    viable_cells: float,
    t_cells: int,
    live_events: int,
    weight_kg: float,
    below_per_kg: float,
    confidence: float = 0.95,
) -> TCellDose:
    """T cells per kilogram from the counts of the gates, held against a limit.

    Parameters
    ----------
    viable_cells
        Viable cells in the dose.
    t_cells, live_events
        Events in the T-cell gate and among the live single cells. Taken from another parent, e.g.
        all events, the share is too low.
    weight_kg
        Body weight of the recipient.
    below_per_kg
        The limit; the dose must be below it.

    Raises
    ------
    BadInput
        Counts, weight or limit cannot be.
    """
    limit = inputs.positive(below_per_kg, "below_per_kg")
    upper = upper_limit(t_cells, live_events, confidence=confidence)
    share = t_cells / live_events
    dose = dose_per_kg(viable_cells, share, weight_kg)
    per_share = dose_per_kg(viable_cells, 1.0, weight_kg)
    counted = wilson(t_cells, live_events, confidence=confidence)
    ends = counted.low * per_share, counted.high * per_share
    notes = []
    if t_cells == 0:
        notes.append(f"no T cell seen: below {upper * per_share:.3g} per kg, not 0")
    elif dose < limit <= upper * per_share:
        notes.append("below the limit, but more events are needed to be sure of it")
    return TCellDose(
        value=dose,
        t_cell_percent=100 * share,
        limit_per_kg=limit,
        below_limit=dose < limit,
        surely_below=upper * per_share < limit,
        # with none seen, what the upper limit allows
        most_viable_cells=limit * weight_kg / (share or upper),
        interval=Interval(*ends, confidence, "Wilson, viable cells taken as known"),
        n=int(live_events),
        notes=tuple(notes),
    )
