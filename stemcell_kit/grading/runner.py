"""Running the cells of a submission.

``Runner`` is the seam between grading and execution: whoever runs the steps returns, for each,
the notebook outputs that nbgrader would see. The kernel runner runs learner and test cells in
one kernel, as stock nbgrader does, and is meant for one's own work.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from stemcell_kit.grading.submission import Step

__all__ = ["KernelRunner", "Runner"]

SECONDS_PER_CELL = 60


class Runner(Protocol):
    """Something that runs the steps of one submission in order."""

    def run(self, steps: Sequence[Step], folder: Path) -> list[list[Any]]:
        """Return the outputs of each step; a failing step has an ``error`` output."""
        ...


class KernelRunner:
    """Run all steps in one fresh Jupyter kernel, in the notebook's own folder."""

    def __init__(self, *, seconds_per_cell: int = SECONDS_PER_CELL) -> None:
        self.seconds_per_cell = seconds_per_cell

    def run(self, steps: Sequence[Step], folder: Path) -> list[list[Any]]:
        """Return the outputs of each step."""
        import nbformat
        from nbclient import NotebookClient

        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(step.source) for step in steps]
        )
        client = NotebookClient(
            notebook,
            kernel_name="python3",
            timeout=self.seconds_per_cell,
            allow_errors=True,
            interrupt_on_timeout=True,
            error_on_timeout=_OUT_OF_TIME,
            extra_arguments=["--IPKernelApp.log_level=40"],  # a learner's window shows no warnings
            resources={"metadata": {"path": str(folder)}},
        )
        # the same marker that nbgrader sets: a notebook that grades itself must not start again
        client.execute(env={**os.environ, "NBGRADER_EXECUTION": "autograde"})
        return [cell.outputs for cell in notebook.cells]


_OUT_OF_TIME = {
    "ename": "CellTimeoutError",
    "evalue": "this cell did not finish in time",
    "traceback": ["CellTimeoutError: this cell did not finish in time"],
}
