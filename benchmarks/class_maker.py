"""Make a course for nbgrader and a class of learners, honest in all the usual ways.

The same seed makes the same class. What each learner must get is known beforehand, so that a
grader can be held against the class itself and not only against another grader.
"""

from __future__ import annotations

import csv
import json
import logging
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.habits import DUE, Handin
from benchmarks.learners import hand_in
from stemcell_kit.paths import path_with_scripts

__all__ = ["KINDS", "RARE_KINDS", "Course", "Learner", "make_class", "make_course", "release"]

# Kind of learner -> how many of a hundred. A class holds each kind once before it repeats one.
KINDS = {
    "right": 22,
    "another style": 16,
    "wrong": 16,
    "erroring": 10,
    "partly": 10,
    "chatty": 4,
    "plotting": 4,
    "files": 3,
    "one notebook": 2,
    "deleted test": 2,
    "extra cells": 4,
    "changed test": 2,
    "late": 3,
    "extra files": 2,
}
# Only when asked for: a trusted judge may well be fairer here than stock nbgrader is.
RARE_KINDS = ("endless", "warning", "leaning")

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Course:
    """A course directory of nbgrader with one released assignment."""

    folder: Path
    assignment: str = "ps1"

    @property
    def gradebook(self) -> Path:
        """The course's SQLite gradebook."""
        return self.folder / "gradebook.db"


@dataclass(frozen=True)
class Learner:
    """One learner of a class.

    ``expected`` maps (notebook, grade id) to the points that the automatic grading must give;
    ``None`` waits for a person.
    """

    code: str
    kind: str
    expected: Mapping[tuple[str, str], float | None]
    days_late: int


def make_course(folder: Path, *, seed: int = 0, cell_timeout_s: int = 10) -> Course:
    """Write a course with source, configuration, release and gradebook into a new folder.

    Raises
    ------
    FileExistsError
        *folder* is there already.
    """
    shutil.copytree(_HERE / "course", folder, ignore=shutil.ignore_patterns("__pycache__"))
    config = folder / "nbgrader_config.py"
    text = config.read_text(encoding="utf-8")
    config.write_text(
        text.replace("c.Execute.timeout = 10", f"c.Execute.timeout = {cell_timeout_s}"),
        encoding="utf-8",
    )
    _write_counts(folder / "source" / "ps1" / "counts.csv", Random(seed))
    course = Course(folder)
    release(course, duedate=DUE)
    return course


def _write_counts(path: Path, random: Random) -> None:
    """Three lots of twelve vials; one vial is exactly at the limit, and one below it."""
    rows = []
    # lots A and B differ in spread, so that the two kinds of t test give two answers
    for lot, mean, spread in (("A", 1.15, 0.05), ("B", 1.22, 0.25), ("C", 1.1, 0.12)):
        for number in range(1, 13):
            live = round(abs(random.gauss(mean, spread)) + 0.01, 2)
            live = {("C", 1): 1.0, ("C", 2): 0.91}.get((lot, number), live)
            dead = round(random.uniform(0.05, 0.6), 2)
            rows.append([f"{lot}-{number:02}", lot, live, dead])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["vial", "lot", "live_million", "dead_million"])
        writer.writerows(rows)


def release(course: Course, *, duedate: str | None = None) -> None:
    """Make the learners' version with ``nbgrader generate_assignment``, and enter it in the gradebook."""
    from nbgrader.api import Gradebook
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    config = Config()
    config.CourseDirectory.root = str(course.folder.resolve())
    config.CourseDirectory.assignment_id = course.assignment
    with _nbgrader_quiet():
        coursedir = CourseDirectory(config=config)
        with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
            gradebook.update_or_create_assignment(course.assignment, duedate=duedate)
        GenerateAssignment(coursedir=coursedir, config=config).start()


@contextmanager
def _nbgrader_quiet() -> Iterator[None]:
    """Let nbgrader find its own commands, and say nothing but errors."""
    before, level = os.environ.get("PATH", ""), logging.root.manager.disable
    os.environ["PATH"] = path_with_scripts()
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        os.environ["PATH"] = before
        logging.disable(level)


def make_class(
    course: Course,
    n: int,
    *,
    seed: int = 0,
    loops: float = 0.015,
    kinds: Sequence[str] | None = None,
) -> tuple[Learner, ...]:
    """Write ``submitted/<learner>/ps1`` for *n* learners.

    Parameters
    ----------
    loops
        Share of learners with a cell that never ends, of the whole class.
    kinds
        The kind of each learner in turn, instead of the usual mix.
    """
    released = _released(course)
    counts = (course.folder / "release" / "ps1" / "counts.csv").read_text(encoding="utf-8")
    dealt = kinds or _dealt(n, round(n * loops), Random(seed))
    learners = []
    for number, kind in zip(range(1, n + 1), cycle(dealt), strict=False):
        code = f"learner-{number:04}"
        handin = hand_in(code, kind, Random(f"{seed}/{code}"), released)
        # Some leave the data file out; the grader puts it back.
        if number % 5:
            handin.files.setdefault("counts.csv", counts)
        _save(handin, course)
        learners.append(Learner(code, kind, handin.expected, handin.days_late))
    return tuple(learners)


def _released(course: Course) -> dict[str, Any]:
    """Return the released notebooks by name, each cell's source as one text."""
    notebooks = {}
    for path in sorted((course.folder / "release" / "ps1").glob("*.ipynb")):
        notebooks[path.stem] = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebooks[path.stem]["cells"]:
            cell["source"] = "".join(cell["source"])
    return notebooks


def _dealt(n: int, loops: int, random: Random) -> list[str]:
    """Return the kinds of a class of *n*: first one of each, then by their share."""
    shares = [kind for kind, share in KINDS.items() for _ in range(share)]
    random.shuffle(shares)
    dealt = [*KINDS, *(shares * (n // len(shares) + 1))][:n]
    for place in random.sample(range(n), loops):
        dealt[place] = "endless"
    return dealt


def _save(handin: Handin, course: Course) -> None:
    """Write a learner's folder."""
    folder = course.folder / "submitted" / handin.code / "ps1"
    folder.mkdir(parents=True)
    for name, notebook in handin.notebooks.items():
        text = json.dumps(notebook, indent=1, ensure_ascii=False)
        (folder / f"{name}.ipynb").write_text(text + "\n", encoding="utf-8")
    for name, text in handin.files.items():
        (folder / name).write_text(text, encoding="utf-8")
