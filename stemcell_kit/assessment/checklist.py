"""The self-assessment of a laboratory against one standard.

Scale: 0 not done, 1 done without record, 2 done and recorded, 3 recorded, trended and reviewed,
or not applicable with a written reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from stemcell_kit.assessment.comparison import Comparison, compare
from stemcell_kit.assessment.item import SCALE, Item
from stemcell_kit.assessment.risk import check_rating, weight
from stemcell_kit.assessment.score import BEST, Score, is_open_critical, score_of
from stemcell_kit.catalogue import Catalogue
from stemcell_kit.catalogue import catalogue as installed_catalogue
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say
from stemcell_kit.model import Severity, Standard, Topic
from stemcell_kit.records import Answer, Change, Evidence, Records, records

__all__ = ["Checklist"]

_SEVERITY_ORDER = {severity: place for place, severity in enumerate(Severity)}


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
        parts = self.catalogue.parts(standard_id)
        self.topics = _chosen_topics(standard_id, parts, topics)
        self.store = store or records()
        chosen = {topic.id for topic in self.topics}
        self._requirements = {
            requirement.full_id: requirement
            for part in parts
            for requirement in part.requirements
            if requirement.topic in chosen
        }

    def __repr__(self) -> str:
        return f"Checklist({self.standard.id!r}, {len(self._requirements)} requirements)"

    @property
    def items(self) -> tuple[Item, ...]:
        """The requirements in checklist order, each with its answer as last saved."""
        saved = self.store.answers(self.assessment)
        return tuple(
            Item(requirement, saved.get(key) or Answer(self.assessment, key))
            for requirement in self._requirements.values()
            for key in [requirement.answered_as]
        )

    def item(self, full_id: str) -> Item:
        """Return one item by the full id of its requirement, e.g. ``iso-24603/idn-04``."""
        if full_id not in self._requirements:
            self.catalogue.requirement(full_id)
            raise BadInput(f"{full_id} is not on this checklist; open the one that holds its topic")
        requirement = self._requirements[full_id]
        return Item(requirement, self.store.answer(self.assessment, requirement.answered_as))

    def history(self, full_id: str) -> tuple[Change, ...]:
        """Return every change of one answer, oldest first: who, when, before and after."""
        return self.store.history(self.assessment, self._key(full_id))

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
        occurrence: int | None = None,
        detectability: int | None = None,
        seen: int | None = None,
    ) -> Item:
        """Save what is given and leave the rest of the answer as it is.

        Parameters
        ----------
        score
            0 to 3, or ``n/a``, which needs a written ``reason`` now or earlier.
        due
            ISO 8601 calendar date, e.g. ``2026-03-31``; empty text clears it.
        occurrence, detectability
            The laboratory's own view of the risk, 1 to 5: how often it goes wrong, and how likely
            that stays unseen. 0 takes the rating back.
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
        ratings = {"occurrence": occurrence, "detectability": detectability}
        fields |= {
            name: check_rating(found) if found else None
            for name, found in ratings.items()
            if found is not None
        }
        if score is not None:
            fields |= _score_fields(score)
        if fields.get("not_applicable", before.not_applicable):
            _check_reason(fields.get("reason", before.reason))
        if fields.get("due"):
            _check_date(fields["due"])
        if fields:
            self.store.save_answer(self.assessment, self._key(full_id), seen=seen, **fields)
        return self.item(full_id)

    def clear(self, full_id: str) -> Item:
        """Take a score back, so that the item is open again; what was written stays."""
        self.item(full_id)
        self.store.save_answer(
            self.assessment, self._key(full_id), score=None, not_applicable=False
        )
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
        """Return what is not yet done and recorded: critical first, then by the risk not covered.

        An unanswered item comes with the not-done ones, since nobody knows that it is met.
        """
        return tuple(sorted((item for item in self.items if item.is_gap), key=_urgency))

    def evidence(self, full_id: str) -> tuple[Evidence, ...]:
        """Return what was attached to an answer and not withdrawn, oldest first."""
        return self.store.evidence(self.assessment, self._key(full_id))

    @property
    def attached(self) -> dict[str, list[Evidence]]:
        """What is attached to each answer that has something, by full requirement id."""
        found: dict[str, list[Evidence]] = {}
        for one in self.store.evidence(self.assessment):
            found.setdefault(one.requirement, []).append(one)
        return {
            full_id: found[requirement.answered_as]
            for full_id, requirement in self._requirements.items()
            if requirement.answered_as in found
        }

    def withdraw(self, full_id: str, number: int) -> None:
        """Say that some evidence of an answer no longer counts; it stays in the records.

        Raises
        ------
        BadInput
            The answer has no such evidence.
        """
        if number not in {one.id for one in self.evidence(full_id)}:
            raise BadInput(say("evidence.not-there"))
        self.store.withdraw_evidence(number)

    def not_applicable(self, full_ids: Sequence[str], reason: str) -> int:
        """Mark statements without an answer as not applicable, all for one reason.

        Returns
        -------
        How many were marked; those that have an answer are left as they are.

        Raises
        ------
        BadInput
            An unknown statement, or no written reason. Nothing was marked then.
        """
        _check_reason(reason.strip())
        still_open = [name for name in full_ids if not self.item(name).is_answered]
        for name in still_open:
            self.answer(name, score="n/a", reason=reason)
        return len(still_open)

    def compared_with(
        self, *, moment: datetime | None = None, assessment: str | None = None, label: str
    ) -> Comparison:
        """Compare with an earlier moment of this assessment, or with another assessment."""
        if moment is not None:
            before = self.store.answers_at(self.assessment, moment)
        else:
            before = self.store.answers(assessment or self.assessment)
        return compare(self.items, before, label=label)

    def clause(self, full_id: str) -> str:
        """Return the clause number that the profile in force gives, or empty text."""
        return self.catalogue.profile.clauses.get(full_id, "")

    def _key(self, full_id: str) -> str:
        """Return the name under which an answer is kept; one duty of two standards has one."""
        return self.item(full_id).requirement.answered_as

    @property
    def laboratory(self) -> str:
        """The name of the assessed laboratory; empty until it is written."""
        return self.store.setting(f"laboratory:{self.assessment}")

    @laboratory.setter
    def laboratory(self, name: str) -> None:
        self.store.save_setting(f"laboratory:{self.assessment}", name.strip())


def _chosen_topics(
    standard_id: str, parts: Sequence[Standard], topics: Sequence[str] | None
) -> tuple[Topic, ...]:
    known = {topic.id: topic for part in parts for topic in part.topics}
    if topics is None:
        return tuple(known.values())
    unknown = [topic for topic in topics if topic not in known]
    if unknown or not topics:
        raise BadInput(
            f"{standard_id} has no topic {', '.join(map(repr, unknown)) or '(none given)'}; "
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


def _urgency(item: Item) -> tuple[int, float]:
    severity = item.requirement.severity
    open_share = 1 - (item.answer.score or 0) / BEST
    return _SEVERITY_ORDER[severity], -weight(severity, item.answer) * open_share
