"""One submission on its way: taken in, run, and turned into marks and a graded notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stemcell_kit.grading.gradebook_writer import NotebookMarks
from stemcell_kit.grading.intake import Intake
from stemcell_kit.grading.key import Key
from stemcell_kit.grading.outputs import Room, clean_outputs
from stemcell_kit.grading.run_report import NotebookRecord
from stemcell_kit.grading.submission import LaidOver
from stemcell_kit.grading.task import Result

__all__ = ["Chosen", "Graded"]

Chosen = Callable[[str], bool]


# Marks a cell in the autograded notebook; the feedback leaves its outputs out.
OURS, KNOWS_HIDDEN = "stemcell_kit", "knows_hidden"


@dataclass
class Graded:
    """One submission: what was taken in, laid over the key, and what its sessions gave.

    ``folder`` is where it was handed in.
    ``files`` are those that go with the notebooks, the course's in place of the learner's;
    ``course_files`` are the names of the course's.
    """

    student: str
    intake: Intake
    timestamp: Any
    folder: Path
    files: Mapping[str, bytes]
    course_files: frozenset[str] = frozenset()
    laid: dict[str, LaidOver] = field(default_factory=dict)
    futures: dict[str, Future[Result]] = field(default_factory=dict)

    def with_outputs(self, name: str) -> Any:
        """Return a notebook with the outputs of its session, fit to be looked at."""
        laid, result = self.laid[name], self.futures[name].result()
        room = Room()
        for number, step in enumerate(laid.steps, start=1):
            verdict = result.verdicts.get(step.slot)
            outputs = verdict.outputs if verdict else [_not_run(result)]
            cell = laid.notebook.cells[step.slot]
            cell.outputs = clean_outputs(outputs, room=room)
            cell.execution_count = number if verdict else None
            if verdict and verdict.knows_hidden:
                cell.metadata[OURS] = {KNOWS_HIDDEN: True}
        return laid.notebook

    def marks(self, name: str, notebook: Any) -> NotebookMarks:
        """Return what the gradebook gets, by nbgrader's own rules."""
        from nbgrader.utils import (
            compute_checksum,
            determine_grade,
            is_grade,
            is_solution,
            is_task,
        )

        scores, comments = {}, {}
        for cell in notebook.cells:
            if is_grade(cell):
                scores[cell.metadata.nbgrader.grade_id] = determine_grade(cell)
            if is_solution(cell) or is_task(cell):
                untouched = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
                comments[cell.metadata.nbgrader.grade_id] = (
                    "No response." if untouched and not is_task(cell) else None
                )
        self._scores[name] = scores
        return NotebookMarks(
            {grade_id: points for grade_id, (points, _) in scores.items()}, comments
        )

    def missing_marks(self, keys: Mapping[str, Key], chosen: Chosen) -> dict[str, NotebookMarks]:
        """Return the marks of the notebooks that were not handed in or could not be read.

        A notebook that is not there gets them also where only others are asked for.
        """
        absent = [
            name
            for name in keys
            if name not in self.laid
            and (chosen(name) or not (self.folder / f"{name}.ipynb").exists())
        ]
        return {name: NotebookMarks(missing=True) for name in absent}

    def records(self) -> Iterator[NotebookRecord]:
        """Yield what the report says about each notebook."""
        for name, laid in self.laid.items():
            yield NotebookRecord.of(name, laid, self.futures[name].result(), self._scores[name])

    _scores: dict[str, dict[str, tuple[float | None, float]]] = field(default_factory=dict)


def _not_run(result: Result) -> dict[str, Any]:
    from stemcell_kit.language import say

    words = say("grade.worker-gone", detail=result.ended or "")
    return {
        "output_type": "error",
        "ename": "NotRun",
        "evalue": words,
        "traceback": [f"NotRun: {words}"],
    }
