"""Which names a test cell needs, and whose they are: the course's or the learner's.

Read from the course's own notebook, never from a submission. A name belongs to whoever bound
it last before the test, going by the source: helpers and data of locked cells and of earlier
tests are the course's, and the judge makes them itself; what a solution cell binds or changes
is the learner's, and the judge asks for it.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

__all__ = ["CellNames", "Needs", "cell_names", "needs_of_tests"]

CHANGING_METHODS = frozenset(
    [
        "add",
        "append",
        "appendleft",
        "clear",
        "discard",
        "drop",
        "drop_duplicates",
        "dropna",
        "extend",
        "fillna",
        "insert",
        "intersection_update",
        "pop",
        "popitem",
        "popleft",
        "put",
        "remove",
        "rename",
        "reset_index",
        "resize",
        "reverse",
        "set_index",
        "setdefault",
        "shuffle",
        "sort",
        "sort_index",
        "sort_values",
        "update",
    ]
)
FILE_TYPES = frozenset(
    [
        "csv",
        "dat",
        "html",
        "json",
        "log",
        "md",
        "npy",
        "png",
        "tsv",
        "txt",
        "xlsx",
        "xml",
        "yaml",
        "yml",
    ]
)


@dataclass(frozen=True)
class CellNames:
    """What one code cell does with names."""

    reads: frozenset[str]
    binds: frozenset[str]
    changes: frozenset[str]
    imports: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()


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
        tree = ast.parse(TransformerManager().transform_cell(source))
    except SyntaxError:
        return CellNames(frozenset(), frozenset(), frozenset())
    reader = _Reader()
    outside: set[str] = set()
    certain: set[str] = set()
    for statement in tree.body:
        reader.reads.clear()
        reader.visit(statement)
        outside |= reader.reads - certain
        if not isinstance(statement, _MAYBE):
            certain |= reader.binds
    return CellNames(
        frozenset(outside),
        frozenset(reader.binds),
        frozenset(reader.changes),
        reader.imports,
        tuple(dict.fromkeys(reader.files)),
    )


# Statements that may leave a name unbound.
_MAYBE = (ast.If, ast.For, ast.While, ast.Try, ast.Match)


class _Reader(ast.NodeVisitor):
    """Collects names; those that are local to a function are none of the cell's."""

    def __init__(self) -> None:
        self.reads: set[str] = set()
        self.binds: set[str] = set()
        self.changes: set[str] = set()
        self.imports: dict[str, str] = {}
        self.files: list[str] = []
        self._inside: list[set[str]] = []

    def visit_Name(self, node: ast.Name) -> None:
        if any(node.id in local for local in self._inside):
            return
        if isinstance(node.ctx, ast.Store):
            self._bind(node.id)
        else:
            self.reads.add(node.id)
            if isinstance(node.ctx, ast.Del):
                self.changes.add(node.id)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._bind(node.name)
        for part in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
            if part is not None:
                self.visit(part)
        self._visit_inside(node.args, node.body, _locals_of(node))

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._visit_inside(node.args, [node.body], _arguments(node.args))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._bind(node.name)
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(part)
        self._visit_inside(None, node.body, _stored(node.body))

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> None:
        self._visit_inside(None, [*node.generators, node.elt], _stored(node.generators))

    visit_SetComp = visit_ListComp
    visit_GeneratorExp = visit_ListComp

    def visit_DictComp(self, node: ast.DictComp) -> None:
        parts = [*node.generators, node.key, node.value]
        self._visit_inside(None, parts, _stored(node.generators))

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self._bind(node.name)
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            self._import(name, f"import {alias.name}" + (f" as {name}" if alias.asname else ""))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            name = alias.asname or alias.name
            self._import(name, f"from {module} import {alias.name} as {name}")

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._change(node)
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._change(node)
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.reads.add(node.target.id)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING_METHODS:
            self.changes.update(_root(node.func.value))
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and _is_file_name(node.value):
            self.files.append(node.value)

    def _visit_inside(
        self, arguments: ast.arguments | None, parts: Iterable[ast.AST], local: set[str]
    ) -> None:
        self._inside.append(local)
        for part in (*([arguments] if arguments else []), *parts):
            self.visit(part)
        self._inside.pop()

    def _bind(self, name: str) -> None:
        if not any(name in local for local in self._inside):
            self.binds.add(name)

    def _import(self, name: str, statement: str) -> None:
        self._bind(name)
        if not self._inside:
            self.imports[name] = statement

    def _change(self, node: ast.Subscript | ast.Attribute) -> None:
        if not isinstance(node.ctx, ast.Load):
            self.changes.update(_root(node))


def _root(node: ast.AST) -> set[str]:
    """The name that ``a.b[c].d`` starts from."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def _stored(parts: Sequence[ast.AST]) -> set[str]:
    names = {
        node.id
        for part in parts
        for node in ast.walk(part)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return names | {
        part.name
        for part in parts
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    }


def _locals_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    shared = {
        name for inner in ast.walk(node) if isinstance(inner, ast.Global) for name in inner.names
    }
    return (_stored(node.body) | _arguments(node.args)) - shared


def _arguments(arguments: ast.arguments) -> set[str]:
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    rest = (arguments.vararg, arguments.kwarg)
    return {a.arg for a in every} | {a.arg for a in rest if a is not None}


def _is_file_name(text: str) -> bool:
    return (
        len(text) < 100
        and "." in text
        and text.rpartition(".")[2].lower() in FILE_TYPES
        and not text.startswith((".", "/"))
        and ".." not in text
        and "\\" not in text
        and ":" not in text
    )


@dataclass(frozen=True)
class _Source:
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
        _Source(grade_id, cell_names(text), kind != "learner", kind == "test")
        for grade_id, kind, text in cells
    ]
    return {
        source.grade_id: _needs(source, sources[:place], sources)
        for place, source in enumerate(sources)
        if source.is_course
    }


def _needs(cell: _Source, before: Sequence[_Source], every: Sequence[_Source]) -> Needs:
    owners = _owners(before)
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


def _owners(before: Sequence[_Source]) -> dict[str, _Source]:
    """Name -> the cell that bound it last, or that was given it to change."""
    owners: dict[str, _Source] = {}
    for source in before:
        for name in source.names.binds:
            owners[name] = source
        if not source.is_course:
            for name in source.names.changes & owners.keys():
                owners[name] = source
    return owners
