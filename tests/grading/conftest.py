"""Courses and classes for the tests of grading; the course is made once and copied."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from benchmarks.class_maker import Course, Learner, make_class, make_course
from stemcell_kit.grading.sandbox.doctor import sandbox_fault

ClassOf = Callable[..., tuple[Course, tuple[Learner, ...]]]


@pytest.fixture(scope="session")
def sandbox() -> None:
    """Skip what needs a sandbox where there is none."""
    fault = sandbox_fault()
    if fault and not os.environ.get("STEMCELL_KIT_REQUIRE_SANDBOX"):
        pytest.skip(fault)


@pytest.fixture(scope="session")
def course_template(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The benchmark's course, released, without submissions; not to be changed."""
    return make_course(tmp_path_factory.mktemp("template") / "course", cell_timeout_s=4)


@pytest.fixture(scope="session")
def class_of(
    sandbox: None, course_template: Course, tmp_path_factory: pytest.TempPathFactory
) -> ClassOf:
    """Make a copy of the course with learners of the kinds asked for.

    ``config`` is added to the course's ``nbgrader_config.py``.
    """

    def made(*kinds: str, config: str = "") -> tuple[Course, tuple[Learner, ...]]:
        course = copy_of(course_template, tmp_path_factory.mktemp("class") / "course")
        with (course.folder / "nbgrader_config.py").open("a", encoding="utf-8") as file:
            file.write(config)
        return course, make_class(course, len(kinds), kinds=kinds) if kinds else ()

    return made


def copy_of(course: Course, folder: Path) -> Course:
    """Copy a course into a new folder."""
    shutil.copytree(course.folder, folder, symlinks=True)
    return Course(folder, course.assignment)


def students_of(learners: Sequence[Learner], kind: str) -> set[str]:
    """The learners of one kind."""
    return {learner.code for learner in learners if learner.kind == kind}
