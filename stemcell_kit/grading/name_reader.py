"""Reading one code cell of the course: which names it reads, binds and changes."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from stemcell_kit.grading.name_kinds import (
    CHANGING_FUNCTIONS,
    changes_in_place,
    is_file_name,
    leaves,
    looped_name,
    root_of,
    star_names,
    stored_in,
)
from stemcell_kit.grading.name_scopes import ScopedReader

__all__ = ["NameReader"]


class NameReader(ScopedReader):
    """Collects names, imports, calls and file names of one cell."""

    def __init__(self) -> None:
        super().__init__()
        self.imports: dict[str, str] = {}
        self.files: list[str] = []
        self.calls: list[tuple[str, tuple[str, ...]]] = []

    # --- statements that run in another order, or only perhaps ---------------------------------

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        self._visit_all(node.targets)
        if isinstance(node.value, ast.Name):
            for target in node.targets:
                self._alias(target, node.value.id)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._visit_all([node.annotation, node.value])
        if node.value is not None or not isinstance(node.target, ast.Name):
            self.visit(node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        if isinstance(node.target, ast.Name):
            self._read(node.target.id)
        self.visit(node.target)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self._visit_all([node.iter, node.target])
        if name := looped_name(node.iter):
            self._alias(node.target, name)
        self._visit_all([*node.body, *node.orelse])

    visit_AsyncFor = visit_For

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        self._either(node.body, node.orelse)

    def visit_Try(self, node: ast.Try) -> None:
        tried = [*node.body, *node.orelse]
        self._either(tried, *[[handler] for handler in node.handlers])
        self._visit_all(node.finalbody)

    visit_TryStar = visit_Try  # type: ignore[assignment]

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self._visit_all([node.type])
        if node.name:
            self._bind(node.name)
        self._visit_all(node.body)

    def visit_Match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        self._either(*[[case.pattern, case.guard, *case.body] for case in node.cases], [])

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        self.generic_visit(node)
        if node.name:
            self._bind(node.name)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self._bind(node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self.generic_visit(node)
        if node.rest:
            self._bind(node.rest)

    def _either(self, *ways: Sequence[ast.AST | None]) -> None:
        """Visit ways of which one is taken; sure is what all of them bind that go on."""
        before, ends = set(self._sure), []
        for way in ways:
            self._sure = set(before)
            self._visit_all(way)
            if not leaves(way):
                ends.append(self._sure)
        self._sure = set.intersection(*ends) if ends else before

    # --- what else there is to see --------------------------------------------------------------

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            self._import(name, f"import {alias.name}" + (f" as {name}" if alias.asname else ""))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            names = star_names(module) if alias.name == "*" else [alias.name]
            for name in names:
                bound = alias.asname or name
                self._import(bound, f"from {module} import {name} as {bound}")

    def _import(self, name: str, statement: str) -> None:
        self._bind(name)
        if not self._scopes:
            self.imports[name] = statement

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._change_by(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._change_by(node)

    def _change_by(self, node: ast.Subscript | ast.Attribute) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._change(root_of(node))
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        called = node.func
        if isinstance(called, ast.Attribute) and changes_in_place(node):
            self._change(root_of(called.value))
        for keyword in node.keywords:
            if keyword.arg == "ax":  # what a table draws on
                self._change(root_of(keyword.value))
        name = called.attr if isinstance(called, ast.Attribute) else next(iter(root_of(called)), "")
        if name in CHANGING_FUNCTIONS and node.args:
            self._change(root_of(node.args[0]))
        if isinstance(called, ast.Name):
            given = tuple(next(iter(root_of(arg)), "") for arg in node.args)
            self.calls.append((called.id, given))
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and is_file_name(node.value):
            self.files.append(node.value)

    def _alias(self, target: ast.expr, name: str) -> None:
        """Note that a change of the target is a change of what it was taken from."""
        for alias in stored_in([target]):
            self._aliases[alias] = {name} | self._aliases.get(name, set())
