"""What a karyotype is: clones of cells with the same chromosomes, and their shares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.genome.iscn_terms import Abnormality
from stemcell_kit.shown import Shown

__all__ = ["Clone", "Karyotype"]


@dataclass(frozen=True)
class Clone:
    """Cells with the same chromosomes; ``count`` is None for an array, ``cells`` if not given."""

    text: str
    count: int | None
    sex: str
    abnormalities: tuple[Abnormality, ...]
    cells: int | None

    @property
    def acquired(self) -> tuple[Abnormality, ...]:
        """The changes that did not come with the donor."""
        return tuple(change for change in self.abnormalities if not change.constitutional)

    @property
    def normal(self) -> bool:
        """True if the clone shows no change at all."""
        return not self.abnormalities


@dataclass(frozen=True)
class Karyotype(Shown):
    """A karyotype as read: its clones in the order of the string."""

    text: str
    species: str
    clones: tuple[Clone, ...]

    @property
    def cells(self) -> int:
        """Cells listed in all clones."""
        return sum(self.cells_of(clone) for clone in self.clones)

    @property
    def modal_number(self) -> int:
        """Chromosome number of the clone with most cells."""
        clone = self.clones[0]
        if len(self.clones) > 1:
            clone = max(self.clones, key=self.cells_of)
        if clone.count is None:
            raise BadInput("an array string has no chromosome number; count metaphases for that.")
        return clone.count

    def fraction(self, clone: Clone) -> float:
        """Share of the listed cells that belong to *clone*, 0 to 1."""
        if clone == self.clones[0] and len(self.clones) == 1:
            return 1.0
        return self.cells_of(clone) / self.cells

    @property
    def abnormal_fraction(self) -> float:
        """Share of cells with an acquired change; what the donor was born with is not counted."""
        return sum(self.fraction(clone) for clone in self.clones if clone.acquired)

    @property
    def normal_fraction(self) -> float:
        """Share of cells without an acquired change."""
        return 1 - self.abnormal_fraction

    @property
    def mosaic(self) -> bool:
        """True if the cells do not all have the same chromosomes."""
        return len(self.clones) > 1

    @property
    def constitutional(self) -> tuple[Abnormality, ...]:
        """The changes marked or to be read as the donor's own."""
        return _distinct(
            c for clone in self.clones for c in clone.abnormalities if c.constitutional
        )

    @property
    def acquired(self) -> tuple[Abnormality, ...]:
        """The changes that arose in culture, each once."""
        return _distinct(change for clone in self.clones for change in clone.acquired)

    @property
    def balanced(self) -> bool:
        """True if there are changes and none gains or loses material: invisible to an array."""
        changes = (*self.constitutional, *self.acquired)
        return bool(changes) and all(change.balanced for change in changes)

    def cells_of(self, clone: Clone) -> int:
        """Cells listed for a clone; BadInput if the string gives none."""
        if clone.cells is None:
            raise BadInput(
                f"{self.text!r} gives no cell numbers; write them in brackets, "
                "e.g. 47,XX,+12[6]/46,XX[14]."
            )
        return clone.cells


def _distinct(changes: Iterable[Abnormality]) -> tuple[Abnormality, ...]:
    return tuple({change.text: change for change in changes}.values())
