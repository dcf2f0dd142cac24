"""What changed since an earlier day, or beside another assessment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from stemcell_kit.assessment.item import Item, place_on_scale
from stemcell_kit.records import Answer

__all__ = ["Comparison", "Moved", "Movement", "compare"]


class Movement(StrEnum):
    """How the state of a statement moved."""

    IMPROVED = "improved"
    WORSENED = "worsened"
    NEW = "new"
    TAKEN_BACK = "taken-back"
    SCOPE = "scope"


@dataclass(frozen=True)
class Moved:
    """A statement whose state moved: ``before`` and ``now`` are places on the scale or None."""

    item: Item
    before: int | str | None
    now: int | str | None
    movement: Movement


@dataclass(frozen=True)
class Comparison:
    """All statements that moved; ``unchanged`` counts the others."""

    label: str
    moved: tuple[Moved, ...]
    unchanged: int

    def of(self, movement: Movement) -> tuple[Moved, ...]:
        """Return the statements that moved in one way, in checklist order."""
        return tuple(one for one in self.moved if one.movement is movement)


def compare(items: Iterable[Item], before: Mapping[str, Answer], *, label: str) -> Comparison:
    """Compare items as they are with the answers of another day or assessment.

    Parameters
    ----------
    before
        Full requirement id to answer; a missing one was unanswered.
    label
        What is compared with, e.g. a date, for the reader.
    """
    moved, unchanged = [], 0
    for item in items:
        was = before.get(item.requirement.answered_as)
        old, new = place_on_scale(was) if was else None, item.choice
        if old == new:
            unchanged += 1
        else:
            moved.append(Moved(item, old, new, _movement(old, new)))
    return Comparison(label, tuple(moved), unchanged)


def _movement(old: int | str | None, new: int | str | None) -> Movement:
    if old is None:
        return Movement.NEW
    if new is None:
        return Movement.TAKEN_BACK
    if isinstance(old, int) and isinstance(new, int):
        return Movement.IMPROVED if new > old else Movement.WORSENED
    # into or out of "not applicable" is no better and no worse, but an auditor asks why
    return Movement.SCOPE
