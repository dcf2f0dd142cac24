"""Entering scores into nbgrader's gradebook: one transaction per submission, one writer.

It writes what nbgrader's ``Autograde.init_assignment``, ``SaveAutoGrades`` and
``AssignLatePenalties`` write, without a transaction for every cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Self

from stemcell_kit.errors import BadInput

__all__ = ["GradebookWriter", "NotebookMarks", "late_penalty"]

Penalty = Callable[[str, float, float], float | None]


@dataclass(frozen=True)
class NotebookMarks:
    """What is entered for one notebook.

    ``scores`` is grade id -> points, or None where a person grades; ``comments`` is grade id ->
    the automatic comment or None. ``missing`` stands for a notebook that was not handed in:
    every question gives 0.
    """

    scores: Mapping[str, float | None] = field(default_factory=dict)
    comments: Mapping[str, str | None] = field(default_factory=dict)
    missing: bool = False


class GradebookWriter:
    """Writes the submissions of one assignment; a context manager.

    Parameters
    ----------
    penalty
        Learner, score and seconds late -> points to take off, or None.
    """

    def __init__(self, db_url: str, course_id: str, assignment: str, *, penalty: Penalty) -> None:
        from nbgrader.api import Gradebook

        self._gradebook = Gradebook(db_url, course_id)
        self._assignment = self._gradebook.find_assignment(assignment).id
        self._penalty = penalty

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._gradebook.close()

    @property
    def _db(self) -> Any:
        return self._gradebook.db

    def enter(
        self,
        student: str,
        timestamp: Any,
        marks: Mapping[str, NotebookMarks],
        *,
        create_student: bool = True,
    ) -> None:
        """Enter one submission, whole or not at all.

        Raises
        ------
        BadInput
            The learner is unknown and may not be created.
        """
        try:
            self._ensure_student(student, create_student)
            submission = self._submission(student, timestamp)
            for name, notebook in self._notebooks(submission.id).items():
                if name in marks:
                    self._enter_notebook(notebook, marks[name])
                    if not marks[name].missing:
                        self._enter_penalty(notebook, student, submission)
            self._db.commit()
        except BaseException:
            self._db.rollback()
            raise
        finally:
            self._db.expunge_all()  # or the session would grow with the class

    def _ensure_student(self, student: str, create: bool) -> None:
        from nbgrader.api import Student

        if self._db.get(Student, student) is None:
            if not create:
                raise BadInput(f"the gradebook has no student {student!r}; add the student first")
            self._db.add(Student(id=student))
            self._db.flush()

    def _submission(self, student: str, timestamp: Any) -> Any:
        from nbgrader.api import SubmittedAssignment
        from sqlalchemy import select

        wanted = select(SubmittedAssignment).where(
            SubmittedAssignment.assignment_id == self._assignment,
            SubmittedAssignment.student_id == student,
        )
        found = self._db.scalars(wanted).one_or_none()
        if found is None:
            found = SubmittedAssignment(assignment_id=self._assignment, student_id=student)
            self._db.add(found)
            self._db.flush()
            self._add_rows(found.id)
        if timestamp is not None:
            found.timestamp = timestamp
        self._db.flush()
        return found

    def _add_rows(self, submission: str) -> None:
        """Add the empty grades and comments that every submission has."""
        from nbgrader.api import Comment, Grade, Notebook, SubmittedNotebook
        from sqlalchemy import insert, select

        notebooks = self._db.scalars(
            select(Notebook).where(Notebook.assignment_id == self._assignment)
        )
        for notebook in notebooks.all():
            row = SubmittedNotebook(notebook_id=notebook.id, assignment_id=submission)
            self._db.add(row)
            self._db.flush()
            graded = [*notebook.grade_cells, *notebook.task_cells]
            commented = [*notebook.solution_cells, *notebook.task_cells]
            for table, cells in ((Grade, graded), (Comment, commented)):
                if cells:
                    rows = [{"cell_id": cell.id, "notebook_id": row.id} for cell in cells]
                    self._db.execute(insert(table), rows)

    def _notebooks(self, submission: str) -> dict[str, Any]:
        from nbgrader.api import Notebook, SubmittedNotebook
        from sqlalchemy import select

        wanted = (
            select(Notebook.name, SubmittedNotebook.id)
            .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
            .where(SubmittedNotebook.assignment_id == submission)
        )
        return dict(self._db.execute(wanted).all())

    def _rows(self, table: Any, notebook: str, *columns: Any) -> list[Any]:
        from nbgrader.api import BaseCell
        from sqlalchemy import select

        wanted = (
            select(BaseCell.name, table.id, *columns)
            .join(BaseCell, BaseCell.id == table.cell_id)
            .where(table.notebook_id == notebook)
        )
        return list(self._db.execute(wanted))

    def _enter_notebook(self, notebook: str, marks: NotebookMarks) -> None:
        from nbgrader.api import Comment, Grade
        from sqlalchemy import update

        grades = [
            {
                "id": row,
                "auto_score": 0.0 if marks.missing else marks.scores[name],
                "needs_manual_grade": not marks.missing
                and (manual is not None or marks.scores[name] is None),
            }
            for name, row, manual in self._rows(Grade, notebook, Grade.manual_score)
            if marks.missing or name in marks.scores
        ]
        comments = [
            {"id": row, "auto_comment": marks.comments[name]}
            for name, row in self._rows(Comment, notebook)
            if name in marks.comments
        ]
        for table, rows in ((Grade, grades), (Comment, comments)):
            if rows:
                self._db.execute(update(table), rows)

    def _enter_penalty(self, notebook: str, student: str, submission: Any) -> None:
        from nbgrader.api import SubmittedNotebook
        from sqlalchemy import update

        penalty = None
        if (late := submission.total_seconds_late) > 0:
            penalty = self._penalty(student, self._score(notebook), late)
        row = {"id": notebook, "late_submission_penalty": penalty}
        self._db.execute(update(SubmittedNotebook), [row])

    def _score(self, notebook: str) -> float:
        from nbgrader.api import Grade

        columns = (Grade.manual_score, Grade.auto_score, Grade.extra_credit)
        return sum(
            (auto if manual is None else manual) + (extra or 0.0)
            for _, _, manual, auto, extra in self._rows(Grade, notebook, *columns)
            if manual is not None or auto is not None
        )


def late_penalty(converter: Any) -> Penalty:
    """Return the course's own rule for late submissions, as nbgrader applies it."""
    from nbgrader.preprocessors import AssignLatePenalties

    rule = AssignLatePenalties(parent=converter)
    rule.init_plugin()

    def penalty(student: str, score: float, seconds_late: float) -> float | None:
        points = rule.plugin_inst.late_submission_penalty(student, score, seconds_late)
        if points is None:
            return None
        return float(rule._check_late_penalty(SimpleNamespace(score=score), points))

    return penalty
