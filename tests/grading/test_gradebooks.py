"""A gradebook in PostgreSQL gets what one in SQLite gets."""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.class_maker import Course
from benchmarks.habits import DUE
from benchmarks.stock import comments, penalties, scores
from stemcell_kit.grading.course import grade_course
from stemcell_kit.paths import path_with_scripts
from tests.grading.conftest import ClassOf, copy_of

CLASS = ("wrong", "partly", "late", "one notebook")


def _release(course: Course, db_url: str) -> None:
    """Release the assignment into the database that the course names, as a teacher does."""
    from nbgrader.api import Gradebook

    subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_assignment", "ps1", "--force"],
        cwd=course.folder,
        env={**os.environ, "PATH": path_with_scripts()},
        check=True,
        capture_output=True,
    )
    with Gradebook(db_url, "cell-counting") as gradebook:
        gradebook.update_or_create_assignment("ps1", duedate=DUE)


def test_postgresql_gets_what_sqlite_gets(class_of: ClassOf, postgres: str) -> None:
    """Scores, comments and penalties are the same, also after grading again by force."""
    course, learners = class_of(*CLASS)
    other = copy_of(course, course.folder.with_name("postgres"))
    with (other.folder / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"c.CourseDirectory.db_url = {postgres!r}\n")
    other.gradebook.unlink()
    _release(other, postgres)
    grade_course(course.folder, "ps1")
    for force in (False, True):
        report = grade_course(other.folder, "ps1", force=force)

        assert len(report.submissions) == len(learners)
        assert not any(record.failed for record in report.submissions.values())
        for table in (scores, comments, penalties):
            assert table(postgres) == table(course.gradebook)
    assert not other.gradebook.exists()
