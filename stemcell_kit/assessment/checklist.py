"""The self-assessment of a laboratory against one standard.

Scale: 0 not done, 1 done without record, 2 done and recorded, 3 recorded, trended and reviewed,
or not applicable with a written reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from stemcell_kit.assessment.score import BEST, MET_AT, Score, is_open_critical, score_of
from stemcell_kit.catalogue import Catalogue
from stemcell_kit.catalogue import catalogue as installed_catalogue
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say
from stemcell_kit.model import Requirement, Severity, Standard, Topic
from stemcell_kit.records import Answer, Change, Records, records

__all__ = ["SCALE", "Checklist", "Item"]

SCALE = (*range(BEST + 1), "n/a")
_SEVERITY_ORDER = {severity: place for place, severity in enumerate(Severity)}


@dataclass(frozen=True)
class Item:
    """A requirement with the laboratory's current answer."""

    requirement: Requirement
    answer: Answer

    @property
    def is_answered(self) -> bool:
        """Whether a score was given or the item was found not to apply."""
        return self.answer.score is not None or self.answer.not_applicable

    @property
    def choice(self) -> int | str | None:
        """The place on the scale: 0 to 3 or ``n/a``; None while it is open."""
        return "n/a" if self.answer.not_applicable else self.answer.score

    @property
    def is_gap(self) -> bool:
        """Whether the item applies and is not yet done and recorded; unanswered is a gap."""
        score = self.answer.score
        return not self.answer.not_applicable and (score is None or score < MET_AT)


class Checklist:
    """A standard's requirements with the answers of one assessment; saves every change at once."""

    def __init__(
        self,
        standard_id: str,
        *,
        assessment: str = "default",
        topics: Sequence[str] | None = None,
        catalogue: Catalogue | None = None,
        store: Records | None = None,
    ) -> None:
        self.catalogue = catalogue or installed_catalogue()
        self.standard: Standard = self.catalogue.standard(standard_id)
        self.assessment = assessment
        self.topics = _chosen_topics(self.standard, topics)
        self.store = store or records()
        chosen = {topic.id for topic in self.topics}
        self._requirements = {
            requirement.full_id: requirement
            for requirement in self.standard.requirements
            if requirement.topic in chosen
        }

    def __repr__(self) -> str:
        return f"Checklist({self.standard.id!r}, {len(self._requirements)} requirements)"

    @property
    def items(self) -> tuple[Item, ...]:
        """The requirements in checklist order, each with its answer as last saved."""
        saved = self.store.answers(self.assessment)
        return tuple(
            Item(requirement, saved.get(full_id) or Answer(self.assessment, full_id))
            for full_id, requirement in self._requirements.items()
        )

    def item(self, full_id: str) -> Item:
        """Return one item by the full id of its requirement, e.g. ``iso-24603/idn-04``."""
        if full_id not in self._requirements:
            self.catalogue.requirement(full_id)
            raise BadInput(f"{full_id} is not on this checklist; open the one that holds its topic")
        return Item(self._requirements[full_id], self.store.answer(self.assessment, full_id))

    def history(self, full_id: str) -> tuple[Change, ...]:
        """Return every change of one answer, oldest first: who, when, before and after."""
        return self.store.history(self.assessment, self.item(full_id).requirement.full_id)

    def answer(
        self,
        full_id: str,
        *,
        score: int | str | None = None,
        reason: str | None = None,
        evidence: str | None = None,
        owner: str | None = None,
        due: str | None = None,
        note: str | None = None,
        seen: int | None = None,
    ) -> Item:
        """Save what is given and leave the rest of the answer as it is.

        Parameters
        ----------
        score
            0 to 3, or ``n/a``, which needs a written ``reason`` now or earlier.
        due
            ISO 8601 calendar date, e.g. ``2026-03-31``; empty text clears it.
        seen
            The version of the answer that the writer looked at; the history marks a change that
            replaced what another person had written since.

        Raises
        ------
        BadInput
            Unknown requirement, a score off the scale, ``n/a`` without a reason, another date form.
        """
        before = self.item(full_id).answer
        words = {"reason": reason, "evidence": evidence, "owner": owner, "due": due, "note": note}
        fields: dict[str, Any] = {
            name: value.strip() for name, value in words.items() if value is not None
        }
        if score is not None:
            fields |= _score_fields(score)
        if fields.get("not_applicable", before.not_applicable):
            _check_reason(fields.get("reason", before.reason))
        if fields.get("due"):
            _check_date(fields["due"])
        if fields:
            self.store.save_answer(self.assessment, full_id, seen=seen, **fields)
        return self.item(full_id)

    def clear(self, full_id: str) -> Item:
        """Take a score back, so that the item is open again; what was written stays."""
        self.item(full_id)
        self.store.save_answer(self.assessment, full_id, score=None, not_applicable=False)
        return self.item(full_id)

    def score(self) -> Score:
        """Return score, coverage and open critical items of the whole checklist."""
        return score_of(self.items)

    def progress(self) -> dict[str, Score]:
        """Return the same per topic, by topic id in checklist order."""
        items = self.items
        return {
            topic.id: score_of(item for item in items if item.requirement.topic == topic.id)
            for topic in self.topics
        }

    def open_criticals(self) -> tuple[Item, ...]:
        """Return the critical items that apply and are not yet done and recorded."""
        return tuple(item for item in self.items if is_open_critical(item))

    def gaps(self) -> tuple[Item, ...]:
        """Return what is not yet done and recorded, critical first, then the lowest score.

        An unanswered item comes with the not-done ones, since nobody knows that it is met.
        """
        return tuple(sorted((item for item in self.items if item.is_gap), key=_urgency))

    def clause(self, full_id: str) -> str:
        """Return the clause number that the profile in force gives, or empty text."""
        return self.catalogue.profile.clauses.get(full_id, "")

    @property
    def laboratory(self) -> str:
        """The name of the assessed laboratory; empty until it is written."""
        return self.store.setting(f"laboratory:{self.assessment}")

    @laboratory.setter
    def laboratory(self, name: str) -> None:
        self.store.save_setting(f"laboratory:{self.assessment}", name.strip())


def _chosen_topics(standard: Standard, topics: Sequence[str] | None) -> tuple[Topic, ...]:
    if topics is None:
        return standard.topics
    known = {topic.id: topic for topic in standard.topics}
    unknown = [topic for topic in topics if topic not in known]
    if unknown or not topics:
        raise BadInput(
            f"{standard.id} has no topic {', '.join(map(repr, unknown)) or '(none given)'}; "
            f"choose from {', '.join(known)}"
        )
    return tuple(known[topic] for topic in dict.fromkeys(topics))


def _score_fields(score: int | str) -> dict[str, Any]:
    if score == "n/a":
        return {"score": None, "not_applicable": True}
    if isinstance(score, bool) or score not in SCALE:
        raise BadInput(say("checklist.score-refused", found=repr(score)))
    return {"score": score, "not_applicable": False}


def _check_reason(reason: str) -> None:
    if not reason:
        raise BadInput(say("checklist.reason-missing"))


def _check_date(text: str) -> None:
    try:
        valid = date.fromisoformat(text).isoformat() == text
    except ValueError:
        valid = False
    if not valid:
        raise BadInput(say("checklist.due-refused", found=text))


def _urgency(item: Item) -> tuple[int, int]:
    return _SEVERITY_ORDER[item.requirement.severity], item.answer.score or 0
