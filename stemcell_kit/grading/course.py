"""Grade a class: any nbgrader course folder, one assignment, from one call."""

from __future__ import annotations

from collections.abc import Callable, Collection
from logging import getLogger
from pathlib import Path

from stemcell_kit.errors import BadInput
from stemcell_kit.grading.course_config import course_config, course_folder
from stemcell_kit.grading.run_report import RunReport

__all__ = ["grade_course"]


def grade_course(
    course: Path,
    assignment: str,
    *,
    students: Collection[str] = (),
    force: bool = False,
    trust_learners: bool = False,
    slots: int | None = None,
    cluster: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> RunReport:
    """Grade the submissions of one assignment and enter the scores in the course's gradebook.

    What is graded already stays as it is, so a run that was stopped goes on where it was.

    Parameters
    ----------
    course
        A folder with ``nbgrader_config.py`` and ``submitted/<learner>/<assignment>/``.
    students
        Only these; all if empty.
    force
        Grade again what is graded already.
    trust_learners
        Grade without a sandbox where there is none.
    slots, cluster
        How many submissions run side by side here, or the address of a Dask scheduler.
    progress
        Called with how many submissions are done and how many there are.

    Raises
    ------
    BadInput
        The folder is no course, the assignment is unknown, or there is no sandbox.
    """
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory

    from stemcell_kit.grading.plugin import SafeAutograde

    config = course_config(course_folder(course))
    config.CourseDirectory.assignment_id = assignment
    if slots:
        config.SafeAutograde.slots = slots
    if cluster:
        config.SafeAutograde.cluster = cluster
    if trust_learners:
        config.SafeAutograde.trust_learners = True
    coursedir = CourseDirectory(config=config)
    log = getLogger("stemcell_kit.grading")
    grader = SafeAutograde(coursedir=coursedir, config=config, force=force, log=log)
    grader.students, grader.progress = frozenset(students), progress
    try:
        grader.start()
    except NbGraderException as error:
        if not grader.report.submissions:
            raise BadInput(str(error)) from error
    return grader.report
