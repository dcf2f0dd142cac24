"""How much of a sample reaches the reaction: template copies, detection, inhibition."""

from __future__ import annotations

import math
from dataclasses import dataclass

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = [
    "Inhibition",
    "TemplateCopies",
    "inhibition",
    "probability_of_detection",
    "template_copies",
]


@dataclass(frozen=True)
class TemplateCopies(Shown):
    """Mean copies per reaction and the probability that a reaction holds at least one."""

    copies: float
    probability: float
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """Mean copies per reaction."""
        return self.copies

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "copies"


@dataclass(frozen=True)
class Inhibition(Shown):
    """Shift of a control against its reference: cycles, the fold it stands for, the verdict."""

    shift: float
    fold: float
    inhibited: bool
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """Fold by which the control seems reduced."""
        return self.fold

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "fold"


def template_copies(
    per_ml: float,
    *,
    sample_ml: float,
    recovery: float,
    template_ul: float,
    elution_ul: float,
    copies_per_unit: float = 1.0,
) -> TemplateCopies:
    """Copies per reaction from what a sample holds.

    ``per mL x sample volume x copies per unit x recovery x template / elution``.

    Parameters
    ----------
    per_ml
        CFU per mL, or genome copies per mL with *copies_per_unit* 1.
    sample_ml, template_ul, elution_ul
        Volume extracted, volume put into the reaction, volume of the eluate.
    recovery
        Share of the DNA that the extraction keeps, above 0 and at most 1.
    copies_per_unit
        Genome copies per colony-forming unit of the material.

    Raises
    ------
    BadInput
        An amount is not positive, or more template than eluate.
    """
    if inputs.positive(template_ul, "template_ul") > inputs.positive(elution_ul, "elution_ul"):
        raise BadInput(
            f"{template_ul:g} µL template of {elution_ul:g} µL eluate; expected no more than there "
            "is. Check whether the two volumes were exchanged."
        )
    copies = inputs.not_negative(per_ml, "per_ml") * inputs.positive(sample_ml, "sample_ml")
    copies *= inputs.positive(copies_per_unit, "copies_per_unit")
    copies *= inputs.share(recovery, "recovery") * template_ul / elution_ul
    notes = ("copies fall into reactions by the Poisson law",)
    return TemplateCopies(copies, probability_of_detection(copies), notes)


def probability_of_detection(copies: float, *, replicates: int = 1) -> float:
    """Probability that at least one of the replicate reactions holds a copy: 1 - exp(-m n).

    It is the ceiling of any assay: one that finds every single copy reaches it.
    """
    reactions = inputs.count(replicates, "replicates")
    if reactions == 0:
        raise BadInput("replicates is 0; expected at least one reaction.")
    return -math.expm1(-inputs.not_negative(copies, "copies") * reactions)


def inhibition(
    control_cq: float, reference_cq: float, *, allowed_shift: float, efficiency: float = 2.0
) -> Inhibition:
    """Compare the control of a sample with the same control without sample.

    The fold is ``efficiency ** shift``: 2 cycles late look like a quarter of the control.

    Parameters
    ----------
    control_cq, reference_cq
        Cq of the control in the sample, and without it.
    allowed_shift
        Cycles that it may come later, from the validation of the kit; the limit is included.
    """
    control = inputs.positive(control_cq, "control_cq")
    shift = control - inputs.positive(reference_cq, "reference_cq")
    late = shift > inputs.not_negative(allowed_shift, "allowed_shift")
    notes = ("inhibited: dilute the eluate or extract again, then repeat",) if late else ()
    if shift < -allowed_shift:
        notes = ("the control comes earlier than its reference: check the amount that was added",)
    return Inhibition(shift, inputs.positive(efficiency, "efficiency") ** shift, late, notes)
