"""The answer key of one notebook: its cells as the course has them, and what each test needs.

It is made from the gradebook, which holds the tests, and from the source notebook, which holds
the model solution; never from a submission.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from stemcell_kit.grading.names import Needs, cell_names, needs_of_tests
from stemcell_kit.grading.task import COURSE, LEARNER, TEST

__all__ = ["Key", "KeyCell", "hidden_lines", "key_of", "visible_part"]

Markers = tuple[str, str]
HIDDEN: Markers = ("BEGIN HIDDEN TESTS", "END HIDDEN TESTS")  # nbgrader's own words


@dataclass(frozen=True)
class KeyCell:
    """One cell that nbgrader knows, as the course has it."""

    grade_id: str
    kind: str
    cell_type: str
    source: str
    points: float = 0.0
    is_grade: bool = False
    is_solution: bool = False
    is_task: bool = False
    is_locked: bool = False
    in_kernel: bool = False
    hidden: tuple[tuple[int, int], ...] = ()
    checksum: str = ""


@dataclass(frozen=True)
class Key:
    """The answer key of one notebook.

    ``model`` is the notebook with the model solution, where there is one, and ``permits`` what
    running it has shown; None until then.
    """

    notebook: str
    cells: tuple[KeyCell, ...]
    needs: Mapping[str, Needs]
    imports: Mapping[str, str]
    echoes: Mapping[str, str]
    permits: Mapping[str, list[str]] | None = None
    model: Any = field(repr=False, compare=False, default=None)

    @property
    def by_id(self) -> dict[str, KeyCell]:
        """Grade id -> cell."""
        return {cell.grade_id: cell for cell in self.cells}

    def with_permits(self, permits: Mapping[str, list[str]]) -> Key:
        """Return the key with what the model solution has shown."""
        return replace(self, permits=dict(permits))


def key_of(
    notebook: str,
    source: Any,
    tests: Mapping[str, str] | None = None,
    *,
    has_model: bool = True,
    markers: Markers = HIDDEN,
) -> Key:
    """Make the key of a notebook.

    Parameters
    ----------
    notebook
        Its name, without folder and suffix.
    source
        The source notebook, as nbformat reads it.
    tests
        Grade id -> text of a locked cell or test as the gradebook holds it; it wins over the
        source, which may have been edited since the release.
    has_model
        Whether the solution cells of *source* hold solutions.
    markers
        The words with which a hidden part of a test begins and ends.
    """
    cells = tuple(_key_cell(cell, tests or {}, markers) for cell in source.cells if _marks(cell))
    known = {cell.grade_id: cell for cell in cells}
    codes = [
        (cell.grade_id, cell.kind, cell.source) if cell else ("", LEARNER, theirs.source)
        for theirs in source.cells
        if theirs.cell_type == "code"
        for cell in [known.get(_grade_id(theirs))]
    ]
    imports = {name: how for _, _, code in codes for name, how in cell_names(code).imports.items()}
    return Key(
        notebook,
        cells,
        needs_of_tests(codes),
        imports,
        dict(_echoes(codes, markers)),
        model=source if has_model else None,
    )


def _marks(cell: Any) -> Mapping[str, Any]:
    marks: Mapping[str, Any] = cell.metadata.get("nbgrader", {})
    return marks


def _grade_id(cell: Any) -> str:
    return str(_marks(cell).get("grade_id", ""))


def _key_cell(cell: Any, tests: Mapping[str, str], markers: Markers) -> KeyCell:
    marks = _marks(cell)
    grade, solution = bool(marks.get("grade")), bool(marks.get("solution"))
    task = bool(marks.get("task"))
    locked = not solution and (grade or bool(marks.get("locked")))
    code = cell.cell_type == "code"
    kind = LEARNER if solution or not code else TEST if grade else COURSE if locked else LEARNER
    own = cell.metadata.get("stemcell_kit", {})
    text = tests.get(_grade_id(cell), cell.source) if locked else cell.source
    return KeyCell(
        grade_id=_grade_id(cell),
        kind=kind,
        cell_type=cell.cell_type,
        source=text,
        points=float(marks.get("points") or 0),
        is_grade=grade,
        is_solution=solution,
        is_task=task,
        is_locked=locked,
        in_kernel=own.get("run") == "in-kernel",
        hidden=hidden_lines(text, markers) if kind == TEST else (),
        checksum=str(marks.get("checksum", "")),
    )


def hidden_lines(source: str, markers: Markers = HIDDEN) -> tuple[tuple[int, int], ...]:
    """First and last line of each hidden region of a test, counted from 1."""
    begin, end = markers
    regions, begun = [], 0
    for number, line in enumerate(_lines(source), start=1):
        if begin in line:
            begun = number
        elif end in line and begun:
            regions.append((begun, number))
            begun = 0
    if begun:
        regions.append((begun, number))
    return tuple(regions)


def visible_part(source: str, markers: Markers = HIDDEN) -> str:
    """Return a test without its hidden regions."""
    lines = _lines(source)
    hidden = {n for first, last in hidden_lines(source, markers) for n in range(first, last + 1)}
    return "\n".join(line for n, line in enumerate(lines, start=1) if n not in hidden)


def _lines(source: str) -> list[str]:
    """The lines of a cell as Python counts them, which knows fewer line ends than text does."""
    return re.split(r"\r\n|\r|\n", source)


def _echoes(codes: Sequence[tuple[str, str, str]], markers: Markers) -> Iterable[tuple[str, str]]:
    """Tests whose visible part binds a name that a later cell of the course's own notebook reads."""
    for place, (grade_id, kind, source) in enumerate(codes):
        if kind != TEST:
            continue
        visible = visible_part(source, markers)
        bound = cell_names(visible).binds - cell_names(visible).imports.keys()
        for _, later, text in codes[place + 1 :]:
            if later != TEST and bound & cell_names(text).reads:
                yield grade_id, visible
                break
