"""Small notebooks on trial: a model solution, a submission, and what each cell of it gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbformat.v4 import new_code_cell, new_notebook

from stemcell_kit.grading.engine import Engine
from stemcell_kit.grading.key import Key, key_of
from stemcell_kit.grading.model_solution import learned
from stemcell_kit.grading.sandbox.limits import Limits
from stemcell_kit.grading.submission import lay_over, task_of
from stemcell_kit.grading.task import Result

SHORT = Limits(cell_seconds=10, submission_seconds=60)


@dataclass(frozen=True)
class Part:
    """One cell of a notebook: ``learner``, ``course`` or ``test``."""

    kind: str
    grade_id: str
    source: str
    in_kernel: bool = False


def solution(source: str, grade_id: str = "answer") -> Part:
    """A cell in which the learner answers; the text is the model solution."""
    return Part("learner", grade_id, source)


def locked(source: str, grade_id: str = "given") -> Part:
    """A cell that the course gives and nobody may change."""
    return Part("course", grade_id, source)


def test_cell(source: str, grade_id: str = "test", *, in_kernel: bool = False) -> Part:
    """A test."""
    return Part("test", grade_id, source, in_kernel)


test_cell.__test__ = False  # type: ignore[attr-defined]


def notebook(parts: tuple[Part, ...], answers: Mapping[str, str] | None = None) -> Any:
    """The notebook of these cells, with other answers here and there."""
    given = answers or {}
    return new_notebook(cells=[_cell(part, given.get(part.grade_id)) for part in parts])


def _cell(part: Part, answer: str | None) -> Any:
    marks = {
        "grade": part.kind == "test",
        "grade_id": part.grade_id,
        "locked": part.kind != "learner",
        "points": 1,
        "schema_version": 3,
        "solution": part.kind == "learner",
        "task": False,
    }
    cell = new_code_cell(part.source if answer is None else answer, metadata={"nbgrader": marks})
    if part.in_kernel:
        cell.metadata["stemcell_kit"] = {"run": "in-kernel"}
    return cell


@dataclass(frozen=True)
class Trial:
    """What a submission gave, and which tests the model solution failed."""

    model_fails: tuple[str, ...]
    outputs: Mapping[str, list[dict[str, Any]]]
    result: Result

    def error(self, grade_id: str = "test") -> str | None:
        """The error of a cell as ``name: text``, None for none, ``not run`` for no verdict."""
        if grade_id not in self.outputs:
            return "not run"
        errors = [o for o in self.outputs[grade_id] if o["output_type"] == "error"]
        return f"{errors[0]['ename']}: {errors[0]['evalue']}" if errors else None


class Court:
    """Runs trials of one course notebook; the model solution runs once."""

    def __init__(
        self, engine: Engine, *parts: Part, course_files: Mapping[str, bytes] = {}
    ) -> None:
        self._engine = engine
        self._parts = parts
        self._course_files = course_files
        self.key, self.model_fails = self._learned()

    def _learned(self) -> tuple[Key, tuple[str, ...]]:
        key = key_of("exam", notebook(self._parts))
        return learned(key, self._engine.run, limits=SHORT, files=self._course_files)

    def trial(
        self,
        *answer: str,
        limits: Limits = SHORT,
        files: Mapping[str, bytes] | None = None,
        **answers: str,
    ) -> Trial:
        """Run a submission: its answer to the cell ``answer``, or answers by their cells."""
        given = {**answers, **({"answer": answer[0]} if answer else {})}
        laid = lay_over(self.key, notebook(self._parts, given))
        task = task_of(
            laid, self.key, limits=limits, files=files or {}, course_files=self._course_files
        )
        result = self._engine.run(task)
        outputs = {
            step.grade_id: result.verdicts[step.slot].outputs
            for step in laid.steps
            if step.slot in result.verdicts
        }
        return Trial(self.model_fails, outputs, result)
