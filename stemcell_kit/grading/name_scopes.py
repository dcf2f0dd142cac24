"""Names in their scopes: what is local to a function, class or comprehension is none of a cell's."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stemcell_kit.grading.name_kinds import arguments_of, locals_of, positions_of, stored_in

__all__ = ["ScopedReader"]


@dataclass(frozen=True, eq=False)
class _Scope:
    """The names of a function, class or comprehension; a cell's own names have none."""

    kind: str
    names: frozenset[str]


class ScopedReader(ast.NodeVisitor):
    """Collects names in the order in which a cell runs.

    ``reads`` are the names that it needs from outside, ``later`` those that its functions read
    when they are called; ``changers`` are its functions that change an argument in place.
    """

    def __init__(self) -> None:
        self.reads: set[str] = set()
        self.later: set[str] = set()
        self.binds: set[str] = set()
        self.changes: set[str] = set()
        self.changers: dict[str, frozenset[int]] = {}
        self._sure: set[str] = set()
        self._scopes: list[_Scope] = []
        self._aliases: dict[str, set[str]] = {}

    # --- names ------------------------------------------------------------------------------

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self._bind(node.id)
            return
        self._read(node.id)
        if isinstance(node.ctx, ast.Del):
            self._change({node.id})

    def _read(self, name: str) -> None:
        if self._is_local(name):
            return
        if any(scope.kind == "function" for scope in self._scopes):
            self.later.add(name)
        elif name not in self._sure:
            self.reads.add(name)

    def _bind(self, name: str, *, through: str = "") -> None:
        """Bind a name; ``through`` is a kind of scope that has no names of this sort."""
        if not self._is_local(name, through=through):
            self.binds.add(name)
            self._sure.add(name)

    def _is_local(self, name: str, *, through: str = "") -> bool:
        """Tell whether a name is found in a scope; a class shows its own to nobody inside."""
        inner = self._scopes[-1:]
        return any(
            name in scope.names
            for scope in self._scopes
            if scope.kind != through and (scope.kind != "class" or scope in inner)
        )

    def _change(self, names: Iterable[str]) -> None:
        for name in names:
            if not self._is_local(name):
                self.changes |= {name} | self._aliases.get(name, set())

    # --- scopes -----------------------------------------------------------------------------

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        defaults = [*node.args.defaults, *node.args.kw_defaults]
        self._visit_all([*node.decorator_list, *defaults, *_annotations(node.args), node.returns])
        self._bind(node.name)
        positions = self._changed_positions(node)
        if positions and not self._scopes:
            self.changers[node.name] = positions
        self._visit_inside("function", locals_of(node), node.body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def _changed_positions(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[int]:
        inner = type(self)()
        inner._visit_all(node.body)
        return positions_of(node.args, inner.changes)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._visit_all([*node.args.defaults, *node.args.kw_defaults])
        self._visit_inside("function", arguments_of(node.args), [node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._visit_all([*node.decorator_list, *node.bases, *node.keywords])
        self._visit_inside("class", stored_in(node.body), node.body)
        self._bind(node.name)

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> None:
        self._comprehend(node.generators, [node.elt])

    visit_SetComp = visit_ListComp
    visit_GeneratorExp = visit_ListComp

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._comprehend(node.generators, [node.key, node.value])

    def _comprehend(self, loops: Sequence[ast.comprehension], parts: Sequence[ast.expr]) -> None:
        first, *others = loops
        self.visit(first.iter)  # runs outside
        targets = stored_in([loop.target for loop in loops])
        rest = [*first.ifs, *[part for loop in others for part in (loop.iter, *loop.ifs)], *parts]
        self._visit_inside("comprehension", targets, rest)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self._bind(node.target.id, through="comprehension")

    def _visit_inside(
        self, kind: str, names: frozenset[str], parts: Sequence[ast.AST | None]
    ) -> None:
        sure = set(self._sure)
        self._scopes.append(_Scope(kind, names))
        self._visit_all(parts)
        self._scopes.pop()
        if kind == "function":  # it runs later, if ever
            self._sure = sure

    def _visit_all(self, parts: Iterable[ast.AST | None]) -> None:
        for part in parts:
            if part is not None:
                self.visit(part)


def _annotations(arguments: ast.arguments) -> list[ast.expr | None]:
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    rest = [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    return [argument.annotation for argument in (*every, *rest)]
