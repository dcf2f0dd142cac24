"""A class graded by two workers of a Dask cluster, also when one of them dies."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.class_maker import Course
from benchmarks.measure import Tree
from benchmarks.stock import scores
from stemcell_kit.errors import BadInput
from stemcell_kit.grading.course import grade_course
from tests.grading.conftest import ClassOf, copy_of

CLASS = ("right", "wrong", "erroring", "partly", "late", "files", "chatty", "one notebook")
START_S = 60


class Cluster:
    """A scheduler and two workers on this computer's loopback address."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        port = _free_port()
        self.address = f"tcp://127.0.0.1:{port}"
        self.scheduler = self._started("dask_scheduler", "--port", str(port), "--no-show")
        self.workers = [
            self._started("dask_worker", self.address, "--name", name, "--nthreads", "1")
            for name in ("one", "two")
        ]
        self._wait_for_workers()

    def _started(self, module: str, *words: str) -> subprocess.Popen[bytes]:
        own = ["--host", "127.0.0.1", "--no-dashboard"]
        if module == "dask_worker":
            own += ["--no-nanny", "--death-timeout", str(START_S)]
            own += ["--local-directory", str(self._scratch)]
        with (self._scratch / f"{module}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{module}", *words, *own],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._scratch,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )

    def _wait_for_workers(self) -> None:
        from distributed import Client

        with Client(self.address, timeout=START_S) as client:
            client.wait_for_workers(2, timeout=START_S)

    def kill_the_first_worker(self) -> None:
        """End one worker without a word, with all that it runs."""
        self.workers[0].kill()
        self.workers[0].wait()

    def close(self) -> None:
        """End the workers, then the scheduler."""
        for process in (*self.workers, self.scheduler):
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=START_S)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def cluster(sandbox: None, tmp_path: Path) -> Iterator[Cluster]:
    """A cluster of this test's own; its processes end with it."""
    pytest.importorskip("distributed", reason="a cluster needs Dask's package distributed")
    made = Cluster(tmp_path)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def graded_here(class_of: ClassOf) -> tuple[Course, Course]:
    """The class before grading, and graded on this computer without a cluster."""
    fresh, _ = class_of(*CLASS)
    here = copy_of(fresh, fresh.folder.with_name("here"))
    grade_course(here.folder, "ps1")
    return fresh, here


def test_a_cluster_gives_the_scores_of_one_computer(
    cluster: Cluster, graded_here: tuple[Course, Course], tmp_path: Path
) -> None:
    """Two workers, each with a sandbox of its own; the gradebook is the same."""
    fresh, here = graded_here
    course = copy_of(fresh, tmp_path / "course")
    report = grade_course(course.folder, "ps1", cluster=cluster.address)

    assert report.sandbox == "cluster"
    assert len(report.submissions) == len(CLASS)
    assert scores(course.gradebook) == scores(here.gradebook)


def test_a_worker_that_dies_costs_nobody_a_point(
    cluster: Cluster, graded_here: tuple[Course, Course], tmp_path: Path
) -> None:
    """What it ran is run by the other one, nothing of it lives on, and the scores are the same."""
    fresh, here = graded_here
    course = copy_of(fresh, tmp_path / "course")
    tree, lived = Tree(cluster.workers[0].pid), []

    def kill_a_worker(done: int, of: int) -> None:
        if done == 1:
            lived.extend(tree.pids())
            cluster.kill_the_first_worker()

    report = grade_course(course.folder, "ps1", cluster=cluster.address, progress=kill_a_worker)

    assert len(lived) > 2  # the worker with its judge and its jail
    assert {s for s, record in report.submissions.items() if record.failed} == set()
    assert scores(course.gradebook) == scores(here.gradebook)
    deadline = time.monotonic() + 15
    while tree.pids() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert tree.pids() == []


def test_an_address_without_a_cluster_is_said_to_be_one(
    class_of: ClassOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says how a cluster is started."""
    pytest.importorskip("distributed", reason="a cluster needs Dask's package distributed")
    course, _ = class_of("right")
    monkeypatch.setattr("stemcell_kit.grading.crew.ANSWER_S", 1)

    with pytest.raises(BadInput, match="Start 'dask scheduler'"):
        grade_course(course.folder, "ps1", cluster=f"tcp://127.0.0.1:{_free_port()}")
