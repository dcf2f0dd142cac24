"""The tables of the records; ``migrations`` says how older ones become these."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Index, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import Text, TypeDecorator

__all__ = [
    "AnswerRow",
    "ChangeRow",
    "DeclarationRow",
    "EvidenceRow",
    "GradeRow",
    "PredictionRow",
    "QuizAnswerRow",
    "ReportRow",
    "SettingRow",
    "Table",
    "Utc",
]

_MARK = "\ue000"


class Utc(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Return the moment with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text as it was written, NUL characters included, which PostgreSQL keeps in no text.

    A NUL is stored as a private-use character with a 0 behind it, that character itself as two.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """Return the text as it is stored; half a surrogate pair, which no file can hold, is ``?``."""
        if value is None:
            return None
        whole = value.encode("utf-8", errors="replace").decode("utf-8")
        return whole.replace(_MARK, _MARK * 2).replace("\x00", f"{_MARK}0")

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        """Return the text as it was written."""
        if value is None or _MARK not in value:
            return value
        parts = value.split(_MARK * 2)
        return _MARK.join(part.replace(f"{_MARK}0", "\x00") for part in parts)


class Table(DeclarativeBase):
    """Base of all tables."""


class AnswerRow(Table):
    """The current answer to one requirement in one assessment."""

    __tablename__ = "answers"

    assessment: Mapped[str] = mapped_column(String(200), primary_key=True)
    requirement: Mapped[str] = mapped_column(String(200), primary_key=True)
    score: Mapped[int | None] = mapped_column(default=None)
    not_applicable: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Words, default="")
    evidence: Mapped[str] = mapped_column(Words, default="")
    owner: Mapped[str] = mapped_column(Words, default="")
    due: Mapped[str] = mapped_column(Words, default="")
    note: Mapped[str] = mapped_column(Words, default="")
    answered_at: Mapped[datetime] = mapped_column(Utc)
    answered_by: Mapped[str] = mapped_column(Words, default="")
    version: Mapped[int] = mapped_column(default=0)
    occurrence: Mapped[int | None] = mapped_column(default=None)
    detectability: Mapped[int | None] = mapped_column(default=None)


class ChangeRow(Table):
    """One change of an answer; rows are added and never touched again."""

    __tablename__ = "answer_changes"
    __table_args__ = (
        Index("one_change_a_version", "assessment", "requirement", "version", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment: Mapped[str] = mapped_column(String(200))
    requirement: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(Utc)
    changed_by: Mapped[str] = mapped_column(Words)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    conflict: Mapped[bool] = mapped_column(default=False)


class EvidenceRow(Table):
    """Something that an answer rests on; it is withdrawn, never deleted."""

    __tablename__ = "evidence"
    __table_args__ = (Index("evidence_of_an_answer", "assessment", "requirement"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment: Mapped[str] = mapped_column(String(200))
    requirement: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(Words)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    result: Mapped[dict[str, Any]] = mapped_column(JSON)
    added_at: Mapped[datetime] = mapped_column(Utc)
    added_by: Mapped[str] = mapped_column(Words)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Utc, default=None)
    withdrawn_by: Mapped[str] = mapped_column(Words, default="")


class ReportRow(Table):
    """A report that was written: which file, under which profile, with which figures."""

    __tablename__ = "reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment: Mapped[str] = mapped_column(String(200), index=True)
    standard: Mapped[str] = mapped_column(String(200))
    file: Mapped[str] = mapped_column(Words)
    sha256: Mapped[str] = mapped_column(String(64))
    profile: Mapped[str] = mapped_column(Words)
    profile_digest: Mapped[str] = mapped_column(String(64))
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    written_at: Mapped[datetime] = mapped_column(Utc)
    written_by: Mapped[str] = mapped_column(Words)


class DeclarationRow(Table):
    """A declaration that was written: whose, which document, and what it says of itself."""

    __tablename__ = "declarations"

    id: Mapped[int] = mapped_column(primary_key=True)
    declarant: Mapped[str] = mapped_column(Words)
    file: Mapped[str] = mapped_column(Words)
    document_sha256: Mapped[str] = mapped_column(String(64), index=True)
    standards: Mapped[list[str]] = mapped_column(JSON)
    complete: Mapped[bool]
    good_faith: Mapped[bool]
    signed_by: Mapped[str] = mapped_column(String(200), default="")
    written_at: Mapped[datetime] = mapped_column(Utc)
    written_by: Mapped[str] = mapped_column(Words)


class PredictionRow(Table):
    """The option that a person chose for a prediction."""

    __tablename__ = "predictions"

    person: Mapped[str] = mapped_column(String(200), primary_key=True)
    prediction: Mapped[str] = mapped_column(String(200), primary_key=True)
    option: Mapped[int]
    answered_at: Mapped[datetime] = mapped_column(Utc)


class QuizAnswerRow(Table):
    """What a person answered to a quiz question, and the share of it that is right."""

    __tablename__ = "quiz_answers"

    person: Mapped[str] = mapped_column(String(200), primary_key=True)
    question: Mapped[str] = mapped_column(String(200), primary_key=True)
    answer: Mapped[list[int]] = mapped_column(JSON)
    share: Mapped[float]
    answered_at: Mapped[datetime] = mapped_column(Utc)


class GradeRow(Table):
    """One grading of an exercise."""

    __tablename__ = "grades"

    id: Mapped[int] = mapped_column(primary_key=True)
    exercise: Mapped[str] = mapped_column(String(200), index=True)
    learner: Mapped[str] = mapped_column(String(200), index=True)
    points: Mapped[float]
    max_points: Mapped[float]
    questions: Mapped[dict[str, Any]] = mapped_column(JSON)
    graded_at: Mapped[datetime] = mapped_column(Utc)


class SettingRow(Table):
    """A person's setting; the database describes itself under a name that no login can have."""

    __tablename__ = "settings"

    person: Mapped[str] = mapped_column(String(200), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    value: Mapped[str] = mapped_column(Words)
