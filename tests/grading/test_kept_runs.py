"""The model solution of a source is run once for all submissions that are graded against it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from stemcell_kit.grading.engine import Engine
from stemcell_kit.grading.grade import OWN_WORK, grade_notebook
from stemcell_kit.grading.kept_runs import KeptRuns
from stemcell_kit.grading.sandbox.limits import Limits
from stemcell_kit.grading.shell import error_output
from stemcell_kit.grading.task import LEARNER, Result, Task, TaskStep, Verdict
from tests.grading.trials import Part, notebook, solution, test_cell

SOURCE = (solution("live = 19"), test_cell("assert live == 19"))
READS_A_FILE = (
    solution('live = int(open("live.txt").read())'),
    test_cell('assert live == int(open("live.txt").read())'),
)


class Watched(Engine):
    """An engine that remembers which tasks it was given."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.tasks: list[Task] = []

    def run(self, task: Task) -> Result:
        self.tasks.append(task)
        return super().run(task)

    def forget(self) -> None:
        self.tasks.clear()
        self._kept = KeptRuns(self.run)

    @property
    def model_runs(self) -> int:
        return sum(task.permits is None for task in self.tasks)


@pytest.fixture(scope="module")
def shared(sandbox: None) -> Iterator[Watched]:
    """One watched engine for this file."""
    with Watched(OWN_WORK) as engine:
        yield engine


@pytest.fixture
def watched(shared: Watched) -> Watched:
    """An engine that has seen no task and keeps nothing."""
    shared.forget()
    return shared


@pytest.fixture
def points(tmp_path: Path, watched: Watched) -> Callable[..., float]:
    """Grade one answer against a source and return its points."""

    def graded(
        answer: str, source: tuple[Part, ...] = SOURCE, limits: Limits = OWN_WORK, **files: bytes
    ) -> float:
        handed_in, original = tmp_path / "toy.ipynb", tmp_path / "source.ipynb"
        nbformat.write(notebook(source, {"answer": answer}), handed_in)
        nbformat.write(notebook(source), original)
        named = {f"{name}.txt": content for name, content in files.items()}
        report = grade_notebook(
            handed_in, source=original, runner=watched, limits=limits, files=named
        )
        return report.points

    return graded


# --- when submissions are graded --------------------------------------------------------------


def test_a_second_submission_does_not_run_the_model_again(
    points: Callable[..., float], watched: Watched
) -> None:
    """Three answers to one source: one model solution, three sessions, three scores of their own."""
    scores = [points(answer) for answer in ("live = 19", "live = 20", "live = 18 + 1")]

    assert scores == [1.0, 0.0, 1.0]
    assert (watched.model_runs, len(watched.tasks)) == (1, 4)


def test_a_changed_source_is_learned_anew(points: Callable[..., float], watched: Watched) -> None:
    """Another test, or another model solution with the same test, is another source."""
    other_test = (SOURCE[0], test_cell("assert live > 18"))
    other_model = (solution("live = 38 // 2"), SOURCE[1])
    scores = [points("live = 20", source) for source in (SOURCE, other_test, other_model)]

    assert scores == [0.0, 1.0, 0.0]
    assert watched.model_runs == 3


def test_a_changed_file_is_learned_anew(points: Callable[..., float], watched: Watched) -> None:
    """The model solution may read it; the same content again is not learned again."""
    answer = "live = 19"
    scores = [points(answer, READS_A_FILE, live=content) for content in (b"19", b"20", b"19")]

    assert scores == [1.0, 0.0, 1.0]
    assert watched.model_runs == 2


def test_other_limits_are_learned_anew(points: Callable[..., float], watched: Watched) -> None:
    """A model solution that ends within one time limit says nothing about a shorter one."""
    points("live = 19")
    points("live = 19", limits=Limits(cell_seconds=30))

    assert watched.model_runs == 2


# --- what is kept ----------------------------------------------------------------------------


def task(source: str = "live = 19") -> Task:
    """A task of one cell."""
    return Task((TaskStep(0, LEARNER, "answer", source),), permits=None)


DONE = Result({0: Verdict(0, [], 0.0)})
LATE = Result({0: Verdict(0, [error_output("CellTimeoutError", "no end")], 0.0)})


@pytest.mark.parametrize(
    "failed",
    [Result({}, "time"), Result(DONE.verdicts, "gone"), Result({}), LATE],
    ids=["out of time", "gone", "no verdict", "an error"],
)
def test_a_failed_run_is_not_kept(failed: Result) -> None:
    """It may be the computer's doing: the next submission gets another run, and that one stays."""
    results = iter([failed, DONE])
    kept = KeptRuns(lambda task: next(results))

    assert [kept.run(task()) for _ in range(3)] == [failed, DONE, DONE]


def test_a_run_that_raises_is_not_kept() -> None:
    """Whoever asks next is not told of it, and does not wait for ever."""
    asked: list[Task] = []

    def run(task: Task) -> Result:
        asked.append(task)
        if len(asked) == 1:
            raise OSError("no memory")
        return DONE

    kept = KeptRuns(run)
    with pytest.raises(OSError, match="no memory"):
        kept.run(task())

    assert kept.run(task()) == DONE


def test_threads_that_ask_at_the_same_time_share_one_run() -> None:
    """All but the first wait for it; a thread that asks for something else does not."""
    begun, go_on, asked = threading.Event(), threading.Event(), []

    def run(one: Task) -> Result:
        asked.append(one)
        if one == task():
            begun.set()
            assert go_on.wait(20)
        return DONE

    kept = KeptRuns(run)
    with ThreadPoolExecutor(5) as threads:
        same = [threads.submit(kept.run, task()) for _ in range(4)]
        assert begun.wait(20)
        assert threads.submit(kept.run, task("live = 20")).result(20) == DONE
        assert not any(one.done() for one in same)
        go_on.set()
        assert [one.result(20) for one in same] == [DONE] * 4

    assert asked == [task(), task("live = 20")]


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    """With room for two, a third pushes out the one that nobody has asked for since."""
    asked: list[str] = []

    def run(one: Task) -> Result:
        asked.append(one.steps[0].source)
        return DONE

    kept = KeptRuns(run, most=2)
    for source in ("a", "b", "a", "c", "a", "b"):
        kept.run(task(source))

    assert asked == ["a", "b", "c", "b"]
