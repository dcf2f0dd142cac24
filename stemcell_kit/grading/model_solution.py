"""Running the model solution first: it shows what each test needs, and that the tests work."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping

from stemcell_kit.grading.key import Key
from stemcell_kit.grading.sandbox.limits import Limits
from stemcell_kit.grading.submission import lay_over, task_of
from stemcell_kit.grading.task import TEST, Result, Task

__all__ = ["learned"]


def learned(
    key: Key, run: Callable[[Task], Result], *, limits: Limits, files: Mapping[str, bytes]
) -> tuple[Key, tuple[str, ...]]:
    """Return the key with its permits, and the tests that the model solution does not pass.

    Without a model solution the tests allow what is harmless in any of them.
    """
    if key.model is None:
        return key.with_permits({}), ()
    laid = lay_over(key, copy.deepcopy(key.model))
    result = run(task_of(laid, key, limits=limits, files={}, course_files=files))
    tests = [step for step in laid.steps if step.kind == TEST]
    failed = tuple(step.grade_id for step in tests if _has_failed(result, step.slot))
    return key.with_permits(result.permits), failed


def _has_failed(result: Result, slot: int) -> bool:
    verdict = result.verdicts.get(slot)
    return verdict is None or any(o["output_type"] == "error" for o in verdict.outputs)
