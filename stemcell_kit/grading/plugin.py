"""The plug-in to nbgrader: its Autograde converter with our intake, engine and outputs.

One line in a course's ``nbgrader_config.py`` switches it on for ``nbgrader autograde``, for
formgrader and for ``nbgrader generate_feedback``::

    from stemcell_kit.grading.plugin import install; install(c)

The course folder, the gradebook, late penalties, manual grades, extra files, hooks, a course's own
preprocessors and file permissions are as in stock nbgrader. nbgrader's own cleaning steps are
left out: the intake does more of the same, once.
"""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Callable, Collection
from contextlib import ExitStack, chdir
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

# nbgrader and traitlets find these classes by import; only nbgrader's processes import this module
from nbgrader.converters.autograde import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import Execute
from traitlets import Bool, Float, Integer, Unicode
from traitlets.config import Config

from stemcell_kit.errors import KitError
from stemcell_kit.grading.autograded import Destination, other_preprocessors, remove_leftovers
from stemcell_kit.grading.course_run import CourseRun
from stemcell_kit.grading.crew import cluster_crew, local_crew, trusting_crew
from stemcell_kit.grading.feedback import protect
from stemcell_kit.grading.folder_lock import locked
from stemcell_kit.grading.gradebook_writer import GradebookWriter, late_penalty
from stemcell_kit.grading.graded import Graded
from stemcell_kit.grading.run_report import RunReport
from stemcell_kit.grading.sandbox.doctor import sandbox_fault
from stemcell_kit.grading.sandbox.limits import Limits

__all__ = ["SafeAutograde", "install"]

MB = 2**20


def install(config: Config) -> None:
    """Make nbgrader use the engine; called with ``c`` in ``nbgrader_config.py``."""
    import nbgrader.apps.api
    import nbgrader.apps.autogradeapp

    nbgrader.apps.api.Autograde = SafeAutograde
    nbgrader.apps.autogradeapp.Autograde = SafeAutograde
    protect(config)


class SafeAutograde(Autograde):
    """nbgrader's ``Autograde``, with learners' code behind a sandbox and tests out of its reach.

    The options of ``Autograde`` and ``Execute.timeout`` keep their meaning.
    """

    slots = Integer(0, help="Submissions that run side by side; 0 chooses by processors.").tag(
        config=True
    )
    cluster = Unicode("", help="Address of a Dask scheduler, e.g. tcp://10.0.0.5:8786.").tag(
        config=True
    )
    trust_learners = Bool(
        False, help="Grade without a sandbox where there is none. The report will say so."
    ).tag(config=True)
    submission_seconds = Float(
        0, help="Wall-clock limit of one notebook; 0 is ten times Execute.timeout."
    ).tag(config=True)
    memory_mb = Integer(1536, help="Memory that one submission may use, in MB.").tag(config=True)

    progress: Callable[[int, int], None] | None = None
    students: Collection[str] = ()  # only these of the learners that ``coursedir`` names, if any

    def start(self) -> None:
        """Grade the submissions that ``coursedir`` names; one run at a time in a course.

        Raises
        ------
        NbGraderException
            Nothing can be graded, or some submissions could not be; the others are.
        """
        self.report = RunReport.begun_now(self.coursedir.assignment_id)
        try:
            with ExitStack() as stack:
                self._begin(stack)
                self._grade(self._todo(), stack)
            self._finish()
        except (KitError, NbGraderException) as error:
            if self.parent is not None:  # nbgrader's commands end with it and do not show it
                self.log.error("%s", error)
            raise NbGraderException(str(error)) from error
        except KeyboardInterrupt:
            done = len(self.report.submissions)
            self.log.error("Stopped. %d submissions are graded; run this again to go on.", done)
            raise

    def _begin(self, stack: ExitStack) -> None:
        """Enter the course, alone, and read what the assignment consists of."""
        root = Path(self.coursedir.root)
        waits = "Another run grades in this course; waiting for its end."
        stack.enter_context(locked(root, before_waiting=lambda: self.log.warning(waits)))
        stack.enter_context(chdir(root))  # hooks and preprocessors expect it
        staged = tempfile.TemporaryDirectory(prefix="stemcell-kit-intake-")
        self._run = CourseRun(
            self.coursedir,
            self._limits(),
            Path(stack.enter_context(staged)),
            learners_own=self.exclude_overwriting.get(self.coursedir.assignment_id, ()),
        )

    def _finish(self) -> None:
        """Close the report; say which submissions were not graded."""
        self.report.finish()
        faults = {
            student: " ".join(record.refused.values()) or "the log says why"
            for student, record in self.report.submissions.items()
            if record.failed or not record.notebooks
        }
        if faults:
            lines = [f"{student}: {why}" for student, why in faults.items()]
            raise NbGraderException("\n".join(["not graded:", *lines]))

    def _todo(self) -> list[tuple[str, Path]]:
        """Learner and folder of each submission that is to be graded."""
        found = dict(self._run.folders())
        absent = self.students or ([] if found else [self.coursedir.student_id])
        if absent := sorted(set(absent) - found.keys()):
            raise NbGraderException(
                f"there is no submission of {self.coursedir.assignment_id!r} in "
                f"{self.coursedir.submitted_directory!r} for {', '.join(map(repr, absent))}"
            )
        asked = {s: place for s, place in found.items() if not self.students or s in self.students}
        for student in asked:
            remove_leftovers(Path(self._format_dest(self.coursedir.assignment_id, student)))
        wanted = [(s, place) for s, place in asked.items() if self._wanted(s, place)]
        self.report.kept += sorted(asked.keys() - {s for s, _ in wanted})
        return wanted

    def _wanted(self, student: str, folder: Path) -> bool:
        """Tell whether to grade a submission, as nbgrader decides it."""
        if student in (self.coursedir.student_id_exclude or "").split(","):
            return False
        dest = Path(self._format_dest(self.coursedir.assignment_id, student))
        names = [name for name in self._run.keys if self._is_asked_for(name)]
        whole = self.coursedir.notebook_id == "*"
        there = dest.exists() and (whole or all((dest / f"{n}.ipynb").exists() for n in names))
        if self.force or not there:
            return True
        new, old = self._run.timestamp(folder), self._run.timestamp(dest)
        return new is not None and old is not None and new > old

    def _is_asked_for(self, notebook: str) -> bool:
        return fnmatchcase(notebook, self.coursedir.notebook_id)

    def _grade(self, todo: list[tuple[str, Path]], stack: ExitStack) -> None:
        """Run all sessions side by side; enter each submission as soon as it is done."""
        if not todo:
            return
        crew = stack.enter_context(self._crew())
        self.report.warnings += self._run.learn(crew)
        url, course = self.coursedir.db_url, self.coursedir.course_id
        self._writer = stack.enter_context(
            GradebookWriter(url, course, self.coursedir.assignment_id, penalty=late_penalty(self))
        )
        self._others = other_preprocessors(self)
        for done, graded in enumerate(self._run.results(crew, todo, self._is_asked_for), start=1):
            self._enter(graded)
            if self.progress:
                self.progress(done, len(todo))

    def _enter(self, graded: Graded) -> None:
        """Enter one submission; whatever is wrong with it, the next one gets its turn."""
        self.report.take(graded)
        student = graded.student
        for reason in graded.intake.refused.values():
            self.log.info("%s: %s", student, reason)
        if not graded.laid:
            return
        try:
            self.notebooks = sorted(str(graded.folder / f"{name}.ipynb") for name in graded.laid)
            self.run_pre_convert_hook()
            dest = Destination(self, graded)
            marks = {name: dest.notebook(name, self._others) for name in graded.laid}
            absent = graded.missing_marks(self._run.keys, self._is_asked_for)
            self._writer.enter(
                student, graded.timestamp, marks | absent, create_student=self.create_student
            )
            dest.publish()
            self.run_post_convert_hook()
            for record in graded.records():
                self.report.record(student, record)
        except Exception:
            self.log.error("%s could not be graded:\n%s", student, traceback.format_exc())
            self.report.fail(student)
            remove_leftovers(Path(self._format_dest(self.coursedir.assignment_id, student)))

    def _crew(self) -> Any:
        """Say who runs the sessions; refuse where learners would run unconfined."""
        if self.cluster:
            self.report.sandbox = "cluster"
            return cluster_crew(self.cluster)
        fault = sandbox_fault()
        if fault is None:
            self.report.sandbox = "bubblewrap"
            return local_crew(self._limits(), self.slots or None)
        if not self.trust_learners:
            raise NbGraderException(
                f"{fault} Other people's work is not graded without a sandbox. If you trust "
                "these learners as you trust yourself, say so with --trust-learners (in "
                "nbgrader_config.py: c.SafeAutograde.trust_learners = True)."
            )
        self.report.sandbox = "none"
        self.log.warning("No sandbox: learners' code runs with your rights.")
        return trusting_crew()

    def _limits(self) -> Limits:
        seconds = Execute(parent=self).timeout or 3600
        return Limits(
            cell_seconds=seconds,
            submission_seconds=self.submission_seconds or 10 * seconds,
            memory=self.memory_mb * MB,
        )
