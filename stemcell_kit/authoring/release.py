"""Make the learners' exercises out of the solutions, with nbgrader's own pipeline."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stemcell_kit.errors import BadInput
from stemcell_kit.grading.course_config import course_config
from stemcell_kit.model import SOURCE_LANGUAGE
from stemcell_kit.paths import course_dir

__all__ = ["exercises_of", "release"]


def exercises_of(language: str = SOURCE_LANGUAGE) -> tuple[str, ...]:
    """Return the names of the exercises that have a solution in *language*."""
    folder = course_dir() / "solutions" / language
    return tuple(sorted(path.parent.name for path in folder.glob("*/*.ipynb")))


def release(
    exercise: str, *, language: str = SOURCE_LANGUAGE, destination: Path | None = None
) -> Path:
    """Write the release version of one exercise and return its path.

    Solutions and hidden tests are cut out by ``nbgrader generate_assignment`` with the
    course's own ``nbgrader_config.py``; nothing is entered in a gradebook.

    Raises
    ------
    BadInput
        nbgrader refuses the solution; its reason is in the message.
    """
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory

    root = course_dir()
    target = destination or root / "exercises" / language
    config = course_config(root)
    config.CourseDirectory.source_directory = str(Path("solutions") / language)
    config.CourseDirectory.release_directory = str(target.resolve())
    config.CourseDirectory.assignment_id = exercise
    # nbgrader's own --no-db; making a gradebook that nobody reads takes seconds
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False
    converter = GenerateAssignment(
        coursedir=CourseDirectory(config=config), config=config, force=True
    )
    with _said(converter.log) as reasons:
        try:
            converter.start()
        except Exception as error:  # nbgrader raises plain Exceptions for authoring faults
            reason = "\n".join([*reasons, str(error)])
            raise BadInput(f"exercise {exercise}: nbgrader refuses it:\n{reason}") from error
    return target / exercise / f"{exercise}.ipynb"


@contextmanager
def _said(log: logging.Logger) -> Iterator[list[str]]:
    """Collect what nbgrader reports as an error; it raises without the reason."""
    said: list[str] = []
    listener = logging.Handler(logging.ERROR)
    listener.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    others, level = log.handlers[:], log.level
    log.handlers[:] = [listener]
    log.setLevel(logging.ERROR)
    try:
        yield said
    finally:
        log.handlers[:] = others
        log.setLevel(level)
