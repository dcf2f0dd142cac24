"""Bad luck: a grader that is killed, stopped or started twice, and processes that die under it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

from benchmarks.class_maker import Course
from benchmarks.grading import surprises
from benchmarks.measure import Tree
from benchmarks.stock import comments, penalties, scores
from stemcell_kit.grading import engine as engine_module
from stemcell_kit.grading.course import grade_course
from stemcell_kit.grading.engine import Engine, EngineError
from stemcell_kit.grading.task import LEARNER, Task, TaskStep
from tests.grading.conftest import ClassOf, copy_of

CLASS = ("right", "another style", "wrong", "erroring", "partly", "late", "one notebook", "files")
# Six moments: three as shares of an undisturbed run, which are mostly its start, and three while
# submissions are entered: so many are done, and a random part of a fifth of a second later.
_dice = Random(7)
MOMENTS = sorted(
    [round(_dice.uniform(0.05, 0.95), 3) for _ in range(3)]
    + [round(done + _dice.random(), 3) for done in (1, 4, 7)]
)
GRADER = """
import sys, time
from pathlib import Path
from stemcell_kit.grading.course import grade_course

grade_course(Path(sys.argv[1]), "ps1", progress=lambda done, of: print(done, of, flush=True))
"""
GONE_S = 15


@pytest.fixture(scope="module")
def fresh(class_of: ClassOf) -> Course:
    """A class of eight that nobody has graded yet; to be copied."""
    return class_of(*CLASS)[0]


@pytest.fixture(scope="module")
def undisturbed(fresh: Course, tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, float]:
    """The same class graded in peace, and how many seconds it took."""
    course = copy_of(fresh, tmp_path_factory.mktemp("undisturbed") / "course")
    begun = time.monotonic()
    with grader(course, course.folder.parent) as process:
        assert process.wait() == 0
    return course, time.monotonic() - begun


@contextmanager
def grader(course: Course, scratch: Path) -> Iterator[subprocess.Popen[str]]:
    """A grading run in a process of its own, with temporary files in *scratch*."""
    process = subprocess.Popen(
        [sys.executable, "-c", GRADER, str(course.folder)],
        env={**os.environ, "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        # a test run in the background of a shell ignores Ctrl+C, and so would what it starts
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def state(course: Course) -> dict[str, Any]:
    """The gradebook by names, and every file that formgrader and the feedback read."""
    tables = scores, comments, penalties
    autograded = course.folder / "autograded"
    return {
        **{table.__name__: table(course.gradebook) for table in tables},
        "files": {
            path.relative_to(autograded).as_posix(): path.read_bytes()
            for path in sorted(autograded.rglob("*"))
            if path.is_file()
        },
        "folders": sorted(
            p.as_posix() for p in (f.relative_to(autograded) for f in autograded.glob("*/*"))
        ),
    }


def all_gone(tree: Tree) -> bool:
    """Wait until no process of a tree is left; tell whether that came true."""
    deadline = time.monotonic() + GONE_S
    while tree.pids():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def _wait_for(moment: float, duration: float, process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    done, part = divmod(moment, 1)
    for _ in range(int(done)):
        process.stdout.readline()
    time.sleep(part / 5 if done else part * duration)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_run_is_made_good_by_the_next(
    moment: float, fresh: Course, undisturbed: tuple[Course, float], tmp_path: Path
) -> None:
    """Killed without a word at any moment: nothing lives on, and a rerun ends as if undisturbed."""
    expected, duration = undisturbed
    course = copy_of(fresh, tmp_path / "course")
    with grader(course, tmp_path) as process:
        _wait_for(moment, duration, process)
        tree = Tree(process.pid)
        tree.pids()
        process.kill()
    assert all_gone(tree)
    grade_course(course.folder, "ps1")

    assert state(course) == state(expected)


def test_two_runs_at_once_take_turns(
    fresh: Course, undisturbed: tuple[Course, float], tmp_path: Path
) -> None:
    """Both end well, the second says that it waits, and the gradebook is as after one."""
    course = copy_of(fresh, tmp_path / "course")
    with grader(course, tmp_path) as one, grader(course, tmp_path) as other:
        said = [process.communicate()[1] for process in (one, other)]

        assert (one.returncode, other.returncode) == (0, 0)
    assert sum("waiting for its end" in words for words in said) == 1
    assert state(course) == state(undisturbed[0])


def test_a_stopped_run_ends_at_once_and_goes_on_later(class_of: ClassOf, tmp_path: Path) -> None:
    """Ctrl+C: no waiting for an endless loop, a word on where it stopped, no process left."""
    course, learners = class_of("endless", *["right"] * 5, config="c.Execute.timeout = 60\n")
    with grader(course, tmp_path) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        tree = Tree(process.pid)
        tree.pids()
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
        seconds = time.monotonic() - begun

        assert first.strip() == "1 6"
        assert process.returncode != 0
    assert seconds < GONE_S
    assert "Stopped" in said
    assert "run this again" in said
    assert all_gone(tree)
    assert [path.name for path in tmp_path.iterdir()] == []

    with (course.folder / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write("c.Execute.timeout = 2\n")
    report = grade_course(course.folder, "ps1")
    assert report.kept
    assert len(report.kept) + len(report.submissions) == len(learners)
    assert list(surprises(learners, course.gradebook, "ours")) == []


def test_an_endless_loop_costs_its_own_time_only(class_of: ClassOf) -> None:
    """Its cell ends at the limit, what is right beside it counts, and nobody else waits for it."""
    course, learners = class_of("endless", *["right"] * 4)
    report = grade_course(course.folder, "ps1", slots=2)
    seconds = {
        student: max(notebook.session_seconds for notebook in record.notebooks)
        for student, record in report.submissions.items()
    }
    endless = learners[0].code

    assert list(surprises(learners, course.gradebook, "ours")) == []
    assert 4 < seconds.pop(endless) < 40  # a limit of 4 s for a cell, 40 s for a notebook
    assert max(seconds.values()) < 4
    assert next(iter(report.submissions)) != endless


# --- the engine's own processes -----------------------------------------------------------------


def warm(role: str) -> int:
    """The warm process of a role below this one; its forks came later."""
    module = f"stemcell_kit.grading.{role}"
    found = []
    for pid in Tree(os.getpid()).pids():
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
        except FileNotFoundError:
            continue  # ended since it was listed
        if module in words and "bwrap" not in words[0]:
            found.append(pid)
    return min(found)


def once(action: Callable[[], None]) -> Callable[[int, int], None]:
    """Do something when the first submission is done."""

    def progress(done: int, of: int) -> None:
        if done == 1:
            action()

    return progress


@pytest.mark.parametrize("role", ["worker", "judge"])
def test_a_dead_warm_process_costs_nobody_a_point(
    role: str, fresh: Course, undisturbed: tuple[Course, float], tmp_path: Path
) -> None:
    """It is started again, and whoever it ran when it died is run again."""
    course = copy_of(fresh, tmp_path / "course")
    killed = once(lambda: os.kill(warm(role), signal.SIGKILL))
    report = grade_course(course.folder, "ps1", progress=killed)

    assert {s: r.failed for s, r in report.submissions.items() if r.failed} == {}
    assert state(course) == state(undisturbed[0])


def sleeping(seconds: float) -> Task:
    return Task((TaskStep(0, LEARNER, "", f"import time; time.sleep({seconds}); print('up')"),))


def killed_soon(role: str) -> threading.Timer:
    timer = threading.Timer(0.5, lambda: os.kill(warm(role), signal.SIGKILL))
    timer.start()
    return timer


@pytest.mark.parametrize("role", ["worker", "judge"])
def test_a_submission_under_which_the_engine_dies_is_run_again(role: str, sandbox: None) -> None:
    """The second run gives what the first would have given."""
    with Engine() as running:
        timer = killed_soon(role)
        result = running.run(sleeping(2))
        timer.join()

    assert result.ended is None
    assert result.verdicts[0].outputs[0]["text"] == "up\n"


def test_an_engine_that_dies_again_and_again_is_said_to_do_so(
    sandbox: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The submission is not given a score, and the engine is ready for the next one."""
    monkeypatch.setattr(engine_module, "RUNS", 1)
    with Engine() as running:
        timer = killed_soon("worker")
        with pytest.raises(EngineError, match="died 1 times"):
            running.run(sleeping(10))
        timer.join()
        result = running.run(sleeping(0))

    assert result.ended is None


def test_an_engine_that_is_closed_cuts_short_what_runs(sandbox: None) -> None:
    """The thread that waits for it gets an error instead of a score."""
    with Engine() as running:
        timer = threading.Timer(0.5, running.close)
        timer.start()
        begun = time.monotonic()
        with pytest.raises(EngineError, match="not running"):
            running.run(sleeping(60))
        timer.join()

    assert time.monotonic() - begun < GONE_S
