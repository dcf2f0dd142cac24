"""Who runs the tasks of a class: threads of this process, or the workers of a Dask cluster."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol

from stemcell_kit.errors import BadInput
from stemcell_kit.grading.engine import Engine
from stemcell_kit.grading.runner import KernelRunner
from stemcell_kit.grading.sandbox.limits import Limits
from stemcell_kit.grading.task import Result, Task

__all__ = ["Crew", "cluster_crew", "local_crew", "trusting_crew"]

ANSWER_S = 30  # how long a scheduler, and then a worker, may take to answer
RETRIES = 5  # how often a task goes to another cluster worker when one dies


class Crew(Protocol):
    """Takes tasks and gives futures of results."""

    size: int

    def submit(self, task: Task) -> Future[Result]:
        """Begin a task as soon as somebody is free."""
        ...


class _LocalCrew:
    def __init__(self, engine: Engine, threads: ThreadPoolExecutor, size: int) -> None:
        self.size = size
        self._engine = engine
        self._threads = threads

    def submit(self, task: Task) -> Future[Result]:
        return self._threads.submit(self._engine.run, task)


class _KernelCrew:
    size = 1

    def submit(self, task: Task) -> Future[Result]:
        """Run the task before returning: a kernel's client belongs to the main thread."""
        done: Future[Result] = Future()
        done.set_result(KernelRunner().run(task))
        return done


class _ClusterCrew:
    def __init__(self, executor: Executor, size: int) -> None:
        self.size = size
        self._executor = executor

    def submit(self, task: Task) -> Future[Result]:
        raw = self._executor.submit(run_on_worker, task.as_data())
        done: Future[Result] = Future()
        raw.add_done_callback(lambda finished: _pass_on(finished, done))
        return done


def _pass_on(finished: Future[Any], done: Future[Result]) -> None:
    if finished.cancelled():
        done.cancel()
    elif (error := finished.exception()) is not None:
        done.set_exception(error)
    else:
        done.set_result(Result.from_data(finished.result()))


@contextmanager
def local_crew(limits: Limits, slots: int | None = None) -> Iterator[Crew]:
    """Run tasks on this computer, side by side.

    Parameters
    ----------
    slots
        How many submissions run at a time; by default two more than there are processors, so
        that those which only wait do not leave a processor idle.
    """
    size = slots or ((os.cpu_count() or 1) + 2)
    threads = ThreadPoolExecutor(size, thread_name_prefix="grading")
    with Engine(limits) as engine:
        try:
            yield _LocalCrew(engine, threads, size)
        except BaseException:
            engine.close()  # what still runs ends now and not at its time limit
            raise
        finally:
            threads.shutdown(wait=True, cancel_futures=True)


@contextmanager
def trusting_crew() -> Iterator[Crew]:
    """Run tasks one by one in plain Jupyter kernels, with the rights of whoever grades."""
    yield _KernelCrew()


@contextmanager
def cluster_crew(address: str) -> Iterator[Crew]:
    """Run tasks on the workers of a Dask cluster; each has an engine and a sandbox of its own.

    A task whose worker dies goes to another one.

    Raises
    ------
    BadInput
        Dask is not installed, or no scheduler or worker answers at the address.
    """
    try:
        from distributed import Client
    except ImportError:
        raise BadInput(
            "a cluster needs the package 'distributed'; install the kit with its extra [class]"
        ) from None
    try:
        client = Client(address, timeout=ANSWER_S)
        client.wait_for_workers(1, timeout=ANSWER_S)
    except (OSError, TimeoutError, ValueError) as error:
        raise BadInput(
            f"no Dask cluster answers at {address} ({error}). Start 'dask scheduler' and at "
            "least one 'dask worker', and give the scheduler's address, e.g. tcp://10.0.0.5:8786"
        ) from error
    with client:
        threads = sum(client.nthreads().values())
        yield _ClusterCrew(client.get_executor(pure=False, retries=RETRIES), threads)


_engines: dict[str, Engine] = {}
_starting = threading.Lock()  # two threads of one worker share one engine


def run_on_worker(task: Mapping[str, Any]) -> dict[str, Any]:
    """Run one task on a cluster worker, with the engine that this worker process keeps."""
    parsed = Task.from_data(task)
    key = repr(parsed.limits)
    with _starting:
        if key not in _engines:
            engine = Engine(parsed.limits)
            engine.start()
            atexit.register(engine.close)
            _engines[key] = engine
    return _engines[key].run(parsed).as_data()
