"""A gradebook in PostgreSQL gets what one in SQLite gets."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from benchmarks.class_maker import Course
from benchmarks.habits import DUE
from benchmarks.stock import comments, penalties, scores
from stemcell_kit.grading.course import grade_course
from stemcell_kit.paths import path_with_scripts
from tests.grading.conftest import ClassOf, copy_of

CLASS = ("wrong", "partly", "late", "one notebook")


def _programs() -> Path | None:
    """The folder of PostgreSQL's programs, wherever a system puts them."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    return next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """A private PostgreSQL on the loopback address; gives the address of an empty database."""
    programs = _programs()
    if programs is None:
        reason = "PostgreSQL's initdb and pg_ctl are not installed"
        if os.environ.get("STEMCELL_KIT_REQUIRE_POSTGRES"):
            pytest.fail(reason)
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="stemcell-kit-postgres-") as folder:
        place = Path(folder)
        if os.geteuid() == 0:  # it refuses to be root
            shutil.chown(place, "postgres")
        port = _free_port()
        options = f"-k {folder} -h 127.0.0.1 -p {port} -F"
        _run([programs / "initdb", "-D", place / "data", "-A", "trust", "-U", "kit", "-E", "UTF8"])
        start = ["-D", place / "data", "-o", options, "-l", place / "log", "-w"]
        _run([programs / "pg_ctl", "start", *start])
        try:
            yield f"postgresql+psycopg://kit@127.0.0.1:{port}/postgres"
        finally:
            _run([programs / "pg_ctl", "stop", "-D", place / "data", "-m", "fast", "-w"])


def _run(words: Sequence[object]) -> None:
    done = subprocess.run(
        list(map(str, words)),
        user="postgres" if os.geteuid() == 0 else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


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
