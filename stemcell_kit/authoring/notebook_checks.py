"""What a lesson and an exercise must keep to, so that every notebook reads like the others.

The budgets are those that a reader feels: short cells, short texts, one rhythm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from stemcell_kit.authoring.claims import claim_problems
from stemcell_kit.authoring.release import exercises_of
from stemcell_kit.catalogue import catalogue
from stemcell_kit.coverage import promise_problems
from stemcell_kit.errors import KitError
from stemcell_kit.grading.key import key_of
from stemcell_kit.grading.submission import read_notebook
from stemcell_kit.model import SOURCE_LANGUAGE
from stemcell_kit.paths import course_dir

__all__ = ["check_course", "check_exercise", "check_lesson", "in_kernel_tests"]

SECTIONS = (
    "What you will be able to do",
    "Why the standard exists",
    "Checklist",
    "Take-aways",
    "Sources",
    "Your turn",
)
MAX_CELLS = 40
MAX_CODE_LINES = 10
MAX_MEDIAN_CODE_LINES = 5
MAX_WORDS = 120
MIN_QUESTIONS = 8
MAX_TEST_LINES = 8
PLUMBING = re.compile(r"\b(import (?!stemcell_kit as sk)|from \w+ import|plt\.|open\(|__file__)")
MARKERS = ("### BEGIN", "### END")


def check_course() -> list[str]:
    """Return all problems of the content files, the lessons and the exercises, in reading order."""
    try:
        course = catalogue().course
    except KitError as error:
        return [str(error)]
    root = course_dir()
    problems: list[str] = []
    for lesson in course.lessons:
        path = root / "notebooks" / SOURCE_LANGUAGE / f"{lesson.notebook}.ipynb"
        problems += check_lesson(path)
    for exercise in exercises_of():
        problems += check_exercise(
            root / "solutions" / SOURCE_LANGUAGE / exercise / f"{exercise}.ipynb"
        )
    return [*problems, *promise_problems(), *claim_problems()]


def in_kernel_tests() -> list[str]:
    """Return the tests of the exercises that run in the learner's own process, where they could be cheated."""
    root = course_dir() / "solutions" / SOURCE_LANGUAGE
    keys = {
        name: key_of(name, read_notebook(root / name / f"{name}.ipynb")) for name in exercises_of()
    }
    return [
        f"{name}: {cell.grade_id}"
        for name, key in keys.items()
        for cell in key.cells
        if cell.in_kernel
    ]


def check_lesson(path: Path) -> list[str]:
    """Return what is wrong with one lesson."""
    try:
        notebook = read_notebook(path)
    except KitError as error:
        return [str(error)]
    found = [*_budgets(notebook), *_sections(notebook), *_names(notebook)]
    return [f"{path.name}: {problem}" for problem in found]


def check_exercise(path: Path) -> list[str]:
    """Return what is wrong with the source notebook of one exercise."""
    try:
        notebook = read_notebook(path)
    except KitError as error:
        return [str(error)]
    found = [*_graded(notebook), *_names(notebook), *_outputs(notebook)]
    return [f"{path.name}: {problem}" for problem in found]


def _budgets(notebook: Any) -> Iterator[str]:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    sizes = [_code_lines(cell) for cell in code]
    if len(notebook.cells) > MAX_CELLS:
        yield f"{len(notebook.cells)} cells; at most {MAX_CELLS}"
    if sizes and median(sizes) > MAX_MEDIAN_CODE_LINES:
        yield f"the median code cell has {median(sizes):g} lines; at most {MAX_MEDIAN_CODE_LINES}"
    for cell, size in zip(code, sizes, strict=True):
        if size > MAX_CODE_LINES:
            yield f"cell {cell.id}: {size} lines of code; at most {MAX_CODE_LINES}"
        if PLUMBING.search(cell.source):
            yield f"cell {cell.id}: plumbing; a lesson imports stemcell_kit as sk and nothing else"
    for cell in notebook.cells:
        words = len(cell.source.split())
        if cell.cell_type == "markdown" and words > MAX_WORDS:
            yield f"cell {cell.id}: {words} words; at most {MAX_WORDS}"
    yield from _outputs(notebook)


def _outputs(notebook: Any) -> Iterator[str]:
    for cell in notebook.cells:
        kept = "nbval-check-output" in cell.metadata.get("tags", [])
        if cell.cell_type == "code" and cell.outputs and not kept:
            yield f"cell {cell.id}: stored output; clear it or tag the cell nbval-check-output"


def _sections(notebook: Any) -> Iterator[str]:
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    heads = re.findall(r"^## +(.+?)\s*$", text, re.MULTILINE)
    expected = [head for head in heads if head in SECTIONS]
    if expected != list(SECTIONS):
        yield f"sections {expected}; expected {list(SECTIONS)} in this order"
    predictions = sum("sk.predict(" in cell.source for cell in notebook.cells)
    if predictions < 3:
        yield f"{predictions} predictions; a lesson asks for at least 3"


def _names(notebook: Any) -> Iterator[str]:
    known = catalogue().requirements
    for cell in notebook.cells:
        for name in cell.metadata.get("stemcell_kit", {}).get("requirements", []):
            if name not in known:
                yield f"cell {cell.id}: unknown requirement {name}"


def _graded(notebook: Any) -> Iterator[str]:
    graded = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")]
    ids = [cell.metadata.nbgrader.grade_id for cell in graded]
    if len(ids) < MIN_QUESTIONS:
        yield f"{len(ids)} graded questions; at least {MIN_QUESTIONS}"
    for repeated in sorted({name for name in ids if ids.count(name) > 1}):
        yield f"grade id {repeated} is used more than once"
    for cell in graded:
        name = cell.metadata.nbgrader.grade_id
        if not cell.metadata.get("stemcell_kit", {}).get("requirements"):
            yield f"question {name}: names no requirement"
        if "sk.expect(" not in cell.source and "sk.award(" not in cell.source:
            yield f"question {name}: the test cell calls neither sk.expect nor sk.award"
        if "### BEGIN HIDDEN TESTS" not in cell.source:
            yield f"question {name}: no hidden test"
        if _code_lines(cell) > MAX_TEST_LINES:
            yield f"question {name}: {_code_lines(cell)} lines; at most {MAX_TEST_LINES}"


def _code_lines(cell: Any) -> int:
    lines = (line.strip() for line in cell.source.splitlines())
    return sum(1 for line in lines if line and not line.startswith(MARKERS))
