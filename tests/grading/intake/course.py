"""A small course with one cell of each kind that nbgrader knows."""

from __future__ import annotations

import copy
import json
import warnings
from pathlib import Path
from typing import Any

import nbformat
import pytest
from traitlets.config import Config

from stemcell_kit.paths import path_with_scripts

__all__ = ["SOURCE", "as_bytes", "run_converter"]


def marked(kind: str, source: str, grade_id: str, **marks: Any) -> Any:
    """A cell of the course, as its author writes it."""
    flags = {"grade": False, "solution": False, "locked": False, "task": False, **marks}
    metadata = {"nbgrader": {"grade_id": grade_id, "schema_version": 3, **flags}}
    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    return make(source, metadata=metadata)


SOURCE = nbformat.v4.new_notebook(
    cells=[
        marked("markdown", "# Two counts", "intro", locked=True),
        marked("code", "counts = [2, 3]", "counts", locked=True),
        marked("code", "### BEGIN SOLUTION\ntotal = 5\n### END SOLUTION", "sum", solution=True),
        marked(
            "code",
            "assert total > 0\n### BEGIN HIDDEN TESTS\nassert total == 5\n### END HIDDEN TESTS",
            "adds",
            grade=True,
            locked=True,
            points=2,
        ),
        marked("markdown", "Why?", "why", grade=True, solution=True, points=3),
        marked("markdown", "Draw it.", "draw", task=True, locked=True, points=1),
    ],
    metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
)


def run_converter(converter: Any, root: Path, config: Config | None = None) -> None:
    """Run one step of nbgrader on the assignment ``counting``."""
    from nbgrader.coursedir import CourseDirectory

    config = copy.deepcopy(config) if config else Config()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.assignment_id = "counting"
    step = converter(coursedir=CourseDirectory(config=config), config=config)
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        # nbgrader's own gradebook code makes SQLAlchemy say this for every new submission
        warnings.filterwarnings("ignore", message="Object of type <Submitted")
        patch.setenv("PATH", path_with_scripts())  # nbgrader looks for alembic there
        step.start()


def as_bytes(content: Any) -> bytes:
    """Bytes as they are, text in UTF-8, all else as JSON."""
    if isinstance(content, bytes):
        return content
    return (content if isinstance(content, str) else json.dumps(content)).encode()
