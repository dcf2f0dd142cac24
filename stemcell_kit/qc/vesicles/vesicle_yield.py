"""Vesicles per producer cell, recovery of a step, and the dose against its label."""

from __future__ import annotations

from dataclasses import dataclass

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = [
    "LabelCheck",
    "VesicleYield",
    "label_check",
    "particle_dose",
    "step_recovery",
    "vesicle_yield",
]

_HOURS_A_DAY = 24.0


@dataclass(frozen=True)
class VesicleYield(Shown):
    """Particles per producer cell; ``per_cell_per_24h`` spreads them evenly over the time."""

    value: float
    per_cell_per_24h: float
    unit: str = "particles/cell"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class LabelCheck(Shown):
    """Deviation of the measured amount from the label, in percent of the label."""

    value: float
    within: bool
    unit: str = "%"
    notes: tuple[str, ...] = ()


def vesicle_yield(particles: float, cells: float, *, hours: float) -> VesicleYield:
    """Particles per cell and per cell in 24 hours of conditioning.

    Parameters
    ----------
    particles
        Total particles harvested, blank subtracted: :func:`particle_dose` of the whole volume.
    cells
        Live producer cells, counted at harvest.
    hours
        Time of conditioning.

    Raises
    ------
    BadInput
        An amount that is not above zero.
    """
    per_cell = inputs.positive(particles, "particles") / inputs.positive(cells, "cells")
    duration = inputs.positive(hours, "hours")
    notes = ("losses of purification are inside: compare yields of one process only",)
    return VesicleYield(per_cell, per_cell * _HOURS_A_DAY / duration, notes=notes)


def particle_dose(particles_per_ml: float, volume_ml: float) -> float:
    """Particles in a volume: concentration times volume.

    Raises
    ------
    BadInput
        Concentration or volume is not above zero.
    """
    return inputs.positive(particles_per_ml, "particles_per_ml") * inputs.positive(
        volume_ml, "volume_ml"
    )


def label_check(measured: float, label: float, *, tolerance_percent: float) -> LabelCheck:
    """Compare the measured content with the label.

    Parameters
    ----------
    measured, label
        Both in the same unit, e.g. particles per millilitre or per vial.
    tolerance_percent
        Allowed deviation to either side, included.

    Raises
    ------
    BadInput
        An amount that is not above zero, or a negative tolerance.
    """
    found = inputs.positive(measured, "measured")
    stated = inputs.positive(label, "label")
    room = inputs.not_negative(tolerance_percent, "tolerance_percent")
    notes = ("set the tolerance no tighter than the method's own spread",)
    # held against the amounts, so that a value just at the limit is not lost to rounding
    within = abs(found - stated) * 100 <= room * stated * (1 + 1e-12)
    return LabelCheck(100 * (found - stated) / stated, within, notes=notes)


def step_recovery(before: float, after: float) -> float:
    """Share of the particles that a purification step keeps, in percent.

    Parameters
    ----------
    before, after
        Total particles (concentration times volume) before and after the step.

    Raises
    ------
    BadInput
        An amount that cannot be, or more after the step than before it.
    """
    start = inputs.positive(before, "particles before the step")
    end = inputs.not_negative(after, "particles after the step")
    if end > start:
        raise BadInput(
            f"{end:.3g} particles after the step and {start:.3g} before; expected no more. "
            "Give totals, not concentrations, and measure both with the same settings."
        )
    return 100 * end / start
