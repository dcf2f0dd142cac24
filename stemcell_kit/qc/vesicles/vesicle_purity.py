"""Particles per microgram of protein: how much of the protein comes with particles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["VesiclePurity", "purity_class", "vesicle_purity"]

_FG_PER_UG = 1e9
_TESTS = ("above", "at_least", "below", "at_most")


@dataclass(frozen=True)
class VesiclePurity(Shown):
    """Particles per microgram of protein; ``qualifier`` is ``=``, or ``>`` below the LLOQ."""

    value: float
    qualifier: str
    fg_per_particle: float
    purity: str
    unit: str = "particles/ug"
    notes: tuple[str, ...] = ()


def vesicle_purity(
    particles_per_ml: float,
    protein_ug_per_ml: float,
    *,
    classes: Sequence[Mapping[str, str | float]],
    lloq_ug_per_ml: float | None = None,
) -> VesiclePurity:
    """Particle-to-protein ratio and its class.

    Parameters
    ----------
    particles_per_ml
        Blank-subtracted concentration of the sample.
    protein_ug_per_ml
        Protein of the same sample, on the same scale (undiluted), in microgram per millilitre.
    classes
        One mapping a class: ``name`` and its limits in particles per microgram, ``above`` or
        ``at_least`` and ``below`` or ``at_most``; lowest or highest class with one limit only.
    lloq_ug_per_ml
        Lower limit of quantification of the protein assay, on the sample's scale. Protein below
        it gives the ratio as ``>``.

    Returns
    -------
    ``purity`` is the name of the class, or ``between classes``; for a ratio that is only known
    from below, the class is given only if no higher one exists. The tracking counts protein
    aggregates as particles too.

    Raises
    ------
    BadInput
        A concentration that cannot be, no protein without a LLOQ, or overlapping classes.

    Source
    ------
    Webber & Clayton 2013, J Extracell Vesicles 2:19861.
    """
    particles = inputs.positive(particles_per_ml, "particles_per_ml")
    protein = inputs.number(protein_ug_per_ml, "protein_ug_per_ml")
    notes = ["protein aggregates count as particles and as protein"]
    censored = lloq_ug_per_ml is not None and protein < lloq_ug_per_ml
    if censored:
        protein = inputs.positive(lloq_ug_per_ml, "lloq_ug_per_ml")
        notes.append(f"protein is below the LLOQ of {protein:g} ug/mL: the ratio is at least this")
    ratio = particles / inputs.positive(protein, "protein_ug_per_ml")
    found = purity_class(ratio, classes)
    if censored and not _is_highest(found, classes):
        found = "not decided"
        notes.append("measure more sample: a higher class is possible")
    return VesiclePurity(
        value=ratio,
        qualifier=">" if censored else "=",
        fg_per_particle=_FG_PER_UG / ratio,
        purity=found,
        notes=tuple(notes),
    )


def purity_class(particles_per_ug: float, classes: Sequence[Mapping[str, str | float]]) -> str:
    """Return the name of the class that holds the ratio, or ``between classes``.

    Raises
    ------
    BadInput
        No classes, a class without a limit, or two classes that hold the same ratio.
    """
    ratio = inputs.positive(particles_per_ug, "particles_per_ug")
    if not classes:
        raise BadInput("no purity classes were given; take those of your profile or the table")
    found = [str(one["name"]) for one in classes if _holds(one, ratio)]
    if len(found) > 1:
        raise BadInput(
            f"{ratio:.3g} particles/ug falls into {' and '.join(found)}; classes must not overlap. "
            "Correct their limits."
        )
    return found[0] if found else "between classes"


def _holds(one: Mapping[str, str | float], ratio: float) -> bool:
    limits = {test: float(one[test]) for test in _TESTS if test in one}
    if not limits:
        raise BadInput(f"class {one.get('name')!r} has no limit; give one of {', '.join(_TESTS)}")
    return not (
        ("above" in limits and not ratio > limits["above"])
        or ("at_least" in limits and not ratio >= limits["at_least"])
        or ("below" in limits and not ratio < limits["below"])
        or ("at_most" in limits and not ratio <= limits["at_most"])
    )


def _is_highest(name: str, classes: Sequence[Mapping[str, str | float]]) -> bool:
    own = next((one for one in classes if one["name"] == name), None)
    return own is not None and not {"below", "at_most"} & own.keys()
