"""What comes out of the records, as plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

__all__ = ["Answer", "Change", "Declaration", "Evidence", "Grade", "Report", "plain"]


@dataclass(frozen=True)
class Answer:
    """The current self-assessment answer to one requirement.

    ``score`` is 0 to 3, or None while only a note, an owner or a date was written.
    ``occurrence`` and ``detectability`` are the laboratory's own view of the risk, 1 to 5.
    ``answered_at`` is in UTC; ``version`` counts the changes of this answer.
    """

    assessment: str
    requirement: str
    score: int | None = None
    not_applicable: bool = False
    reason: str = ""
    evidence: str = ""
    owner: str = ""
    due: str = ""
    note: str = ""
    answered_at: datetime | None = None
    answered_by: str = ""
    version: int = 0
    occurrence: int | None = None
    detectability: int | None = None


@dataclass(frozen=True)
class Change:
    """One change of one answer: who, when, and each field that changed before and after.

    ``conflict`` says that another person had changed the same field since the writer last saw
    the answer; what that person wrote stands in ``before``.
    """

    assessment: str
    requirement: str
    version: int
    changed_at: datetime
    changed_by: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    conflict: bool = False


@dataclass(frozen=True)
class Evidence:
    """Something that an answer rests on.

    ``kind`` is ``link`` (a document's place), ``file`` (with the SHA-256 of what was shown) or
    ``qc`` (a computation that can be repeated: ``result`` holds method, value, limit, outcome).
    """

    id: int
    assessment: str
    requirement: str
    kind: str
    reference: str
    sha256: str
    result: Mapping[str, Any]
    added_at: datetime
    added_by: str
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""


@dataclass(frozen=True)
class Report:
    """A report that was written; ``figures`` are the numbers that it opens with."""

    assessment: str
    standard: str
    file: str
    sha256: str
    profile: str
    profile_digest: str
    figures: Mapping[str, Any]
    written_at: datetime
    written_by: str


@dataclass(frozen=True)
class Declaration:
    """A declaration that was written; ``signed_by`` is the public key, empty if unsigned."""

    declarant: str
    file: str
    document_sha256: str
    standards: Sequence[str]
    complete: bool
    good_faith: bool
    signed_by: str
    written_at: datetime
    written_by: str


@dataclass(frozen=True)
class Grade:
    """The outcome of one grading of an exercise; ``questions`` maps grade id to its details."""

    exercise: str
    learner: str
    points: float
    max_points: float
    questions: Mapping[str, Any]
    graded_at: datetime


def plain(row: Any, kind: type[Any]) -> Any:
    """Return a row of a table as one of the classes above."""
    return kind(**{field.name: getattr(row, field.name) for field in fields(kind)})
