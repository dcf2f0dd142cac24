"""What is said about a failed test: the course's own words, never the hidden part of the test."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from math import inf
from types import TracebackType
from typing import Any

from stemcell_kit.grading.shell import CellShell
from stemcell_kit.grading.task import TaskStep

__all__ = ["has_error", "hidden_words", "told", "worse"]


def told(step: TaskStep, shell: CellShell, *, knows_hidden: bool = False) -> list[dict[str, Any]]:
    """Return the outputs of the test that just ran, fit for the learner's eyes.

    The text of an error is kept where it arose in the part of the test that the learner can
    read, or where the course wrote it for her: the message of an ``assert`` or of ``sk.expect``.
    Any other error in a hidden part says only that a hidden check did not pass; so does every
    one after the learner's code was called from a hidden part (``knows_hidden``).
    """
    return [
        _shown_error(output, step, shell, knows_hidden)
        if output["output_type"] == "error"
        else output
        for output in shell.outputs
        if shell.failure is None or output.get("name") != "stderr"  # a traceback of the test
    ]


def has_error(outputs: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether a test has failed."""
    return any(output["output_type"] == "error" for output in outputs)


def worse(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the outputs that earn less; the first where both earn the same."""
    return second if has_error(second) or _points(second) < _points(first) else first


def _points(outputs: Sequence[Mapping[str, Any]]) -> float:
    """The partial credit that a test's last line gives; without one, more than any."""
    texts = [o["data"].get("text/plain", "") for o in outputs if "data" in o]
    try:
        return float(texts[-1])
    except (IndexError, ValueError):
        return inf


def hidden_words() -> str:
    """What is said instead of words that could tell what a hidden check looks at."""
    from stemcell_kit.language import say

    return say("grade.hidden-check")


def _shown_error(
    output: dict[str, Any], step: TaskStep, shell: CellShell, knows_hidden: bool
) -> dict[str, Any]:
    name, words = output["ename"], output["evalue"]
    is_told = knows_hidden or _stopped_in_hidden(step, shell)
    if is_told and not _was_written_for_her(step, shell):
        name, words = _builtin_name(shell), hidden_words()
    return {**output, "evalue": words, "traceback": [f"{name}: {words}"]}


def _builtin_name(shell: CellShell) -> str:
    """The name of an error as Python has it; a learner's own class may have any name."""
    kinds = type(shell.failure).__mro__ if shell.failure is not None else ()
    return next((kind.__name__ for kind in kinds if kind.__module__ == "builtins"), "Error")


def _stopped_in_hidden(step: TaskStep, shell: CellShell) -> bool:
    lines = _own_lines(shell)
    return any(first <= line <= last for first, last in step.hidden for line in lines)


def _own_lines(shell: CellShell) -> list[int]:
    """Line numbers of the frames that run the test's own text, outermost first."""
    frames = [f for f in _frames(shell.failure) if f.tb_frame.f_globals is shell.names]
    # a helper of an earlier cell has lines of its own
    return [f.tb_lineno for f in frames if _file_of(f) == _file_of(frames[0])]


def _frames(failure: BaseException | None) -> list[TracebackType]:
    trace, found = failure.__traceback__ if failure else None, []
    while trace is not None:
        found.append(trace)
        trace = trace.tb_next
    return found


def _file_of(frame: TracebackType) -> str:
    return frame.tb_frame.f_code.co_filename


def _was_written_for_her(step: TaskStep, shell: CellShell) -> bool:
    from stemcell_kit.learning.expect import NotYet

    failure, frames = shell.failure, _frames(shell.failure)
    innermost = frames[-1].tb_frame if frames else None
    if innermost is None or failure is None:
        return False
    if type(failure) is NotYet:  # from sk.expect, not brought over from the learner's code
        return innermost.f_globals["__name__"] == NotYet.__module__
    if type(failure) is not AssertionError or innermost.f_globals is not shell.names:
        return False
    own = [frame for frame in frames if frame.tb_frame.f_globals is shell.names]
    is_of_this_cell = _file_of(own[0]) == _file_of(own[-1])
    return is_of_this_cell and _has_fixed_message(step.source, frames[-1].tb_lineno)


def _has_fixed_message(source: str, line: int) -> bool:
    """Tell whether the ``assert`` on this line has a message without values in it."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a test with magics
        return False
    return any(
        isinstance(node, ast.Assert)
        and isinstance(node.msg, ast.Constant)
        and node.lineno <= line <= (node.end_lineno or node.lineno)
        for node in ast.walk(tree)
    )
