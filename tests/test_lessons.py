"""Every lesson keeps the rhythm and runs clean, offline, from top to bottom."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import nbclient
import pytest

from stemcell_kit.authoring.notebook_checks import check_course
from stemcell_kit.catalogue import catalogue
from stemcell_kit.grading.submission import read_notebook
from stemcell_kit.paths import course_dir

NOTEBOOKS = sorted((course_dir() / "notebooks" / "en").glob("*.ipynb"))
# a kernel that tries to reach another computer is told no at once
NO_NETWORK = """
import socket as _socket
def _refuse(self, address, *rest):
    if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise AssertionError(f"a lesson reached for {address}")
    return _connect(self, address, *rest)
_connect = _socket.socket.connect
_socket.socket.connect = _refuse
"""


def test_the_course_keeps_its_own_rules() -> None:
    """Content, sections, budgets, requirement names and promised coverage."""
    assert check_course() == []


def test_the_notebooks_are_those_of_the_course() -> None:
    """A start page, the lessons in teaching order, and a page for one's own laboratory; then extras."""
    course = catalogue().course

    assert [path.stem for path in NOTEBOOKS] == [
        course.start,
        *(lesson.notebook for lesson in course.lessons),
        course.laboratory,
        *course.extra,
    ]
    assert len(course.lessons) >= 22


@pytest.mark.parametrize(
    "path",
    [pytest.param(p, marks=[pytest.mark.locale] * ("identity" in p.stem)) for p in NOTEBOOKS],
    ids=lambda path: path.stem,
)
def test_a_lesson_runs_without_error_warning_or_network(path: Path) -> None:
    """Nothing is written to stderr, so the reader meets no warning."""
    notebook = read_notebook(path)
    client = nbclient.NotebookClient(notebook, kernel_name="python3", timeout=60)
    with client.setup_kernel():
        assert client.kc is not None
        client.kc.execute(NO_NETWORK)
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)

    said = [
        output.text
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stderr"
    ]
    assert said == []


def test_the_code_cells_of_the_course_are_short() -> None:
    """Over all lessons the median code cell has at most five lines."""
    lengths = [
        len(cell.source.splitlines())
        for path in NOTEBOOKS
        for cell in read_notebook(path).cells
        if cell.cell_type == "code"
    ]

    assert median(lengths) <= 5
