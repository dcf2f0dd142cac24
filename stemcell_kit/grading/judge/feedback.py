"""What is said about a failed test: the course's own words, never the hidden part of the test."""

from __future__ import annotations

import ast
from typing import Any

from stemcell_kit.grading.shell import CellShell
from stemcell_kit.grading.task import TaskStep

__all__ = ["told"]


def told(step: TaskStep, shell: CellShell) -> list[dict[str, Any]]:
    """Return the outputs of the test that just ran, fit for the learner's eyes.

    The text of an error is kept where it arose in the part of the test that the learner can
    read, or where the course wrote it for her: the message of an ``assert`` or of ``sk.expect``.
    Any other error in a hidden part says only that a hidden check did not pass.
    """
    return [
        _shown_error(output, step, shell) if output["output_type"] == "error" else output
        for output in shell.outputs
    ]


def _shown_error(output: dict[str, Any], step: TaskStep, shell: CellShell) -> dict[str, Any]:
    from stemcell_kit.language import say

    name, words = output["ename"], output["evalue"]
    if _is_hidden(_line_of(shell), step) and not _was_written_for_her(step, shell):
        words = say("grade.hidden-check")
    return {**output, "evalue": words, "traceback": [f"{name}: {words}"]}


def _is_hidden(line: int, step: TaskStep) -> bool:
    return any(first <= line <= last for first, last in step.hidden)


def _line_of(shell: CellShell) -> int:
    """The line of the test at which it stopped, 0 for none."""
    frames = _own_frames(shell)
    return frames[0] if frames else 0


def _own_frames(shell: CellShell) -> list[int]:
    """Line numbers of the frames that run the test's own text, outermost first."""
    trace = shell.failure.__traceback__ if shell.failure else None
    lines = []
    while trace is not None:
        if trace.tb_frame.f_globals is shell.names:
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return lines


def _was_written_for_her(step: TaskStep, shell: CellShell) -> bool:
    failure = shell.failure
    if type(failure).__name__ == "NotYet":
        return True
    if type(failure) is not AssertionError or not failure.args:
        return False
    trace = failure.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or trace.tb_frame.f_globals is not shell.names:
        return False
    return _has_fixed_message(step.source, trace.tb_lineno)


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
