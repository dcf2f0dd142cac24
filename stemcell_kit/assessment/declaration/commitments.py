"""What each commitment of the declaration stands on in a laboratory's own answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from stemcell_kit.assessment.checklist import Checklist
from stemcell_kit.assessment.item import Item
from stemcell_kit.assessment.score import MET_AT
from stemcell_kit.model import Commitment

__all__ = ["CommitmentState", "Open", "Support", "Why", "commitment_states"]


class Support(StrEnum):
    """How far the answers support a commitment."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    NOT_YET = "not-yet"
    NO_STATEMENT = "no-statement"


class Why(StrEnum):
    """What a statement lacks to support a commitment."""

    UNANSWERED = "unanswered"
    NOT_RECORDED = "not-recorded"
    NO_EVIDENCE = "no-evidence"


@dataclass(frozen=True)
class Open:
    """A statement that does not support its commitment yet, and what it lacks."""

    item: Item
    why: Why


@dataclass(frozen=True)
class CommitmentState:
    """A commitment with the statements that support it and those that do not yet.

    Statements that do not apply are in neither list.
    """

    commitment: Commitment
    supporting: tuple[Item, ...]
    open: tuple[Open, ...]

    @property
    def support(self) -> Support:
        """Supported only if every statement that applies is recorded and has evidence."""
        if not self.supporting:
            return Support.NOT_YET if self.open else Support.NO_STATEMENT
        return Support.PARTLY if self.open else Support.SUPPORTED


def commitment_states(checklists: Sequence[Checklist]) -> tuple[CommitmentState, ...]:
    """Return the state of every commitment over the checklists of one laboratory."""
    known = checklists[0].catalogue.commitments.values()
    pairs = [(one, item) for one in checklists for item in one.items]
    return tuple(_state(commitment, pairs) for commitment in known)


def _state(commitment: Commitment, pairs: Sequence[tuple[Checklist, Item]]) -> CommitmentState:
    supporting: list[Item] = []
    still_open: list[Open] = []
    for checklist, item in _applicable(commitment, pairs):
        why = _lacks(checklist, item)
        if why is None:
            supporting.append(item)
        else:
            still_open.append(Open(item, why))
    return CommitmentState(commitment, tuple(supporting), tuple(still_open))


def _applicable(
    commitment: Commitment, pairs: Sequence[tuple[Checklist, Item]]
) -> Iterator[tuple[Checklist, Item]]:
    seen: set[str] = set()
    for checklist, item in pairs:
        requirement = item.requirement
        # one duty of several standards counts once
        if commitment.id not in requirement.commitments or requirement.answered_as in seen:
            continue
        seen.add(requirement.answered_as)
        if not item.answer.not_applicable:
            yield checklist, item


def _lacks(checklist: Checklist, item: Item) -> Why | None:
    """Say what a statement lacks; None if it is done, recorded and backed by evidence."""
    if item.answer.score is None:
        return Why.UNANSWERED
    if item.answer.score < MET_AT:
        return Why.NOT_RECORDED
    if not item.answer.evidence and not checklist.evidence(item.requirement.full_id):
        return Why.NO_EVIDENCE
    return None
