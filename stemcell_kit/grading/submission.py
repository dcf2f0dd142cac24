"""A learner's notebook laid over the source: her answers, our tests.

The tests, their order and their points come from the source, never from the submission.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from stemcell_kit.errors import BadInput

__all__ = ["Step", "StepKind", "is_untouched", "lay_over", "read_notebook"]


class StepKind(StrEnum):
    """Who wrote the cell, and so who may be trusted with it."""

    LEARNER = "learner"
    COURSE = "course"
    TEST = "test"


@dataclass(frozen=True)
class Step:
    """One code cell to run; ``cell`` is the notebook cell that its outputs belong to."""

    kind: StepKind
    grade_id: str
    source: str
    cell: Any


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


def lay_over(source: Any, submission: Any) -> list[Step]:
    """Return the code cells to run, in order.

    The learner's own cells and answers are kept where she put them. Each course cell and
    each test cell of the source appears once, as the source has it: in its place if the
    submission still holds it, else after its neighbour in the source.
    """
    given = {_grade_id(cell): cell for cell in source.cells if _grade_id(cell)}
    waiting = [cell for cell in source.cells if _is_locked(cell)]
    steps: list[Step] = []
    for cell in submission.cells:
        grade_id = _grade_id(cell)
        theirs = given.get(grade_id)
        if theirs is not None and _is_locked(theirs):
            position = next((i for i, c in enumerate(waiting) if c is theirs), None)
            if position is None:  # a copy of a cell that already had its turn
                continue
            steps += _course_steps(waiting[: position + 1])
            del waiting[: position + 1]
        elif cell.cell_type == "code":
            steps.append(Step(StepKind.LEARNER, grade_id, cell.source, cell))
    return steps + _course_steps(waiting)


def is_untouched(source: Any, submission: Any) -> bool:
    """Tell whether no answer of the release has been changed."""
    from nbgrader.utils import compute_checksum, is_solution

    answers = [cell for cell in submission.cells if _grade_id(cell) and is_solution(cell)]
    known = {_grade_id(cell) for cell in source.cells}
    return bool(answers) and all(
        cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
        for cell in answers
        if _grade_id(cell) in known
    )


def _course_steps(cells: Iterable[Any]) -> list[Step]:
    return [
        Step(
            StepKind.TEST if _is_grade(cell) else StepKind.COURSE,
            _grade_id(cell),
            cell.source,
            cell,
        )
        for cell in cells
        if cell.cell_type == "code"
    ]


def _grade_id(cell: Any) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def _is_grade(cell: Any) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("grade", False))


def _is_locked(cell: Any) -> bool:
    """Course cells and test cells: what the learner may not change."""
    nbgrader = cell.metadata.get("nbgrader", {})
    return bool(nbgrader) and not nbgrader.get("solution", False)
