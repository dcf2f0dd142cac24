"""What one grading session gets and gives: plain data, so that any process on any machine can do it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from stemcell_kit.grading.sandbox.limits import Limits

__all__ = ["LockedCell", "Result", "Task", "TaskStep", "Verdict"]

LEARNER, COURSE, TEST = "learner", "course", "test"


@dataclass(frozen=True)
class LockedCell:
    """A locked cell that the judge runs itself when a test needs what it defines."""

    source: str
    asks: tuple[str, ...] = ()


@dataclass(frozen=True)
class TaskStep:
    """One code cell to run.

    ``slot`` says where its outputs belong; ``asks``, ``course_cells``, ``files``, ``hidden``
    (first and last line of each hidden region), ``echo`` (what of the test the learner's later
    cells build on) and ``in_kernel`` are for tests only.
    """

    slot: int
    kind: str
    grade_id: str
    source: str
    asks: tuple[str, ...] = ()
    course_cells: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    hidden: tuple[tuple[int, int], ...] = ()
    echo: str = ""
    in_kernel: bool = False


@dataclass(frozen=True)
class Task:
    """One notebook of one submission.

    ``files`` are the submission's (name -> base64), ``course_files`` the course's, which win.
    ``permits`` is None for the model solution, from which they are learned.
    """

    steps: tuple[TaskStep, ...]
    course_cells: Mapping[str, LockedCell] = field(default_factory=dict)
    imports: Mapping[str, str] = field(default_factory=dict)
    permits: Mapping[str, list[str]] | None = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    course_files: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)

    def as_data(self) -> dict[str, Any]:
        """Return the task as plain data."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Task:
        """Return the task that ``as_data`` wrote."""
        steps = tuple(
            TaskStep(**{**_in_tuples(step), "hidden": tuple(map(tuple, step["hidden"]))})
            for step in data["steps"]
        )
        cells = {
            name: LockedCell(**_in_tuples(cell)) for name, cell in data["course_cells"].items()
        }
        limits = Limits(**data["limits"])
        return cls(**{**data, "steps": steps, "course_cells": cells, "limits": limits})


def _in_tuples(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields with tuples again, which JSON has made lists."""
    return {n: tuple(value) if isinstance(value, list) else value for n, value in fields.items()}


@dataclass(frozen=True)
class Verdict:
    """What one step gave: its outputs as plain dicts, and how long it took in seconds.

    ``knows_hidden`` marks a cell of the learner that ran after a hidden test had called her code:
    what it shows may be what that test called it with.
    """

    slot: int
    outputs: list[dict[str, Any]]
    seconds: float
    knows_hidden: bool = False


@dataclass(frozen=True)
class Result:
    """What a session gave.

    ``ended`` is the code of what ended it early, or None: ``time``, ``memory``, ``gone``.
    """

    verdicts: Mapping[int, Verdict]
    ended: str | None = None
    detail: str = ""
    seconds: float = 0.0
    permits: Mapping[str, list[str]] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """Return the result as plain data."""
        data = asdict(self)
        data["verdicts"] = list(data["verdicts"].values())
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Result:
        """Return the result that ``as_data`` wrote."""
        verdicts = {verdict["slot"]: Verdict(**verdict) for verdict in data["verdicts"]}
        return cls(**{**data, "verdicts": verdicts})
