"""The nbgrader metadata of cells: which question a cell belongs to, and what it is worth.

It decides what is graded, and it comes in a file that the learner could edit. Where the
gradebook is known, it is what the gradebook says; where it is not, it is at least well formed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from stemcell_kit.grading.intake.cells import KINDS, Cell, turn_into
from stemcell_kit.grading.intake.notes import Notes

__all__ = ["CourseCell", "course_cells", "grade_id_of", "settle_marks"]

Marks = dict[str, Any]

SCHEMA = 3
FLAGS = ("grade", "locked", "solution", "task")
LONGEST_GRADE_ID = 200
_GRADE_ID = re.compile(rf"[a-zA-Z0-9_-]{{1,{LONGEST_GRADE_ID}}}")


@dataclass(frozen=True)
class CourseCell:
    """One cell of the course as the gradebook has it; ``points`` only if it is graded."""

    cell_type: str
    grade: bool = False
    solution: bool = False
    locked: bool = False
    task: bool = False
    points: float | None = None


def course_cells(gradebook: Any, assignment: str) -> dict[str, dict[str, CourseCell]]:
    """Return the cells of an assignment: notebook name → grade id → what the gradebook says.

    Parameters
    ----------
    gradebook
        An open ``nbgrader.api.Gradebook``.
    """
    return {
        notebook.name: _cells_of(notebook)
        for notebook in gradebook.find_assignment(assignment).notebooks
    }


def _cells_of(notebook: Any) -> dict[str, CourseCell]:
    points = {
        cell.name: float(cell.max_score) for cell in (*notebook.grade_cells, *notebook.task_cells)
    }
    graded = {cell.name for cell in notebook.grade_cells}
    tasks = {cell.name for cell in notebook.task_cells}
    answers = {cell.name for cell in notebook.solution_cells}
    return {
        cell.name: CourseCell(
            str(cell.cell_type),
            grade=cell.name in graded,
            solution=cell.name in answers,
            locked=bool(cell.locked),
            task=cell.name in tasks,
            points=points.get(cell.name),
        )
        for cell in notebook.source_cells
    }


def grade_id_of(metadata: object) -> str:
    """Return the grade id in the metadata of a cell that was not cleaned yet, or nothing."""
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    return grade_id if isinstance(grade_id, str) and _GRADE_ID.fullmatch(grade_id) else ""


def settle_marks(
    cells: Sequence[Cell],
    known: Collection[str] | Mapping[str, CourseCell] | None,
    notes: Notes,
) -> None:
    """Make the nbgrader metadata of all cells valid, each question once.

    Parameters
    ----------
    cells
        Clean cells whose ``nbgrader`` metadata is as the learner's file has it.
    known
        The grade ids of this notebook, better with what the gradebook says of each; None when
        nothing is known.
    """
    given = [cell["metadata"].pop("nbgrader", None) for cell in cells]
    formed = [
        _formed_or_noted(marks, cell, position, notes)
        for position, (marks, cell) in enumerate(zip(given, cells, strict=True), start=1)
    ]
    # of a copied cell nbgrader keeps the last
    last = {marks["grade_id"]: number for number, marks in enumerate(formed) if marks}
    for number, (marks, cell) in enumerate(zip(formed, cells, strict=True)):
        grade_id = marks["grade_id"] if marks else ""
        if not marks:
            continue
        if known is not None and grade_id not in known:
            notes.add("marks_unknown", grade_id)
        elif number != last[grade_id]:
            notes.add("marks_twice", grade_id)
        else:
            cell["metadata"]["nbgrader"] = marks
            _put_right(cell, known[grade_id] if isinstance(known, Mapping) else None, notes)
    _note_lost(known or (), last, notes)


def _note_lost(known: Collection[str], found: Collection[str], notes: Notes) -> None:
    lost = [grade_id for grade_id in known if grade_id not in found]
    if lost and len(lost) == len(known):
        notes.add("marks_lost_all")
        return
    for grade_id in lost:
        notes.add("marks_lost", grade_id)


class _Malformed(Exception):
    """Metadata that says nothing that could be used."""


def _formed_or_noted(given: object, cell: Cell, position: int, notes: Notes) -> Marks | None:
    try:
        return _well_formed(given, cell, notes) if given else None
    except _Malformed:
        notes.add("marks_broken", position)
        return None


def _well_formed(given: object, cell: Cell, notes: Notes) -> Marks | None:
    """Return valid metadata of the present schema, or None when the cell is not part of a question."""
    grade_id = grade_id_of({"nbgrader": given})
    if not isinstance(given, dict) or not grade_id:
        raise _Malformed
    version = given.get("schema_version", 0)
    flags = {flag: given.get(flag, False) for flag in FLAGS}
    if type(version) is not int or version < 0 or set(map(type, flags.values())) != {bool}:
        raise _Malformed
    if version != SCHEMA:
        notes.add("marks_old" if version < SCHEMA else "marks_new", grade_id)
    marks: Marks = {"grade_id": grade_id, "schema_version": min(version, SCHEMA), **flags}
    if flags["grade"] or flags["task"]:
        marks["points"] = _points(given.get("points"))
    checksum, kind = given.get("checksum"), given.get("cell_type")
    if isinstance(checksum, str) and re.fullmatch("[0-9a-f]{32}", checksum):
        marks["checksum"] = checksum
    if kind in KINDS:
        marks["cell_type"] = kind
    return marks if version >= SCHEMA else _upgraded(marks, cell)


def _points(given: object) -> float:
    """Read the points; schema 0 has them as text, and a wrong value is put right later."""
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return 0.0
    try:
        points = float(given)
    except (ValueError, OverflowError):
        return 0.0
    return points if math.isfinite(points) and points >= 0 else 0.0


def _upgraded(marks: Marks, cell: Cell) -> Marks | None:
    """Bring well-formed metadata of schema 0 to 2 up to date, as ``nbgrader update`` does."""
    from nbformat import from_dict

    node = from_dict({**cell, "metadata": {"nbgrader": marks}})
    upgraded = _validator().upgrade_cell_metadata(node).metadata.get("nbgrader")
    return dict(upgraded) if upgraded else None


@cache
def _validator() -> Any:
    from nbgrader.nbgraderformat import MetadataValidator

    return MetadataValidator()


def _put_right(cell: Cell, course: CourseCell | None, notes: Notes) -> None:
    """Let the gradebook decide what a cell is; without it, let the metadata fit the cell."""
    marks = cell["metadata"]["nbgrader"]
    if course is not None:
        wanted = {name: value for name, value in asdict(course).items() if name in FLAGS}
        if course.points is not None:
            wanted["points"] = course.points
        if any(marks.get(name, False) != value for name, value in wanted.items()):
            notes.add("marks_changed", marks["grade_id"])
        marks.pop("points", None)
        marks.update(wanted)
    kind = course.cell_type if course else _fitting_kind(cell["cell_type"], marks)
    if kind != cell["cell_type"]:
        notes.add("cell_turned", marks["grade_id"])
        turn_into(cell, kind)


def _fitting_kind(kind: str, marks: Mapping[str, Any]) -> str:
    """Which kind of cell can have these marks: nbgrader stops on any other."""
    if marks.get("task"):
        return "markdown"
    if kind == "raw":
        kind = marks.get("cell_type", "code")
    if kind == "markdown" and marks["grade"] != marks["solution"]:
        return "code"
    return kind
