"""Whether the tests of an nbgrader course can be judged: its model solutions on trial."""

from __future__ import annotations

from pathlib import Path

from stemcell_kit.errors import BadInput
from stemcell_kit.grading.course_config import course_config, course_folder
from stemcell_kit.grading.course_key import assignment_keys, course_files
from stemcell_kit.grading.engine import Engine
from stemcell_kit.grading.model_solution import learned
from stemcell_kit.grading.sandbox.doctor import sandbox_fault
from stemcell_kit.grading.sandbox.limits import Limits

__all__ = ["check_nbgrader_course"]


def check_nbgrader_course(course: Path) -> dict[str, list[str]]:
    """Run the model solution of every released assignment of a course through the engine.

    Returns
    -------
    ``problems``: tests that the model solution does not pass, notebooks without one.
    ``in_kernel``: tests that run in the learner's own process, where they can be cheated.

    Raises
    ------
    BadInput
        The folder is no course, or this computer has no sandbox.
    """
    from nbgrader.api import Gradebook
    from nbgrader.coursedir import CourseDirectory

    if fault := sandbox_fault():
        raise BadInput(fault)
    config = course_config(course_folder(course))
    coursedir = CourseDirectory(config=config)
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        assignments = [assignment.name for assignment in gradebook.assignments]
    limits = Limits(cell_seconds=config.Execute.get("timeout", 30))
    found: dict[str, list[str]] = {"problems": [], "in_kernel": []}
    with Engine(limits) as engine:
        for assignment in assignments:
            files = course_files(coursedir, assignment)
            for name, key in assignment_keys(coursedir, assignment).items():
                place = f"{assignment}/{name}"
                _, failed = learned(key, engine.run, limits=limits, files=files)
                if key.model is None:
                    found["problems"].append(f"{place}: there is no source notebook to run")
                found["problems"] += [
                    f"{place}: the model solution does not pass {test}" for test in failed
                ]
                found["in_kernel"] += [
                    f"{place}: {cell.grade_id}" for cell in key.cells if cell.in_kernel
                ]
    return found
