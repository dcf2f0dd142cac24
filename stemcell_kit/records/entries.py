"""What comes out of the records, as plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

__all__ = ["Answer", "Change", "Grade", "plain"]


@dataclass(frozen=True)
class Answer:
    """The current self-assessment answer to one requirement.

    ``score`` is 0 to 3, or None while only a note, an owner or a date was written.
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
