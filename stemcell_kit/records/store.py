"""The records of one database: read and written by the other rooms through this class alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from stemcell_kit.configuration import configured
from stemcell_kit.paths import data_dir
from stemcell_kit.records.assessments import AssessmentRecords
from stemcell_kit.records.database import explained
from stemcell_kit.records.entries import Grade, plain
from stemcell_kit.records.open_database import now
from stemcell_kit.records.person import person
from stemcell_kit.records.tables import GradeRow, PredictionRow, QuizAnswerRow, SettingRow

__all__ = ["Records", "records"]


def records() -> Records:
    """Return the records database of this user, opened once per address."""
    default = data_dir() / "records.sqlite"
    return _opened(configured("database") or f"sqlite:///{default.as_posix()}")


class Records(AssessmentRecords):
    """All that the kit remembers: self-assessments, quiz answers, grades and settings."""

    def predictions(self, *, who: str | None = None) -> dict[str, int]:
        """Return the option chosen for each prediction, ``lesson/prediction`` to index."""
        found = select(PredictionRow).where(PredictionRow.person == (who or person()))
        return {row.prediction: row.option for row in self.rows(found)}

    def save_prediction(self, prediction: str, option: int, *, who: str | None = None) -> None:
        """Save the option chosen for a prediction; the last commitment stands."""
        key = {"person": who or person(), "prediction": prediction}
        self.upsert(PredictionRow, key, {"option": option, "answered_at": now()})

    def people(self) -> tuple[str, ...]:
        """Return everybody who answered a question or had an exercise graded, in order."""
        queries = (
            select(PredictionRow.person),
            select(QuizAnswerRow.person),
            select(GradeRow.learner),
        )
        return tuple(sorted({name for query in queries for name in self.rows(query.distinct())}))

    def quiz_answers(self, *, who: str | None = None) -> dict[str, list[int]]:
        """Return the answer to each quiz question, ``lesson/question`` to places of options."""
        found = select(QuizAnswerRow).where(QuizAnswerRow.person == (who or person()))
        return {row.question: list(row.answer) for row in self.rows(found)}

    def save_quiz_answer(
        self, question: str, answer: Sequence[int], *, share: float, who: str | None = None
    ) -> None:
        """Save the answer to a quiz question with its share right, 0 to 1; the last one stands."""
        key = {"person": who or person(), "question": question}
        given = {"answer": list(answer), "share": share, "answered_at": now()}
        self.upsert(QuizAnswerRow, key, given)

    def grades(self, *, learner: str) -> tuple[Grade, ...]:
        """Return every grading of a learner's exercises, oldest first."""
        found = select(GradeRow).where(GradeRow.learner == learner).order_by(GradeRow.id)
        return tuple(plain(row, Grade) for row in self.rows(found))

    def save_grade(
        self,
        exercise: str,
        *,
        learner: str,
        points: float,
        max_points: float,
        questions: Mapping[str, Any],
    ) -> None:
        """Add one grading of an exercise; earlier ones stay."""
        self.add(
            GradeRow,
            exercise=exercise,
            learner=learner,
            points=points,
            max_points=max_points,
            questions=dict(questions),
            graded_at=now(),
        )

    def setting(self, name: str, default: str = "", *, who: str | None = None) -> str:
        """Return a person's setting, or *default* while it was never set."""
        key = (who or person(), name)
        with explained(self.engine), Session(self.engine) as session:
            row = session.get(SettingRow, key)
            return row.value if row else default

    def save_setting(self, name: str, value: str, *, who: str | None = None) -> None:
        """Save a person's setting."""
        self.upsert(SettingRow, {"person": who or person(), "name": name}, {"value": value})


@cache
def _opened(url: str) -> Records:
    return Records(url)
