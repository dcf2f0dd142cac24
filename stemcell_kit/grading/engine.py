"""The engine: starts the warm judge and the jailed worker, and runs tasks through both.

One engine serves any number of threads; each submission has a judge and a session of its own.
"""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Self

from stemcell_kit.grading.channel import BadFrame, Channel, ChannelClosed, ChannelTimeout
from stemcell_kit.grading.kept_runs import KeptRuns
from stemcell_kit.grading.sandbox.jail import jail_command
from stemcell_kit.grading.sandbox.limits import Limits
from stemcell_kit.grading.task import Result, Task, Verdict
from stemcell_kit.grading.warm_process import EngineError, WarmProcess

__all__ = ["Engine", "EngineError"]

PACKAGE = Path(__file__).parents[1]
MODULE = "stemcell_kit.grading"
# How often a task is run while a warm process dies under it. Nothing that a learner does reaches
# that process, so it is the computer's doing, and no learner pays for it.
RUNS = 3


class Engine:
    """A warm judge and a warm worker behind the sandbox; a context manager.

    If one of the two dies, both are started again, and what ran in them is run again.

    Parameters
    ----------
    limits
        What a session may use; the time limits of a task may be shorter.
    """

    keeps_apart = True

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._lock = threading.Lock()
        self._number = 0
        self._pair: _Pair | None = None
        self._kept = KeptRuns(self.run)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start both warm processes side by side; does nothing when they run.

        Raises
        ------
        EngineError
            One of them does not start, for example because the sandbox is refused.
        """
        with self._lock:
            if self._pair is None:
                self._pair = _Pair(self.limits)

    def close(self) -> None:
        """End both processes and everything they have started; what still runs is cut short."""
        with self._lock:
            pair, self._pair = self._pair, None
        if pair is not None:
            pair.close()

    def run(self, task: Task) -> Result:
        """Run one task and return what it gave; waits for its end.

        Raises
        ------
        EngineError
            The engine is not running, is closed meanwhile, or dies again and again.
        """
        for _ in range(RUNS):
            pair, name = self._sound_pair()
            with contextlib.suppress(EngineError):
                result = pair.run(name, task)
                if result.ended is None or not pair.is_broken:
                    return result
        self._sound_pair()  # says so if the engine was closed
        raise EngineError(
            f"the grading processes died {RUNS} times while this submission ran, which no "
            "submission can do by itself; is the computer short of memory? Grade it again."
        )

    def run_once(self, task: Task) -> Result:
        """Return what ``run`` gave for an equal task before, or run it."""
        return self._kept.run(task)

    def _sound_pair(self) -> tuple[_Pair, str]:
        """Return the two processes, started again if need be, and a name for a new child."""
        with self._lock:
            if self._pair is None:
                raise EngineError("the grading engine is not running; call start() first")
            if self._pair.is_broken:
                self._pair.close()
                self._pair = _Pair(self.limits)
            self._number += 1
            return self._pair, str(self._number)


class _Pair:
    """A judge and a worker that belong together."""

    def __init__(self, limits: Limits) -> None:
        settings = json.dumps(limits.as_data())
        self._worker = WarmProcess("worker", lambda fd: _worker_command(fd, settings))
        self._judge = WarmProcess(
            "judge", lambda fd: [sys.executable, "-m", f"{MODULE}.judge", str(fd)]
        )
        try:
            self._worker.wait_until_ready()
            self._judge.wait_until_ready()
        except BaseException:
            self.close()
            raise

    @property
    def is_broken(self) -> bool:
        return self._worker.is_gone or self._judge.is_gone

    def close(self) -> None:
        for warm in (self._judge, self._worker):
            warm.close()

    def run(self, name: str, task: Task) -> Result:
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="stemcell-kit-trial-") as folder:
            line = self._begin(name, task, folder)
            try:
                result = _collected(line, task, time.monotonic() + task.limits.submission_seconds)
            finally:
                line.close()
                why = self._worker.end(name)
                self._judge.end(name)
        ended = why if result.ended == "gone" and why else result.ended
        return replace(result, ended=ended, seconds=round(time.monotonic() - begun, 4))

    def _begin(self, name: str, task: Task, folder: str) -> Channel:
        """Fork a session and a judge, introduce them to each other, and hand over the task."""
        to_session, to_judge = socket.socketpair()
        ours, judges = socket.socketpair()
        line = Channel(ours, total_bytes=2**40)
        try:
            with to_session, to_judge, judges:
                self._worker.fork(name, [to_session])
                self._judge.fork(name, [to_judge, judges])
        except EngineError:
            line.close()
            raise
        # a judge that died early shows when the verdicts are collected
        with contextlib.suppress(ChannelClosed):
            line.send({"task": task.as_data(), "folder": folder}, seconds=60)
        return line


def _worker_command(control: int, settings: str) -> list[str]:
    words = ["-m", f"{MODULE}.worker", str(control), settings]
    return jail_command(words, package=PACKAGE)


def _collected(line: Channel, task: Task, deadline: float) -> Result:
    """Read verdicts until the judge is done, dead or late; what came before counts."""
    verdicts: dict[int, Verdict] = {}
    try:
        while True:
            word = line.receive(seconds=max(0.0, deadline - time.monotonic()))
            if "done" in word:
                ended = "gone" if word["gone"] else None
                return Result(verdicts, ended, word["gone"] or "", permits=word["permits"])
            verdicts[word["slot"]] = Verdict(**word)
    except ChannelTimeout:
        return Result(verdicts, "time", f"not done after {task.limits.submission_seconds:g} s")
    except (ChannelClosed, BadFrame) as error:
        return Result(verdicts, "judge", str(error))
