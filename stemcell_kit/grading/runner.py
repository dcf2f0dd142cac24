"""Running the cells of a submission.

``Runner`` is the seam between grading and execution: whoever runs a task returns, for each
step, the notebook outputs that nbgrader would see. The engine keeps learner and tests apart
behind a sandbox; the kernel runner runs all cells in one Jupyter kernel, as stock nbgrader
does, and is meant for one's own work on a computer that has no sandbox.
"""

from __future__ import annotations

import base64
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from stemcell_kit.grading.task import Result, Task, Verdict

__all__ = ["KernelRunner", "Runner", "lay_out"]


class Runner(Protocol):
    """Something that runs one task.

    ``keeps_apart`` tells whether tests run out of the learner's reach.
    """

    keeps_apart: bool

    def run(self, task: Task) -> Result:
        """Return the outputs of each step; a failing step has an ``error`` output."""
        ...

    def run_once(self, task: Task) -> Result:
        """Run a task of the course's own cells, or return what an equal one gave before."""
        ...


class KernelRunner:
    """Run all steps in one fresh Jupyter kernel, in a folder with the submission's files."""

    keeps_apart = False

    def run(self, task: Task) -> Result:
        """Return the outputs of each step."""
        import nbformat
        from nbclient import NotebookClient

        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(step.source) for step in task.steps]
        )
        with tempfile.TemporaryDirectory() as folder:
            lay_out({**task.files, **task.course_files}, Path(folder))
            client = NotebookClient(
                notebook,
                kernel_name="python3",
                timeout=int(task.limits.cell_seconds),
                allow_errors=True,
                interrupt_on_timeout=True,
                error_on_timeout=_OUT_OF_TIME,
                # a learner's window shows no warnings
                extra_arguments=["--IPKernelApp.log_level=40"],
                resources={"metadata": {"path": folder}},
            )
            # the marker that nbgrader sets: a notebook that grades itself must not start again
            client.execute(env={**os.environ, "NBGRADER_EXECUTION": "autograde"})
        return Result(
            {
                step.slot: Verdict(step.slot, list(cell.outputs), 0.0)
                for step, cell in zip(task.steps, notebook.cells, strict=True)
            }
        )

    def run_once(self, task: Task) -> Result:
        """Return the outputs of each step; nothing is kept."""
        return self.run(task)


def lay_out(files: Mapping[str, str], folder: Path) -> None:
    """Write files (name -> base64) into a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(content))


_OUT_OF_TIME = {
    "ename": "CellTimeoutError",
    "evalue": "this cell did not finish in time",
    "traceback": ["CellTimeoutError: this cell did not finish in time"],
}
