"""The world as it can be observed from outside, before and after a grading."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from .course import HONEST, NEIGHBOUR, Course
from .exam import CELLS

__all__ = ["FULL_MARKS", "Aim", "Seen", "World", "scores"]

FULL_MARKS = sum(cell.points for cell in CELLS)
MOST_TEXT_BYTES = 50 * 2**20

SCORES = """
select submitted_assignment.student_id, base_cell.name,
       coalesce(grade.manual_score, grade.auto_score, 0) + coalesce(grade.extra_credit, 0)
from grade
join submitted_notebook on grade.notebook_id = submitted_notebook.id
join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
join base_cell on grade.cell_id = base_cell.id
"""
MAXIMA = """
select base_cell.name, grade_cells.max_score
from grade_cells join base_cell on grade_cells.id = base_cell.id
"""


class Aim(StrEnum):
    """What an attack wants."""

    GAINS_POINTS = "gains-points"
    READS_SECRET = "reads-secret"
    HARMS_OTHER = "harms-other"
    LEAVES_BEHIND = "leaves-behind"
    TAKES_TOO_MUCH = "takes-too-much"
    STOPS_CLASS = "stops-class"
    SCRIPT = "script-in-feedback"


@dataclass(frozen=True)
class Seen:
    """The observable world after a grading, as far as one attack may have changed it.

    ``scores`` has the points per student and question. ``text`` is all that is kept for the
    students of the attack, ``pages`` their feedback by file name, ``files`` and ``bytes`` how
    much that is. ``changed`` names what nobody may change and did, ``left`` what is still there.
    """

    scores: Mapping[str, Mapping[str, float]]
    text: str
    pages: Mapping[str, str]
    files: int
    bytes: int
    changed: tuple[str, ...]
    heard: tuple[str, ...]
    left: tuple[str, ...]
    honest_graded: bool


class World:
    """A course before and after one grading.

    Made before the grading; ``graded`` is called after it with what the driver wrote.
    """

    def __init__(self, course: Course) -> None:
        self.course = course
        self._before = _digests(course)

    def graded(self, watch: Mapping[str, Any]) -> None:
        """Read what all attacks share."""
        after = _digests(self.course)
        names = self._before.keys() | after.keys()
        self.changed = tuple(sorted(n for n in names if self._before.get(n) != after.get(n)))
        self.heard = tuple(watch["heard"])
        segments = [f"{watch['segments']} shared memory"] if watch["segments"] else []
        self.left = (*watch["processes"], *watch["files"], *segments)
        self.scores = scores(self.course)
        self.largest_bytes = watch["largest_bytes"]

    def seen(self, students: tuple[str, ...]) -> Seen:
        """The world as it matters to the students of one attack."""
        kept = {name: text for student in students for name, text in _texts(self.course, student)}
        sizes = [_size(self.course, student) for student in students]
        return Seen(
            scores=self.scores,
            text="\n".join(kept.values()),
            pages={name: text for name, text in kept.items() if name.startswith("feedback")},
            files=sum(files for files, _ in sizes),
            bytes=sum(size for _, size in sizes),
            changed=self.changed,
            heard=self.heard,
            left=self.left,
            honest_graded=sum(self.scores.get(HONEST, {}).values()) == FULL_MARKS,
        )


def scores(course: Course) -> dict[str, dict[str, float]]:
    """Points per student and question as the gradebook has them; none if it is broken."""
    points: dict[str, dict[str, float]] = {}
    for student, question, score in _rows(course, SCORES):
        points.setdefault(student, {})[question] = score
    return points


def _rows(course: Course, query: str) -> list[Any]:
    address = f"file:{course.root / 'gradebook.db'}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(address, uri=True, timeout=5)) as gradebook:
            return gradebook.execute(query).fetchall()
    except sqlite3.Error as error:
        return [("broken", str(error), 0)][: 1 if query == SCORES else 0]


def _digests(course: Course) -> dict[str, str]:
    root, home = course.root, course.home
    guarded = [root / "source", root / "release", root / "nbgrader_config.py"]
    guarded += [root / "submitted" / student for student in (NEIGHBOUR, HONEST)]
    guarded += [root / place / NEIGHBOUR for place in ("autograded", "feedback")]
    guarded += [home / ".ssh", home / "notes.txt"]
    found = {
        str(path.relative_to(course.world)): _digest(path)
        for place in guarded
        for path in ([place] if place.is_file() else sorted(place.rglob("*")))
    }
    theirs = scores(course).get(NEIGHBOUR, {})
    return {
        **found,
        "maxima": str(sorted(_rows(course, MAXIMA))),
        "scores of the neighbour": str(sorted(theirs.items())),
    }


def _digest(path: Path) -> str:
    if path.is_symlink():
        return f"link to {os.readlink(path)}"
    mode = oct(path.stat().st_mode)
    return f"{mode} {hashlib.sha256(path.read_bytes()).hexdigest()}" if path.is_file() else mode


def _size(course: Course, student: str) -> tuple[int, int]:
    """Most files in one place, and bytes in all."""
    counts, size = [], 0
    for place in ("autograded", "feedback"):
        held = [
            os.path.join(folder, name)
            for folder, _, names in os.walk(course.root / place / student)
            for name in names
        ]
        counts.append(len(held))
        size += sum(os.lstat(path).st_size for path in held)
    return max(counts), size


def _texts(course: Course, student: str) -> Iterator[tuple[str, str]]:
    for place in ("autograded", "feedback"):
        for path in sorted((course.root / place / student).rglob("*")):
            if path.is_file() and not path.is_symlink():
                with path.open("rb") as file:
                    text = file.read(MOST_TEXT_BYTES).decode("utf-8", "replace")
                yield f"{place}/{path.relative_to(course.root / place)}", text
