"""Endotoxin limit from the dose, and how far a sample may be diluted.

K is the threshold dose per kilogram, M the largest dose per kilogram within one hour, lambda the
label sensitivity (gel clot) or the lowest standard (photometric). All come from the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Measurement
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = [
    "DilutionScheme",
    "check_dilution_scheme",
    "dose_per_kg",
    "dose_per_kg_from_area",
    "endotoxin_limit",
    "limit_per_volume",
    "maximum_valid_dilution",
    "minimum_valid_concentration",
    "pooled_valid_dilution",
]


@dataclass(frozen=True)
class DilutionScheme(Shown):
    """A serial dilution: concentration after each step, its fold, and the steps that are too big.

    ``too_large`` counts steps from 1.
    """

    concentrations: tuple[float, ...]
    folds: tuple[float, ...]
    total_fold: float
    too_large: tuple[int, ...]
    notes: tuple[str, ...] = ()

    @property
    def acceptable(self) -> bool:
        """Whether no step is too large."""
        return not self.too_large


def endotoxin_limit(*, k_eu_per_kg: float, dose_per_kg: float, unit: str = "mL") -> Measurement:
    """Endotoxin limit L = K / M.

    Parameters
    ----------
    k_eu_per_kg
        Threshold dose K of the route of administration.
    dose_per_kg
        Largest dose M per kilogram within one hour, in *unit*.
    unit
        What the dose is counted in: ``mL``, ``mg``, ``1e6 cells``.

    Raises
    ------
    BadInput
        K or M is not above zero.

    Source
    ------
    USP <85>, calculation of limits.
    """
    limit = inputs.positive(k_eu_per_kg, "K") / inputs.positive(dose_per_kg, "dose_per_kg")
    return Measurement("endotoxin_limit", limit, f"EU/{unit}")


def dose_per_kg(dose: float, *, weight_kg: float) -> float:
    """Dose per kilogram of a person of *weight_kg*, in the unit of *dose*."""
    return inputs.positive(dose, "dose") / inputs.positive(weight_kg, "weight_kg")


def dose_per_kg_from_area(dose_per_m2: float, *, body_surface_m2: float, weight_kg: float) -> float:
    """Dose per kilogram of a product that is dosed per square metre of body surface."""
    area = inputs.positive(body_surface_m2, "body_surface_m2")
    return dose_per_kg(inputs.positive(dose_per_m2, "dose_per_m2") * area, weight_kg=weight_kg)


def limit_per_volume(*, eu_per_dose: float, maximum_volume_ml: float) -> Measurement:
    """Limit of a product with a fixed endotoxin allowance per dose, such as a radiopharmaceutical.

    Raises
    ------
    BadInput
        Allowance or volume is not above zero.
    """
    allowed = inputs.positive(eu_per_dose, "eu_per_dose")
    volume = inputs.positive(maximum_volume_ml, "maximum_volume_ml")
    return Measurement("endotoxin_limit", allowed / volume, "EU/mL")


def maximum_valid_dilution(
    limit: float, *, sensitivity_eu_per_ml: float, concentration_per_ml: float = 1.0
) -> Measurement:
    """Maximum valid dilution MVD = L x C / lambda.

    Parameters
    ----------
    limit
        L in EU per mL, or per unit of the product.
    sensitivity_eu_per_ml
        Lambda of the lysate lot in use, or the lowest standard of the curve.
    concentration_per_ml
        C, units of the product per mL; 1 for a limit per mL.

    Raises
    ------
    BadInput
        A number is not above zero.

    Source
    ------
    USP <85>, maximum valid dilution.
    """
    top = inputs.positive(limit, "limit") * inputs.positive(concentration_per_ml, "concentration")
    fold = top / inputs.positive(sensitivity_eu_per_ml, "sensitivity_eu_per_ml")
    notes = ("a negative result at a higher dilution is invalid",)
    if fold < 1:
        notes = ("below 1: this lysate cannot show the limit; use a more sensitive one",)
    return Measurement("maximum_valid_dilution", fold, "fold", notes=notes)


def minimum_valid_concentration(
    *, sensitivity_eu_per_ml: float, dose_per_kg: float, k_eu_per_kg: float
) -> Measurement:
    """Minimum valid concentration MVC = lambda x M / K, in units of the product per mL."""
    top = inputs.positive(sensitivity_eu_per_ml, "sensitivity_eu_per_ml")
    top *= inputs.positive(dose_per_kg, "dose_per_kg")
    return Measurement(
        "minimum_valid_concentration", top / inputs.positive(k_eu_per_kg, "K"), "per mL"
    )


def pooled_valid_dilution(mvd: float, units: int, *, at_most_units: int) -> Measurement:
    """Maximum valid dilution of a pool of solutions: MVD / n.

    Raises
    ------
    BadInput
        More units than may be pooled, or none. Suspensions are not pooled at all.

    Source
    ------
    FDA guidance Pyrogen and Endotoxins Testing: Questions and Answers, 2012.
    """
    pooled = inputs.count(units, "units")
    if not 1 <= pooled <= at_most_units:
        raise BadInput(
            f"{pooled} units in the pool; expected 1 to {at_most_units}. "
            "Test the units in smaller pools, and cell suspensions one by one."
        )
    fold = inputs.positive(mvd, "mvd") / pooled
    notes = ("solutions only: cell suspensions are not pooled",)
    return Measurement("maximum_valid_dilution", fold, "fold", n=pooled, notes=notes)


def check_dilution_scheme(
    start_eu_per_ml: float, steps: Sequence[Sequence[float]], *, largest_fold: float
) -> DilutionScheme:
    """Follow a serial dilution and name the steps that dilute too far at once.

    Parameters
    ----------
    start_eu_per_ml
        Concentration before the first step.
    steps
        Volume transferred and volume of diluent of each step, in one unit.
    largest_fold
        Largest dilution in one step.

    Raises
    ------
    BadInput
        No step, or a volume that cannot be.
    """
    if not steps or any(len(step) != 2 for step in steps):
        raise BadInput(
            "expected one or more steps, each with the volume transferred and the diluent, "
            "e.g. [[100, 400], [50, 450]]."
        )
    folds = [
        (inputs.positive(taken, "volume transferred") + inputs.not_negative(added, "diluent"))
        / taken
        for taken, added in steps
    ]
    reached = [inputs.positive(start_eu_per_ml, "start_eu_per_ml")]
    for fold in folds:
        reached.append(reached[-1] / fold)
    # 50 + 450 is exactly tenfold, whatever the last digit of the machine says
    large = tuple(i for i, fold in enumerate(folds, 1) if fold > largest_fold * (1 + 1e-9))
    notes = tuple(f"step {i} dilutes {folds[i - 1]:g}-fold at once: split it" for i in large)
    total = reached[0] / reached[-1]
    return DilutionScheme(tuple(reached[1:]), tuple(folds), total, large, notes)
