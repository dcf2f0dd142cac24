"""A statement with the laboratory's answer, and the scale that answers lie on."""

from __future__ import annotations

from dataclasses import dataclass

from stemcell_kit.assessment.score import BEST, MET_AT
from stemcell_kit.model import Requirement
from stemcell_kit.records import Answer

__all__ = ["SCALE", "Item", "place_on_scale"]

SCALE = (*range(BEST + 1), "n/a")


@dataclass(frozen=True)
class Item:
    """A requirement with the laboratory's current answer."""

    requirement: Requirement
    answer: Answer

    @property
    def is_answered(self) -> bool:
        """Whether a score was given or the item was found not to apply."""
        return self.choice is not None

    @property
    def choice(self) -> int | str | None:
        """The place on the scale: 0 to 3 or ``n/a``; None while it is open."""
        return place_on_scale(self.answer)

    @property
    def is_gap(self) -> bool:
        """Whether the item applies and is not yet done and recorded; unanswered is a gap."""
        score = self.answer.score
        return not self.answer.not_applicable and (score is None or score < MET_AT)


def place_on_scale(answer: Answer) -> int | str | None:
    """Return 0 to 3, ``n/a``, or None for an answer that is open."""
    return "n/a" if answer.not_applicable else answer.score
