"""The submissions of one assignment on their way through the engine."""

from __future__ import annotations

import glob
import json
import re
import shutil
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path
from typing import Any

from stemcell_kit.grading.course_key import assignment_keys, course_files, kernelspecs
from stemcell_kit.grading.crew import Crew
from stemcell_kit.grading.graded import Chosen, Graded
from stemcell_kit.grading.intake import course_cells, take_in
from stemcell_kit.grading.key import Key
from stemcell_kit.grading.model_solution import learned
from stemcell_kit.grading.sandbox.limits import Limits
from stemcell_kit.grading.submission import LaidOver, lay_over, task_of
from stemcell_kit.grading.task import Result

__all__ = ["CourseRun"]

AHEAD_PER_SLOT = 8  # sessions begun before the gradebook has the earlier ones


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
