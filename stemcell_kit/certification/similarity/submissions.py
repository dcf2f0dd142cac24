"""The answer cells of submissions, and the cells that the course gave."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stemcell_kit.certification.similarity.fragments import own_names
from stemcell_kit.errors import BadInput
from stemcell_kit.grading.submission import read_notebook
from stemcell_kit.language import say

__all__ = ["CourseCell", "Submission", "course_cells", "read_submissions"]

# What is longer was not typed by a candidate; reading it would only cost time.
MAX_FILE_BYTES = 20_000_000
MAX_CELL_CHARACTERS = 50_000
# The same exercise may be the first part of one form and the third of another.
_NUMBERED = re.compile(r"^(?:part-)?\d+-")


@dataclass(frozen=True)
class Submission:
    """A candidate's answers: ``notebook/answer cell`` -> code. ``unread`` are files left out."""

    candidate: str
    cells: Mapping[str, str]
    unread: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class CourseCell:
    """Code of the course, and the names that its author chose in the answers of the notebook."""

    source: str
    own: frozenset[str] = frozenset()


def read_submissions(folder: Path) -> tuple[Submission, ...]:
    """Read the answers in a folder with one folder per candidate, as nbgrader collects them.

    Links are not followed, and what cannot be read is named in the submission.

    Raises
    ------
    BadInput
        Fewer than two folders with answers.
    """
    found = [_submission(one) for one in _folders(folder)]
    if sum(bool(one.cells) for one in found) < 2:
        raise BadInput(say("similarity.nobody", path=folder))
    return tuple(found)


def course_cells(folders: Iterable[Path]) -> tuple[CourseCell, ...]:
    """Return all code in notebooks of the course: what it gave, and its model solutions.

    Raises
    ------
    BadInput
        A notebook of the course cannot be read.
    """
    found: list[CourseCell] = []
    for path in (path for folder in folders for path in sorted(folder.rglob("*.ipynb"))):
        cells = read_notebook(path).cells
        own = own_names(cell.source for cell in cells if _is_answer(cell))
        found += [CourseCell(cell.source, own) for cell in cells if cell.cell_type == "code"]
    return tuple(found)


def _folders(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(p for p in folder.iterdir() if p.is_dir() and not p.is_symlink())


def _submission(folder: Path) -> Submission:
    cells: dict[str, str] = {}
    unread = []
    for path in _notebooks(folder):
        try:
            # a question is named by its notebook too: two exercises may both have an "answer"
            book = _NUMBERED.sub("", path.stem)
            cells |= {f"{book}/{name}": source for name, source in _answers(path).items()}
        except BadInput:
            # a damaged file of one candidate must not hide the others; the report names it
            unread.append(path.name)
    return Submission(folder.name, cells, tuple(unread))


def _notebooks(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.ipynb")):
        inside = [folder, *(folder / p for p in path.relative_to(folder).parents), path]
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and not any(one.is_symlink() for one in inside) and path.is_file():
            yield path


def _answers(path: Path) -> dict[str, str]:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise BadInput(f"{path} is larger than {MAX_FILE_BYTES} bytes")
    cells = getattr(read_notebook(path), "cells", None)
    if not isinstance(cells, list):
        raise BadInput(f"{path} holds no cells")
    return {
        str(cell["metadata"]["nbgrader"]["grade_id"]): cell["source"][:MAX_CELL_CHARACTERS]
        for cell in cells
        if _is_answer(cell)
    }


def _is_answer(cell: Any) -> bool:
    """Whether it is an answer cell, formed as it should be; a candidate may send anything."""
    node = cell
    for key in ("metadata", "nbgrader"):
        node = node.get(key) if isinstance(node, Mapping) else None
    if not isinstance(node, Mapping) or not (node.get("solution") and node.get("grade_id")):
        return False
    return cell.get("cell_type") == "code" and isinstance(cell.get("source"), str)
