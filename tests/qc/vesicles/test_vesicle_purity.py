"""Particles per microgram, and the classes with their gaps."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.vesicles.vesicle_purity import purity_class, vesicle_purity
from stemcell_kit.teaching_tables import teaching_table

CLASSES: list[dict[str, str | float]] = [
    {"name": "high", "above": 3e10},
    {"name": "low", "at_least": 2e9, "at_most": 2e10},
    {"name": "impure", "below": 1.5e9},
]


@pytest.mark.parametrize(
    ("ratio", "name"),
    [
        (1.49e9, "impure"),
        (1.5e9, "between classes"),
        (1.99e9, "between classes"),
        (2e9, "low"),
        (2e10, "low"),
        (2.01e10, "between classes"),
        (3e10, "between classes"),
        (3.01e10, "high"),
    ],
)
def test_a_ratio_at_a_limit_is_read_as_the_limit_is_written(ratio: float, name: str) -> None:
    """Above and below exclude, at least and at most include."""
    assert purity_class(ratio, CLASSES) == name


def test_the_table_of_the_kit_holds_the_same_classes() -> None:
    """One row a limit."""
    table = teaching_table("vesicle_purity_classes")
    rows = {
        name: {"name": name} | dict(zip(part["test"], part["particles_per_ug"], strict=True))
        for name, part in table.groupby("name", sort=False)
    }

    assert list(rows.values()) == CLASSES


def test_protein_below_the_lloq_gives_a_lower_limit() -> None:
    """1e11 particles and less than 2 ug: more than 5e10, and high whatever the protein is."""
    found = vesicle_purity(1e11, 0.3, classes=CLASSES, lloq_ug_per_ml=2)

    assert (found.qualifier, found.value, found.purity) == (">", 5e10, "high")


@pytest.mark.parametrize("protein", [0.3, 0.0, -0.1])
def test_a_lower_limit_below_the_highest_class_decides_nothing(protein: float) -> None:
    """More than 5e9 may be low or high."""
    found = vesicle_purity(1e10, protein, classes=CLASSES, lloq_ug_per_ml=2)

    assert found.purity == "not decided"
    assert any("measure more sample" in note for note in found.notes)


def test_protein_at_the_lloq_is_quantified() -> None:
    """The limit itself counts as measured."""
    assert vesicle_purity(1e10, 2, classes=CLASSES, lloq_ug_per_ml=2).qualifier == "="


def test_no_protein_without_a_lloq_is_refused() -> None:
    """There is nothing to divide by."""
    with pytest.raises(BadInput, match="protein_ug_per_ml is 0"):
        vesicle_purity(1e10, 0, classes=CLASSES)


def test_classes_must_be_usable() -> None:
    """Overlapping, limitless or no classes at all."""
    with pytest.raises(BadInput, match="must not overlap"):
        purity_class(4e10, [*CLASSES, {"name": "best", "at_least": 4e10}])
    with pytest.raises(BadInput, match="has no limit"):
        purity_class(4e10, [{"name": "any"}])
    with pytest.raises(BadInput, match="no purity classes"):
        purity_class(4e10, [])


@given(st.floats(1e8, 1e13), st.floats(0.1, 1e4))
@settings(max_examples=50, deadline=None)
def test_mass_per_particle_is_the_inverse(particles: float, protein: float) -> None:
    """Particles/ug times fg/particle is 1e9 fg/ug."""
    found = vesicle_purity(particles, protein, classes=CLASSES)

    assert found.value * found.fg_per_particle == pytest.approx(1e9)
