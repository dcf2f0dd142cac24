"""Stock nbgrader: grade a course with it, read any gradebook, make its own example course."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.class_maker import Course, release
from stemcell_kit.paths import path_with_scripts

__all__ = [
    "CellScore",
    "Comment",
    "Run",
    "comments",
    "grade_stock",
    "make_quickstart",
    "penalties",
    "scores",
]


class CellScore(NamedTuple):
    """The score of one cell as the gradebook has it; points, ``None`` where nothing was entered."""

    auto_score: float | None
    manual_score: float | None
    needs_manual_grade: bool
    max_score: float


class Comment(NamedTuple):
    """The comments on one answer."""

    auto_comment: str | None
    manual_comment: str | None


@dataclass(frozen=True)
class Run:
    """One run of a grader: wall seconds, exit status and what it said."""

    seconds: float
    status: int
    log: str


def grade_stock(course_dir: Path, assignment: str, *, timeout: float | None = None) -> Run:
    """Grade all submissions with ``nbgrader autograde`` in a process of its own.

    The course's own configuration is used and no other. A status other than zero says that
    some submissions were not graded; the log says which.

    Raises
    ------
    subprocess.TimeoutExpired
        The whole run takes more than *timeout* seconds.
    """
    return _nbgrader(["autograde", assignment], course_dir, timeout)


def _nbgrader(words: Sequence[str], folder: Path, timeout: float | None = None) -> Run:
    """Run an nbgrader command in a folder, without settings of the person who runs it."""
    with tempfile.TemporaryDirectory(prefix="nbgrader-home-") as home:
        own = {name: str(Path(home) / name.lower()) for name in _SETTINGS}
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *words],
            cwd=folder,
            env=os.environ | own | {"PATH": path_with_scripts(), "PYTHONUTF8": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=timeout,
        )
    return Run(time.perf_counter() - started, done.returncode, done.stdout)


_SETTINGS = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")

_SCORES = """
SELECT submission.student_id, notebook.name, cell.name,
       grade.auto_score, grade.manual_score, grade.needs_manual_grade,
       coalesce(graded.max_score, task.max_score)
FROM grade
JOIN base_cell AS cell ON cell.id = grade.cell_id
LEFT JOIN grade_cells AS graded ON graded.id = cell.id
LEFT JOIN task_cells AS task ON task.id = cell.id
JOIN submitted_notebook AS handed_in ON handed_in.id = grade.notebook_id
JOIN notebook ON notebook.id = handed_in.notebook_id
JOIN submitted_assignment AS submission ON submission.id = handed_in.assignment_id
"""

_COMMENTS = """
SELECT submission.student_id, notebook.name, cell.name,
       comment.auto_comment, comment.manual_comment
FROM comment
JOIN base_cell AS cell ON cell.id = comment.cell_id
JOIN submitted_notebook AS handed_in ON handed_in.id = comment.notebook_id
JOIN notebook ON notebook.id = handed_in.notebook_id
JOIN submitted_assignment AS submission ON submission.id = handed_in.assignment_id
"""

_PENALTIES = """
SELECT submission.student_id, notebook.name, handed_in.late_submission_penalty
FROM submitted_notebook AS handed_in
JOIN notebook ON notebook.id = handed_in.notebook_id
JOIN submitted_assignment AS submission ON submission.id = handed_in.assignment_id
"""


def scores(gradebook: Path | str) -> dict[tuple[str, str, str], CellScore]:
    """Return (learner, notebook, grade id) -> score, from a gradebook's file or database address."""
    return {
        (student, notebook, cell): CellScore(auto, manual, bool(needs), most)
        for student, notebook, cell, auto, manual, needs, most in _rows(gradebook, _SCORES)
    }


def comments(gradebook: Path | str) -> dict[tuple[str, str, str], Comment]:
    """Return (learner, notebook, grade id) -> comments, for every answer cell."""
    return {tuple(row[:3]): Comment(*row[3:]) for row in _rows(gradebook, _COMMENTS)}


def penalties(gradebook: Path | str) -> dict[tuple[str, str], float | None]:
    """Return (learner, notebook) -> points taken off for being late."""
    return {(student, notebook): off for student, notebook, off in _rows(gradebook, _PENALTIES)}


def _rows(gradebook: Path | str, question: str) -> list[Any]:
    """Ask a gradebook; SQLite or any database that nbgrader can use."""
    from sqlalchemy import create_engine, text

    if isinstance(gradebook, Path) and not gradebook.is_file():
        raise FileNotFoundError(f"no gradebook at {gradebook}; release the assignment first")
    address = f"sqlite:///{gradebook}" if isinstance(gradebook, Path) else gradebook
    engine = create_engine(address)
    try:
        with engine.connect() as connection:
            return list(connection.execute(text(question)))
    finally:
        engine.dispose()


def make_quickstart(folder: Path) -> Course:
    """Make nbgrader's own example course in a new folder, with the submissions of five learners.

    ``solved`` is the source with the markers taken out, ``untouched`` the release as it is,
    ``wrong`` has mistakes; ``bitdiddle`` and ``hacker`` come with nbgrader's documentation.

    Raises
    ------
    FileExistsError
        *folder* is there already.
    """
    with tempfile.TemporaryDirectory(prefix="quickstart-") as scratch:
        run = _nbgrader(["quickstart", folder.name], Path(scratch))
        if run.status:
            raise RuntimeError(f"nbgrader quickstart ended with status {run.status}:\n{run.log}")
        if folder.exists():
            raise FileExistsError(f"{folder} is there already; name a folder that is not")
        shutil.move(Path(scratch) / folder.name, folder)
    course = Course(folder)
    release(course)
    _quickstart_submissions(course)
    return course


def _quickstart_submissions(course: Course) -> None:
    """Write the submissions to the example course."""
    import nbgrader

    documentation = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide"
    for student in ("bitdiddle", "hacker"):
        shutil.copytree(
            documentation / "submitted" / student / "ps1",
            course.folder / "submitted" / student / "ps1",
        )
    for student, change in {"solved": _keep, "untouched": None, "wrong": _spoil}.items():
        target = course.folder / "submitted" / student / "ps1"
        shutil.copytree(course.folder / "release" / "ps1", target)
        if change:
            for path in sorted((course.folder / "source" / "ps1").glob("*.ipynb")):
                _answer_from_source(path, target / path.name, change)


def _answer_from_source(source: Path, target: Path, change: Any) -> None:
    """Put the source's answers, changed, into a released notebook."""
    answers = {
        cell["metadata"]["nbgrader"]["grade_id"]: change("".join(cell["source"]))
        for cell in json.loads(source.read_text(encoding="utf-8"))["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }
    notebook = json.loads(target.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("grade_id") in answers:
            cell["source"] = answers[marks["grade_id"]]
    target.write_text(json.dumps(notebook, indent=1), encoding="utf-8")


def _keep(source: str) -> str:
    """Take out the markers around a solution."""
    return re.sub(r" *### (BEGIN|END) SOLUTION\n?", "", source)


def _spoil(source: str) -> str:
    """Make the mistakes that fail every test of the example but one."""
    solved = _keep(source).replace("range(1, n + 1)", "range(n)")
    return solved.replace("raise ValueError", "raise TypeError")
