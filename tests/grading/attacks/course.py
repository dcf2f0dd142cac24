"""A small nbgrader course worth attacking, and the home of the teacher who grades it.

Everything secret in it is a token, ``tkn`` and 24 hexadecimal digits, drawn anew for every
course. An attack that reads one tells it backwards, so that a token told is never mistaken for
one that stands where it belongs.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .exam import CELLS, Cell

__all__ = ["HONEST", "NEIGHBOUR", "Course", "build", "copied", "notebook", "submit"]

ASSIGNMENT = "exam"
NEIGHBOUR = "neighbour"
HONEST = "zz-honest"
SECONDS_PER_CELL = 5
MARKERS = ("NANOG", "LIN28A", "DNMT3B", "ESRRB")

CONFIG = """\
# database password: {CONFIG}
c = get_config()
c.CourseDirectory.course_id = "attacked"
c.Execute.timeout = {seconds}
"""


@dataclass(frozen=True)
class Course:
    """The course folder, the teacher's home beside it, and what only the teacher may know."""

    world: Path
    run: str
    values: dict[str, str]
    ports: dict[str, int]

    @property
    def root(self) -> Path:
        """The nbgrader course folder."""
        return self.world / "course"

    @property
    def home(self) -> Path:
        """The home folder of the teacher."""
        return self.world / "home"

    @property
    def mark(self) -> str:
        """What an attack names everything that it leaves behind."""
        return f"left-{self.run}"

    @property
    def tokens(self) -> dict[str, str]:
        """Every secret, by the place where it is kept."""
        return {name: value for name, value in self.values.items() if value.startswith("tkn")}

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the grading process, with a secret in it."""
        kept = {name: os.environ[name] for name in ("LANG", "LC_ALL") if name in os.environ}
        path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
        return {**kept, "PATH": path, "HOME": str(self.home), "UPLOAD_KEY": self.values["ENV"]}

    def folder(self, student: str) -> Path:
        """Where a student's submission lies."""
        return self.root / "submitted" / student / ASSIGNMENT

    def fill(self, text: str, student: str = "") -> str:
        """Put the values of this course in place of ``@NAME@``."""
        places = {
            "COURSE": self.root,
            "HOME": self.home,
            "MARK": self.mark,
            "RUN": self.run,
            "STUDENT": student,
        }
        for name, value in {**self.values, **self.ports, **places}.items():
            text = text.replace(f"@{name}@", str(value))
        return text


def build(world: Path) -> Course:
    """Make the course: source, release, gradebook and one graded neighbour."""
    course = Course(world, secrets.token_hex(6), _values(), _free_ports())
    _furnish_home(course)
    source = course.root / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    _write(source / "exam.ipynb", notebook([_source_cell(course, cell) for cell in CELLS]))
    config = CONFIG.format(seconds=SECONDS_PER_CELL, **course.values)
    (course.root / "nbgrader_config.py").write_text(config, encoding="utf-8")
    _nbgrader(course, "generate_assignment", "--create")
    for student in (NEIGHBOUR, HONEST):
        submit(course, student, _right_answers(course, f"# {course.values['NEIGHBOUR']}\n"))
    _nbgrader(course, "autograde", f"--student={NEIGHBOUR}")
    _nbgrader(course, "generate_feedback", f"--student={NEIGHBOUR}")
    kept = {"run": course.run, "values": course.values, "ports": course.ports}
    (world / "world.json").write_text(json.dumps(kept), encoding="utf-8")
    return course


def copied(course: Course, world: Path) -> Course:
    """A copy of the whole world, for one attack to spoil."""
    shutil.copytree(course.world, world, symlinks=True)
    return Course(**{**asdict(course), "world": world})


def submit(
    course: Course, student: str, answers: dict[str, str], *, release: Any = None
) -> dict[str, Any]:
    """Hand in the release with some answer cells replaced; returns the notebook."""
    if release is None:
        release = json.loads((course.root / "release" / ASSIGNMENT / "exam.ipynb").read_bytes())
    for cell in release["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if grade_id in answers:
            cell["source"] = course.fill(answers[grade_id], student)
    folder = course.folder(student)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "exam.ipynb", release)
    return release


def notebook(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """A notebook of the newest format, as JSON has it."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}


def _right_answers(course: Course, remark: str) -> dict[str, str]:
    cells = {cell.grade_id: cell.source for cell in CELLS if cell.solution}
    return {
        grade_id: remark + course.fill("\n".join(source.split("\n")[2:-1]))
        for grade_id, source in cells.items()
    }


def _source_cell(course: Course, cell: Cell) -> dict[str, Any]:
    graded = cell.points > 0
    marks = {
        "grade_id": cell.grade_id,
        "schema_version": 3,
        "grade": graded,
        "solution": cell.solution,
        "locked": not cell.solution,
        "task": False,
        **({"points": cell.points} if graded else {}),
    }
    return {
        "cell_type": "code",
        "id": cell.grade_id,
        "metadata": {"nbgrader": marks},
        "source": course.fill(cell.source),
        "outputs": [],
        "execution_count": None,
    }


def _values() -> dict[str, str]:
    draw = secrets.SystemRandom()
    places = ("HIDDEN", "SOURCE", "NEIGHBOUR", "ENV", "KEY", "NOTES", "SERVER", "CONFIG")
    tokens = {place: f"tkn{secrets.token_hex(12)}" for place in (*places, "ARGUMENT")}
    numbers = {place: str(draw.randint(10_000, 99_999)) for place in ("COUNT", "PASSAGE", "GROWTH")}
    decimals = {
        place: f"{draw.randint(100_000, 999_999) / 1000:.3f}"
        for place in ("TITRE", "ML", "RECOVERY", "READING")
    }
    words = {
        "LINE": f"LINE-{secrets.token_hex(4).upper()}",
        "MARKER": draw.choice(MARKERS),
        "VERDICT": draw.choice(("below", "above")) + f"-{secrets.token_hex(2)}",
    }
    return {**tokens, **numbers, **decimals, **words}


def _free_ports() -> dict[str, int]:
    ports = {}
    for name in ("TCP", "UDP"):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            ports[name] = probe.getsockname()[1]
    return ports


def _furnish_home(course: Course) -> None:
    values = course.values
    server = {"url": "http://127.0.0.1:8888/", "token": values["SERVER"]}
    for name, text in {
        ".ssh/id_ed25519": f"PRIVATE KEY {values['KEY']}\n",
        "notes.txt": f"marks of last year, {values['NOTES']}\n",
        ".local/share/jupyter/runtime/jpserver-4242.json": json.dumps(server),
    }.items():
        path = course.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _nbgrader(course: Course, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", words[0], ASSIGNMENT, *words[1:]],
        cwd=course.root,
        env=course.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"nbgrader {words[0]} failed on the attacked course:\n{done.stderr}")


def _write(path: Path, book: dict[str, Any]) -> None:
    path.write_text(json.dumps(book, indent=1), encoding="utf-8")
