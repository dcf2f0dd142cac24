"""Runs that need not be done twice: what the course's own cells gave, kept while an engine lives."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from stemcell_kit.grading.task import Result, Task

__all__ = ["KeptRuns"]

MOST = 32  # more notebooks than a course has


@dataclass
class _Place:
    """Where the result of one task is kept, and who is running it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    result: Result | None = None


class KeptRuns:
    """Runs each task once and keeps what it gave, for any number of threads.

    A task is known by all of its content: cells, files and limits. Only a run in which every
    cell came to its end without an error is kept, for another one may be the computer's doing.

    Parameters
    ----------
    run
        Who runs a task.
    most
        How many results are kept; what was asked for longest ago goes first.
    """

    def __init__(self, run: Callable[[Task], Result], *, most: int = MOST) -> None:
        self._run = run
        self._most = most
        self._lock = threading.Lock()
        self._places: dict[str, _Place] = {}

    def run(self, task: Task) -> Result:
        """Return what the task gave, which nobody may change; whoever asks meanwhile waits."""
        place = self._place(_digest(task))
        with place.lock:
            if place.result is not None:
                return place.result
            result = self._run(task)
            if _is_sound(task, result):
                place.result = result
            return result

    def _place(self, name: str) -> _Place:
        with self._lock:
            place = self._places.pop(name, None) or _Place()
            self._places[name] = place  # the last one is the newest
            if len(self._places) > self._most:
                del self._places[next(iter(self._places))]
            return place


def _digest(task: Task) -> str:
    return hashlib.sha256(json.dumps(task.as_data(), sort_keys=True).encode("utf-8")).hexdigest()


def _is_sound(task: Task, result: Result) -> bool:
    """Tell whether every cell was run to its end."""
    shown = [output for verdict in result.verdicts.values() for output in verdict.outputs]
    return (
        result.ended is None
        and result.verdicts.keys() == {step.slot for step in task.steps}
        and not any(output["output_type"] == "error" for output in shown)
    )
