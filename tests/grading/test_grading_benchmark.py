"""The benchmark itself: it sees differences, memory and growth."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.class_maker import Learner
from benchmarks.grading import Row, differences, main, surprises
from benchmarks.measure import machine, measured
from benchmarks.stock import scores

TABLES = """
CREATE TABLE base_cell (id, name);
CREATE TABLE grade_cells (id, max_score);
CREATE TABLE task_cells (id, max_score);
CREATE TABLE notebook (id, name);
CREATE TABLE submitted_assignment (id, student_id);
CREATE TABLE submitted_notebook (id, notebook_id, assignment_id, late_submission_penalty);
CREATE TABLE grade (cell_id, notebook_id, auto_score, manual_score, needs_manual_grade);
CREATE TABLE comment (cell_id, notebook_id, auto_comment, manual_comment);
INSERT INTO base_cell VALUES (1, 'mean');
INSERT INTO grade_cells VALUES (1, 2.0);
INSERT INTO notebook VALUES (1, 'counts');
INSERT INTO submitted_assignment VALUES (1, 'learner-0001');
INSERT INTO submitted_notebook VALUES (1, 1, 1, NULL);
INSERT INTO grade VALUES (1, 1, 2.0, NULL, 0);
INSERT INTO comment VALUES (1, 1, 'No response.', NULL);
"""


def change(gradebook: Path, statement: str) -> None:
    """Run SQL on a gradebook."""
    with closing(sqlite3.connect(gradebook)) as connection, connection:
        connection.executescript(statement)


@pytest.fixture
def stock(tmp_path: Path) -> Path:
    """The part of a gradebook that the benchmark reads, with one score."""
    change(tmp_path / "stock.db", TABLES)
    return tmp_path / "stock.db"


def test_a_score_has_its_maximum_beside_it(stock: Path) -> None:
    """A score is read with all that nbgrader says about it."""
    assert scores(stock) == {("learner-0001", "counts", "mean"): (2.0, None, False, 2.0)}


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("UPDATE grade SET auto_score = 1.5", "auto_score=1.5"),
        ("UPDATE grade SET needs_manual_grade = 1", "needs_manual_grade=True"),
        ("DELETE FROM grade", "ours None"),
        ("UPDATE comment SET auto_comment = NULL", "auto_comment=None"),
        ("UPDATE submitted_notebook SET late_submission_penalty = 0.2", "ours 0.2"),
    ],
)
def test_every_difference_is_named(stock: Path, tmp_path: Path, statement: str, word: str) -> None:
    """Scores, comments and penalties all count as unequal, and the message shows both sides."""
    ours = tmp_path / "ours.db"
    shutil.copy(stock, ours)
    assert list(differences(stock, ours)) == []
    change(ours, statement)
    (found,) = differences(stock, ours)

    assert found.startswith("learner-0001 / counts")
    assert word in found


@pytest.mark.parametrize(("points", "faults"), [(2.0, 0), (1.0, 1), (None, 1)])
def test_a_score_that_the_class_must_not_get_is_a_surprise(
    stock: Path, points: float | None, faults: int
) -> None:
    """The class knows its scores, so two graders cannot be wrong together unseen."""
    learner = Learner("learner-0001", "right", {("counts", "mean"): points}, 0)

    assert len(list(surprises([learner], stock, "ours"))) == faults


def test_a_missing_gradebook_is_said_before_anything_is_compared(tmp_path: Path) -> None:
    """SQLite would make an empty one."""
    with pytest.raises(FileNotFoundError, match="release the assignment first"):
        scores(tmp_path / "none.db")


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux")
def test_memory_of_children_and_orphans_is_counted() -> None:
    """A grandchild whose parent has ended belongs to the run."""
    holder = "import time; held = b'x' * 60_000_000; time.sleep(3)"
    parent = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {holder!r}]); time.sleep(1)"
    top = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {parent!r}]); time.sleep(3)"
    run = measured([sys.executable, "-c", top])

    assert run.status == 0
    assert run.peak_bytes is not None
    assert 60_000_000 < run.peak_bytes < 160_000_000


def test_what_a_command_said_is_kept() -> None:
    """A failure can be shown with its reason."""
    run = measured([sys.executable, "-c", "raise SystemExit('no such course')"])

    assert (run.status, run.log.strip()) == (1, "no such course")


def test_the_ratio_is_how_many_times_faster() -> None:
    """Four seconds against a fifth of a second are twenty times."""
    assert Row(200, 3, stock_s=4.0, ours_s=0.2).ratio == pytest.approx(20)
    assert Row(200, 3, ours_s=0.2).ratio is None


def test_the_machine_is_named() -> None:
    """Numbers without a machine and a date say nothing."""
    assert {"cores", "memory", "system", "python", "nbgrader", "date"} <= machine().keys()


def test_the_benchmark_prints_a_row_for_each_size(capsys: pytest.CaptureFixture[str]) -> None:
    """Stock alone, one learner: time, sample and no surprise."""
    status = main(["--sizes", "1", "--without", "ours"])
    printed = capsys.readouterr().out.splitlines()

    assert status == 0
    assert printed[2].startswith("| 1 | 0 | 1 (0) |")
