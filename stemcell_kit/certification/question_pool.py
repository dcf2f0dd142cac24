"""The pool that exams draw from: each graded question of the course with what it stands on.

A question takes with it the locked cells that it reads. Where it builds on the answer to another
one, the two are drawn together; where only the model solution reuses earlier lines, these lines
go with the model solution and the question stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from stemcell_kit.grading.key import Key, key_of, visible_part
from stemcell_kit.grading.names import NamedCell, cell_names, owners_of
from stemcell_kit.grading.submission import read_notebook
from stemcell_kit.grading.task import COURSE, LEARNER, TEST
from stemcell_kit.model import SOURCE_LANGUAGE
from stemcell_kit.paths import course_dir
from stemcell_kit.trace import notebook_requirements

__all__ = [
    "HEADING",
    "MENTION",
    "Exercise",
    "Question",
    "exercises",
    "heading_of",
    "question_pool",
    "solution_parts",
]

HEADING = re.compile(r"^(## )(\d+)(\s*[.·].*)$", re.MULTILINE)
MENTION = re.compile(r"\b(questions? )(\d+)(?:( and | to |, )(\d+))?")
_TABLE = re.compile(r"""\bteaching_table\(["']([a-z0-9_]+)["']""")
_TABLE_NAME = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+")
_SOLUTION = re.compile(r"^### BEGIN SOLUTION\n(.*?)^### END SOLUTION\n?", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Question:
    """One graded question; cells are named by their places in the exercise's notebook.

    ``cells`` are its own, from its words to its test; ``borrowed`` the locked cells of other
    questions that it reads; ``preludes`` the answer cells whose model solution its own reuses;
    ``after`` the questions, by id, whose answers it builds on. ``open_keys`` are the teaching
    tables that its solution or its hidden test reads and that the candidate is not shown: whoever
    has the kit can look the answer up there.
    """

    id: str
    exercise: str
    number: int
    cells: tuple[int, ...]
    borrowed: tuple[int, ...]
    preludes: tuple[int, ...]
    after: tuple[str, ...]
    open_keys: tuple[str, ...]
    answers: tuple[str, ...]
    points: float
    requirements: tuple[str, ...]

    @property
    def grade_id(self) -> str:
        """The id of its test cell, e.g. ``ignores-amelogenin``."""
        return self.id.partition("/")[2]


@dataclass(frozen=True)
class Exercise:
    """One exercise of the course, cut into its opening cells and its questions."""

    name: str
    notebook: Any = field(repr=False, compare=False)
    opening: tuple[int, ...]
    questions: tuple[Question, ...]


def exercises() -> dict[str, Exercise]:
    """Return every exercise of the course by name."""
    return _exercises(course_dir() / "solutions" / SOURCE_LANGUAGE)


def question_pool() -> dict[str, Question]:
    """Return every graded question of the course by id, e.g. ``identity/ignores-amelogenin``."""
    return _pool(course_dir() / "solutions" / SOURCE_LANGUAGE)


def heading_of(question: Question) -> str:
    """Return the heading of a question without its number, e.g. ``The lot with two lines``."""
    cells = exercises()[question.exercise].notebook.cells
    found = HEADING.search("\n".join(cells[place].source for place in question.cells))
    return found[3].lstrip(" .·") if found else question.grade_id


def solution_parts(source: str) -> tuple[str, str]:
    """Split an answer cell into what the candidate sees and the model solution."""
    return _SOLUTION.sub("", source), "".join(_SOLUTION.findall(source))


@cache
def _exercises(folder: Path) -> dict[str, Exercise]:
    paths = sorted(folder.glob("*/*.ipynb"))
    return {path.stem: _exercise(path) for path in paths if path.stem == path.parent.name}


@cache
def _pool(folder: Path) -> dict[str, Question]:
    return {one.id: one for exercise in _exercises(folder).values() for one in exercise.questions}


def _exercise(path: Path) -> Exercise:
    notebook = read_notebook(path)
    reader = _Reader(path.stem, notebook)
    return Exercise(path.stem, notebook, reader.opening, tuple(reader.questions()))


class _Reader:
    """Reads one exercise; every code cell is named by its place."""

    def __init__(self, name: str, notebook: Any) -> None:
        self.name = name
        self.cells = notebook.cells
        key = key_of(name, notebook)
        self.kinds = [_kind(key, cell) for cell in self.cells]
        self.named = [
            NamedCell(str(place), cell_names(cell.source), kind in (COURSE, TEST), kind == TEST)
            for place, (cell, kind) in enumerate(zip(self.cells, self.kinds, strict=True))
        ]
        self.requirements = notebook_requirements(notebook)
        self.shown = self._shown_tables()
        self.blocks = list(self._blocks())
        self.opening = tuple(range(self.blocks[0][0]))
        self.of_place = {place: n for n, block in enumerate(self.blocks) for place in block}
        heads = [_heading(self.cells[place].source for place in block) for block in self.blocks]
        self.numbers = [head or place for place, head in enumerate(heads, start=1)]

    def _blocks(self) -> Iterator[tuple[int, ...]]:
        """Yield the places of each question: all cells after the test before, up to its own."""
        begin = next(place for place, cell in enumerate(self.cells) if HEADING.search(cell.source))
        for place, kind in enumerate(self.kinds):
            if kind == TEST:
                yield tuple(range(begin, place + 1))
                begin = place + 1

    def questions(self) -> Iterator[Question]:
        """Yield the questions in the order of the notebook."""
        for number, block in enumerate(self.blocks):
            marks = self.cells[block[-1]].metadata.nbgrader
            found = _Walk(self, number)
            answers = [p for p in block if self.kinds[p] == LEARNER and self.is_code(p)]
            yield Question(
                id=f"{self.name}/{marks.grade_id}",
                exercise=self.name,
                number=self.numbers[number],
                cells=block,
                borrowed=tuple(sorted(found.borrowed)),
                preludes=tuple(sorted(found.preludes)),
                after=tuple(self._id(other) for other in sorted(found.after)),
                open_keys=tuple(sorted(self._tables(block) - self.shown)),
                answers=tuple(sorted({n for place in answers for n in self.public(place)})),
                points=float(marks.points),
                requirements=self.requirements[marks.grade_id],
            )

    def is_code(self, place: int) -> bool:
        return bool(self.cells[place].cell_type == "code")

    def public(self, place: int) -> frozenset[str]:
        """The names that a question asks an answer cell to bind."""
        return cell_names(solution_parts(self.cells[place].source)[0]).binds

    def _shown_tables(self) -> set[str]:
        """The teaching tables that any given cell or words of the exercise speak of."""
        seen = [visible_part(solution_parts(cell.source)[0]) for cell in self.cells]
        return {name for words in seen for name in _TABLE_NAME.findall(words)}

    def _tables(self, block: Iterable[int]) -> set[str]:
        """The teaching tables that cells read, solutions and hidden tests included."""
        return {name for place in block for name in _TABLE.findall(self.cells[place].source)}

    def _id(self, number: int) -> str:
        grade_id = self.cells[self.blocks[number][-1]].metadata.nbgrader.grade_id
        return f"{self.name}/{grade_id}"


class _Walk:
    """Follows the names that one question reads to the cells that bind them."""

    def __init__(self, reader: _Reader, number: int) -> None:
        self.reader, self.number = reader, number
        self.borrowed: set[int] = set()
        self.preludes: set[int] = set()
        self.after: set[int] = set(self._mentioned())
        self.seen: set[int] = set()
        for place in reader.blocks[number]:
            if reader.is_code(place):
                self._follow(place, alone=False)

    def _mentioned(self) -> Iterator[int]:
        """The other questions that its words speak of."""
        words = "\n".join(
            self.reader.cells[place].source
            for place in self.reader.blocks[self.number]
            if not self.reader.is_code(place)
        )
        for found in MENTION.finditer(words):
            first, last = int(found[2]), int(found[4] or found[2])
            wanted = range(first, last + 1) if found[3] == " to " else (first, last)
            yield from (self.reader.numbers.index(number) for number in wanted)

    def _follow(self, place: int, *, alone: bool) -> None:
        """Follow one cell; *alone* means that only a model solution reuses it."""
        if place in self.seen:
            return
        self.seen.add(place)
        before = [
            cell for cell in self.reader.named[:place] if self.reader.is_code(int(cell.grade_id))
        ]
        owners = owners_of(before)
        for name in sorted(self.reader.named[place].names.reads & owners.keys()):
            owner = int(owners[name].grade_id)
            block = self.reader.of_place.get(owner)
            if block is not None and block != self.number:
                self._meet(place, owner, name, alone)

    def _meet(self, place: int, owner: int, name: str, alone: bool) -> None:
        """Decide what a cell of another question means for this one."""
        kind = self.reader.kinds[owner]
        reused = kind == LEARNER and self.reader.kinds[place] == LEARNER
        if kind == COURSE:
            self.borrowed.add(owner)
            self._follow(owner, alone=alone)
        elif kind == LEARNER and (alone or (reused and name not in self.reader.public(owner))):
            self.preludes.add(owner)
            self._follow(owner, alone=True)
        else:
            self.after.add(self.reader.of_place[owner])


def _kind(key: Key, cell: Any) -> str:
    known = key.by_id.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
    return known.kind if known else LEARNER


def _heading(sources: Iterable[str]) -> int:
    found = HEADING.search("\n".join(sources))
    return int(found[2]) if found else 0
