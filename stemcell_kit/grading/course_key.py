"""The answer keys of an assignment, from the gradebook and the source folder of a course."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from stemcell_kit.errors import BadInput
from stemcell_kit.grading.key import Key, key_of
from stemcell_kit.grading.submission import read_notebook

__all__ = ["assignment_keys", "course_files", "kernelspecs"]

COURSE_FILE_BYTES = 64 * 2**20


def assignment_keys(coursedir: Any, assignment: str) -> dict[str, Key]:
    """Return notebook name -> key for every notebook of an assignment.

    The gradebook decides which notebooks and tests there are. The source notebook adds the
    model solution and the cells that nbgrader does not know; without it the key is poorer.

    Raises
    ------
    BadInput
        The gradebook does not know the assignment.
    """
    from nbgrader.api import Gradebook, MissingEntry

    source = Path(coursedir.format_path(coursedir.source_directory, ".", assignment))
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        try:
            notebooks = gradebook.find_assignment(assignment).notebooks
        except MissingEntry:
            raise BadInput(
                f"the gradebook has no assignment {assignment!r}. Run 'nbgrader "
                f"generate_assignment {assignment}' in the course folder first."
            ) from None
        markers = _markers(coursedir)
        return {notebook.name: _key(notebook, source, markers) for notebook in notebooks}


def _markers(coursedir: Any) -> tuple[str, str]:
    """The words with which the course marks the hidden part of a test."""
    from nbgrader.preprocessors import ClearHiddenTests

    words = ClearHiddenTests(config=coursedir.config)
    return words.begin_test_delimeter, words.end_test_delimeter


def _key(notebook: Any, source: Path, markers: tuple[str, str]) -> Key:
    path = source / f"{notebook.name}.ipynb"
    tests = {cell.name: cell.source for cell in notebook.source_cells if cell.locked}
    if path.is_file():
        original = read_notebook(path)
        known = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in original.cells}
        if tests.keys() <= known:
            return key_of(notebook.name, original, tests, markers=markers)
    cells = _from_gradebook(notebook)
    return key_of(notebook.name, cells, has_model=False, markers=markers)


def _from_gradebook(notebook: Any) -> Any:
    """A notebook of the cells that the gradebook holds, in their order."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    grades = {cell.name: cell.max_score for cell in notebook.grade_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    tasks = {cell.name: cell.max_score for cell in notebook.task_cells}
    book = new_notebook()
    for cell in notebook.source_cells:
        make = new_code_cell if cell.cell_type == "code" else new_markdown_cell
        marks = {
            "grade_id": cell.name,
            "grade": cell.name in grades,
            "solution": cell.name in solutions,
            "task": cell.name in tasks,
            "locked": cell.locked,
            "checksum": cell.checksum,
            "points": grades.get(cell.name, tasks.get(cell.name, 0)),
        }
        book.cells.append(make(cell.source, metadata={"nbgrader": marks}))
    return book


def course_files(coursedir: Any, assignment: str) -> dict[str, bytes]:
    """Return the files that come with an assignment, name -> content.

    Raises
    ------
    BadInput
        They are larger than fits into a session.
    """
    from nbgrader.utils import find_all_files

    source = Path(coursedir.format_path(coursedir.source_directory, ".", assignment))
    found = find_all_files(str(source), [*coursedir.ignore, "*.ipynb"]) if source.is_dir() else []
    files = {Path(name).relative_to(source).as_posix(): Path(name).read_bytes() for name in found}
    if (size := sum(map(len, files.values()))) > COURSE_FILE_BYTES:
        raise BadInput(
            f"the files of {assignment} in {source} have {size / 2**20:.0f} MB; at most "
            f"{COURSE_FILE_BYTES // 2**20} MB can be handed to every learner's session"
        )
    return files


def kernelspecs(gradebook: Any, assignment: str) -> dict[str, dict[str, Any]]:
    """Return notebook name -> the kernel that the course wants, where it says so."""
    found = {n.name: n.kernelspec for n in gradebook.find_assignment(assignment).notebooks}
    return {name: json.loads(spec) for name, spec in found.items() if spec and spec != "null"}
