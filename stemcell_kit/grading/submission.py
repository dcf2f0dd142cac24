"""A learner's notebook laid over the answer key: her answers, our tests.

The tests, their points and their texts come from the key, never from the submission.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stemcell_kit.errors import BadInput
from stemcell_kit.grading.key import Key, KeyCell
from stemcell_kit.grading.sandbox.limits import Limits
from stemcell_kit.grading.task import COURSE, LEARNER, TEST, LockedCell, Task, TaskStep

__all__ = ["LaidOver", "is_untouched", "lay_over", "read_notebook", "task_of"]


@dataclass(frozen=True)
class LaidOver:
    """A submission with the course's cells in it; the slot of a step is the place of its cell."""

    notebook: Any
    steps: tuple[TaskStep, ...]
    restored: tuple[str, ...]


def read_notebook(path: Path) -> Any:
    """Read a notebook of any format version as version 4.

    Raises
    ------
    BadInput
        The file is missing, is not a notebook or holds no cell.
    """
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise BadInput(f"no notebook at {path}; check the path (it ends in .ipynb)") from None
    except Exception as error:  # nbformat raises many kinds for a damaged file
        raise BadInput(
            f"{path} cannot be read as a notebook ({type(error).__name__}: {error}). "
            "Open it in JupyterLab and save it again, or start from a fresh copy of the exercise."
        ) from error


def lay_over(key: Key, submission: Any) -> LaidOver:
    """Return the submission with every course cell and test as the key has it.

    The cells stay where the learner has them; a course cell or test that she has deleted comes
    back after the cell that precedes it in the key, and a copy of one is dropped.
    """
    cells = _without_copies(key, submission.cells)
    restored = _put_back(key, cells)
    for cell in cells:
        known = key.by_id.get(_grade_id(cell))
        if known is not None and known.is_locked:
            _restore(cell, known)
    submission.cells = cells
    steps = tuple(
        _step(place, cell, key) for place, cell in enumerate(cells) if cell.cell_type == "code"
    )
    return LaidOver(submission, steps, restored)


def task_of(
    laid: LaidOver,
    key: Key,
    *,
    limits: Limits,
    files: Mapping[str, bytes],
    course_files: Mapping[str, bytes],
) -> Task:
    """Return what the engine needs to run a submission."""
    wanted = {name for step in laid.steps for name in step.course_cells}
    return Task(
        steps=laid.steps,
        course_cells={
            name: LockedCell(key.by_id[name].source, key.needs[name].asks) for name in wanted
        },
        imports=key.imports,
        permits=key.permits,
        files=_as_text(files),
        course_files=_as_text(course_files),
        limits=limits,
    )


def _as_text(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: base64.b64encode(data).decode("ascii") for name, data in files.items()}


def is_untouched(submission: Any, known: Iterable[str]) -> bool:
    """Tell whether no answer of the release has been changed."""
    from nbgrader.utils import compute_checksum, is_solution

    names = set(known)
    answers = [cell for cell in submission.cells if _grade_id(cell) and is_solution(cell)]
    return bool(answers) and all(
        cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
        for cell in answers
        if _grade_id(cell) in names
    )


def _without_copies(key: Key, cells: Iterable[Any]) -> list[Any]:
    kept: list[Any] = []
    seen: set[str] = set()
    for cell in cells:
        known = key.by_id.get(_grade_id(cell))
        if known is not None and known.is_locked:
            if known.grade_id in seen:
                continue
            seen.add(known.grade_id)
        kept.append(cell)
    return kept


def _put_back(key: Key, cells: list[Any]) -> tuple[str, ...]:
    """Insert the locked cells of the key that are missing; return their ids."""
    restored: list[str] = []
    for number, known in enumerate(key.cells):
        places = {_grade_id(cell): place for place, cell in enumerate(cells)}
        if not known.is_locked or known.grade_id in places:
            continue
        before = [places[c.grade_id] for c in key.cells[:number] if c.grade_id in places]
        after = [places[c.grade_id] for c in key.cells[number + 1 :] if c.grade_id in places]
        place = before[-1] + 1 if before else min(after, default=len(cells))
        cells.insert(place, _new_cell(known))
        restored.append(known.grade_id)
    return tuple(restored)


def _new_cell(known: KeyCell) -> Any:
    from nbformat.v4 import new_code_cell, new_markdown_cell

    make = new_code_cell if known.cell_type == "code" else new_markdown_cell
    cell = make(known.source, id=_cell_id(known.grade_id))
    _restore(cell, known)
    return cell


def _cell_id(grade_id: str) -> str:
    """A cell id that is the same in every run."""
    import hashlib

    return hashlib.sha256(grade_id.encode("utf-8")).hexdigest()[:12]


def _restore(cell: Any, known: KeyCell) -> None:
    """Give a cell the text, type and marks that it has in the course."""
    from nbformat import NotebookNode

    cell.source = known.source
    if cell.cell_type != known.cell_type:
        cell.cell_type = known.cell_type
        cell.pop("attachments", None)
        if known.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        else:
            cell.pop("outputs", None)
            cell.pop("execution_count", None)
    marks: dict[str, Any] = {
        "grade": known.is_grade,
        "grade_id": known.grade_id,
        "locked": True,
        "schema_version": 3,
        "solution": known.is_solution,
        "task": known.is_task,
    }
    if known.is_grade or known.is_task:
        marks["points"] = known.points
    if checksum := cell.metadata.get("nbgrader", {}).get("checksum") or known.checksum:
        marks["checksum"] = checksum
    cell.metadata["nbgrader"] = NotebookNode(marks)


def _step(place: int, cell: Any, key: Key) -> TaskStep:
    known = key.by_id.get(_grade_id(cell))
    if known is None or known.kind == LEARNER:
        return TaskStep(place, LEARNER, _grade_id(cell), cell.source)
    if known.kind == COURSE:
        return TaskStep(place, COURSE, known.grade_id, known.source)
    needs = key.needs[known.grade_id]
    return TaskStep(
        place,
        TEST,
        known.grade_id,
        known.source,
        asks=needs.asks,
        course_cells=needs.course_cells,
        files=needs.files,
        hidden=known.hidden,
        echo=key.echoes.get(known.grade_id, ""),
        in_kernel=known.in_kernel,
    )


def _grade_id(cell: Any) -> str:
    marks = cell.metadata.get("nbgrader", {})
    return str(marks.get("grade_id", "")) if isinstance(marks, dict) else ""
