"""Which names a test cell needs, and whose they are: the course's or the learner's.

Read from the course's own notebook, never from a submission. A name belongs to whoever bound
it last before the test, going by the source: helpers and data of locked cells and of earlier
tests are the course's, and the judge makes them itself; what a solution cell binds or changes
is the learner's, and the judge asks for it.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from stemcell_kit.grading.name_reader import NameReader

__all__ = ["CellNames", "NamedCell", "Needs", "cell_names", "needs_of_tests", "owners_of"]

# IPython's own names are the same for everybody, and never the learner's to give.
OF_THE_SHELL = frozenset(
    ["In", "Out", "_", "__", "___", "__name__", "display", "exit", "get_ipython", "quit"]
)
# Magics around code that is the cell's own.
AROUND = re.compile(
    r"\A()\s*%%(?:capture|prun|time|timeit)\b[^\n]*\n|^([ \t]*)%time[ \t]+", re.MULTILINE
)
# A test that runs or unpickles what it reads must read nothing of the learner's.
UNSAFE_READING = re.compile(
    r"pickle|joblib|\bdill\b|shelve|marshal|\bexec\b|\beval\b|\bcompile\b|runpy|unsafe_load|yaml\.load"
)


@dataclass(frozen=True)
class CellNames:
    """What one code cell does with names.

    ``calls`` are its calls of named functions with the names that they are given, ``changers``
    its functions that change an argument in place: name -> places of these arguments.
    """

    reads: frozenset[str]
    binds: frozenset[str]
    changes: frozenset[str]
    imports: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    calls: tuple[tuple[str, tuple[str, ...]], ...] = ()
    changers: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def changed_by(self, changers: Mapping[str, frozenset[int]]) -> set[str]:
        """Names that the cell changes itself, or gives to a function that changes them."""
        known = {**changers, **self.changers}
        given = {
            names[place]
            for function, names in self.calls
            for place in known.get(function, ())
            if place < len(names)
        }
        return given | self.changes


@dataclass(frozen=True)
class Needs:
    """What the judge prepares before one test cell."""

    asks: tuple[str, ...]
    course_cells: tuple[str, ...]
    files: tuple[str, ...] = ()


@cache
def cell_names(source: str) -> CellNames:
    """Read the names of one cell of the course; a cell that is no Python has none.

    Magics and shell lines are translated first, as IPython does it.
    """
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        tree = ast.parse(TransformerManager().transform_cell(AROUND.sub(r"\1\2", source)))
    except SyntaxError:
        return CellNames(frozenset(), frozenset(), frozenset())
    reader = NameReader()
    reader.visit(tree)
    reads = reader.reads | (reader.later - reader.binds)
    return CellNames(
        frozenset(reads - OF_THE_SHELL),
        frozenset(reader.binds),
        frozenset(reader.changes),
        reader.imports,
        () if UNSAFE_READING.search(source) else tuple(dict.fromkeys(reader.files)),
        tuple(reader.calls),
        reader.changers,
    )


@dataclass(frozen=True)
class NamedCell:
    """One code cell of the source, with the side that it belongs to."""

    grade_id: str
    names: CellNames
    is_course: bool
    is_test: bool


def needs_of_tests(cells: Sequence[tuple[str, str, str]]) -> dict[str, Needs]:
    """Return for each test and each locked cell what the judge must prepare.

    Parameters
    ----------
    cells
        The code cells of the source in order: grade id (may be empty), kind (``test``,
        ``course`` or ``learner``), source text.
    """
    sources = [
        NamedCell(grade_id, cell_names(text), kind != "learner", kind == "test")
        for grade_id, kind, text in cells
    ]
    return {
        source.grade_id: _needs(source, sources[:place], sources)
        for place, source in enumerate(sources)
        if source.is_course
    }


def _needs(cell: NamedCell, before: Sequence[NamedCell], every: Sequence[NamedCell]) -> Needs:
    owners = owners_of(before)
    asked: dict[str, None] = {}
    course: dict[str, None] = {}
    waiting, seen = [cell], [cell]
    while waiting:
        current = waiting.pop()
        for name in sorted(current.names.reads):
            owner = owners.get(name)
            if owner is None or not owner.is_course:
                if owner is not None or not hasattr(builtins, name):
                    asked[name] = None
            elif owner not in seen:
                if not owner.is_test:
                    course[owner.grade_id] = None
                seen.append(owner)
                waiting.append(owner)
    order = [source.grade_id for source in every if source.grade_id in course]
    return Needs(tuple(asked), tuple(order), cell.names.files)


def owners_of(before: Sequence[NamedCell]) -> dict[str, NamedCell]:
    """Name -> the cell that bound it last, or that was given it to change."""
    owners: dict[str, NamedCell] = {}
    changers: dict[str, frozenset[int]] = {}
    for source in before:
        for name in source.names.binds:
            owners[name] = source
        changers |= source.names.changers
        if not source.is_course:
            for name in source.names.changed_by(changers) & owners.keys():
                owners[name] = source
    return owners
