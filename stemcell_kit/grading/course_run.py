"""The submissions of one assignment on their way through the engine."""

from __future__ import annotations

import glob
import json
import re
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stemcell_kit.grading.course_key import assignment_keys, course_files, kernelspecs
from stemcell_kit.grading.crew import Crew
from stemcell_kit.grading.gradebook_writer import NotebookMarks
from stemcell_kit.grading.intake import Intake, course_cells, take_in
from stemcell_kit.grading.key import Key
from stemcell_kit.grading.model_solution import learned
from stemcell_kit.grading.outputs import Room, clean_outputs
from stemcell_kit.grading.run_report import NotebookRecord
from stemcell_kit.grading.sandbox.limits import Limits
from stemcell_kit.grading.submission import LaidOver, lay_over, task_of
from stemcell_kit.grading.task import Result

__all__ = ["CourseRun", "Graded"]

AHEAD_PER_SLOT = 8  # sessions begun before the gradebook has the earlier ones

Chosen = Callable[[str], bool]


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
        for step in laid.steps:
            verdict = result.verdicts.get(step.slot)
            outputs = verdict.outputs if verdict else [_not_run(result)]
            laid.notebook.cells[step.slot].outputs = clean_outputs(outputs, room=room)
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


class CourseRun:
    """One run over an assignment: its keys, its submissions, their results.

    Parameters
    ----------
    coursedir
        nbgrader's ``CourseDirectory`` of the course.
    staged
        An empty folder for the clean copies of submissions.
    learners_own
        The course's files that a learner may hand in changed.
    """

    def __init__(
        self,
        coursedir: Any,
        limits: Limits,
        staged: Path,
        *,
        learners_own: Collection[str] = (),
    ) -> None:
        from nbgrader.api import Gradebook

        self._coursedir = coursedir
        self._assignment = assignment = coursedir.assignment_id
        self._limits = limits
        self._staged = staged
        self.keys: dict[str, Key] = assignment_keys(coursedir, assignment)
        self._files = course_files(coursedir, assignment)
        self._laid_in = {n: data for n, data in self._files.items() if n not in learners_own}
        with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
            self._cells = course_cells(gradebook, assignment)
            self._kernelspecs = kernelspecs(gradebook, assignment)

    # --- intake -----------------------------------------------------------------------------

    def folders(self) -> Iterator[tuple[str, Path]]:
        """Yield learner and folder of each submission that the course folder holds."""
        wanted = self._coursedir.student_id
        pattern = self._submitted(wanted, escape=False)
        regexp = re.compile(self._submitted("(?P<student_id>.*)", escape=True))
        for found in sorted(glob.glob(pattern)):
            match = regexp.fullmatch(found)
            if match is not None and not self._is_reached_by_a_link(Path(found)):
                yield match["student_id"], Path(found)

    def _is_reached_by_a_link(self, folder: Path) -> bool:
        """Tell whether a link below the course folder leads to a submission: whose is it?"""
        root = Path(self._coursedir.root)
        return any(part.is_symlink() for part in folder.parents if root in part.parents)

    def _submitted(self, student: str, *, escape: bool) -> str:
        return str(
            self._coursedir.format_path(
                self._coursedir.submitted_directory, student, self._assignment, escape=escape
            )
        )

    def timestamp(self, folder: Path) -> Any:
        """Return the time of submission that a folder states, None if it states none."""
        path = folder / "timestamp.txt"
        if path.is_symlink() or not path.is_file():
            return None
        try:
            return self._coursedir.get_existing_timestamp(str(folder))
        except (ValueError, OverflowError):  # no time; the intake leaves it out and says so
            return None

    # --- the sessions --------------------------------------------------------------------------

    def learn(self, crew: Crew) -> list[str]:
        """Run the model solutions: the keys learn what they need; return what they fail."""
        warnings = []
        for name, key in self.keys.items():
            self.keys[name], failed = learned(
                key,
                lambda task: crew.submit(task).result(),
                limits=self._limits,
                files=self._files,
            )
            if key.model is None:
                warnings.append(f"{name}: no source notebook; objects are judged more strictly")
            if failed:
                warnings.append(f"{name}: the model solution does not pass {', '.join(failed)}")
        return warnings

    def results(
        self, crew: Crew, todo: Sequence[tuple[str, Path]], chosen: Chosen
    ) -> Iterator[Graded]:
        """Yield each submission when all its sessions are done, whatever the order.

        ``chosen`` tells which notebooks of the assignment are asked for.
        """
        waiting = list(reversed(todo))
        begun: dict[Future[Result], Graded] = {}
        while waiting or begun:
            while waiting and len(begun) < AHEAD_PER_SLOT * crew.size:
                graded = self._begin(crew, *waiting.pop(), chosen)
                if not graded.futures:
                    yield graded
                begun |= dict.fromkeys(graded.futures.values(), graded)
            done, _ = wait(begun, return_when=FIRST_COMPLETED) if begun else (set(), None)
            for future in done:
                graded = begun.pop(future)
                if all(other.done() and other not in begun for other in graded.futures.values()):
                    yield graded

    def _begin(self, crew: Crew, student: str, folder: Path, chosen: Chosen) -> Graded:
        """Take a submission in and begin a session for each of its notebooks."""
        place = self._staged / student
        taken = take_in(
            folder, place, notebooks=[n for n in self.keys if chosen(n)], cells=self._cells
        )
        own = {
            path.relative_to(place).as_posix(): path.read_bytes()
            for path in place.rglob("*")
            if path.is_file() and path.suffix != ".ipynb"
        }
        files, names = {**own, **self._laid_in}, frozenset(self._laid_in)
        graded = Graded(student, taken, self.timestamp(place), folder, files, names)
        for name, path in taken.accepted.items():
            graded.laid[name] = laid = self._laid_over(name, path)
            task = task_of(
                laid, self.keys[name], limits=self._limits, files=own, course_files=self._laid_in
            )
            graded.futures[name] = crew.submit(task)
        shutil.rmtree(place)
        return graded

    def _laid_over(self, name: str, path: Path) -> LaidOver:
        from nbformat import from_dict
        from nbformat.v4.rwbase import rejoin_lines

        notebook = rejoin_lines(from_dict(json.loads(path.read_text(encoding="utf-8"))))
        if name in self._kernelspecs:
            notebook.metadata["kernelspec"] = from_dict(self._kernelspecs[name])
        return lay_over(self.keys[name], notebook)


def _not_run(result: Result) -> dict[str, Any]:
    from stemcell_kit.language import say

    words = say("grade.worker-gone", detail=result.ended or "")
    return {
        "output_type": "error",
        "ename": "NotRun",
        "evalue": words,
        "traceback": [f"NotRun: {words}"],
    }
