"""What an answer is made of when names, numbers and order are taken away.

A statement becomes a line of words and signs in which a candidate's own names, numbers and texts
are blanks; runs of that line are its fragments. Renaming changes no fragment, and fragments do not
know where in the answer they stood, so reordering changes none either.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass

__all__ = ["Fragment", "fragments_of", "own_names"]

_WORD = re.compile(r"[^\W\d]\w*|\d[\w.]*|[^\w\s]")
_MAGIC = re.compile(r"^\s*[%!?].*$", re.MULTILINE)
_OWN, _NUMBER, _TEXT = "name", "0", "text"


@dataclass(frozen=True)
class Fragment:
    """A run of words and signs, and the lines of the cell that it comes from, counted from 1."""

    words: str
    first: int
    last: int


def fragments_of(
    source: str, *, own: frozenset[str], length: int, comment_words: int
) -> tuple[Fragment, ...]:
    """Return the fragments of a cell.

    Parameters
    ----------
    own
        Names that the author chose: see :func:`own_names`. Other names are the course's and stay.
    length
        Words and signs in a fragment; a shorter statement is one fragment.
    comment_words
        Words from which a comment counts as a fragment.

    A cell that is not Python is taken line by line, with its names as they are.
    """
    source = _MAGIC.sub("", source)
    lines = _statements(source, own) or _plain_lines(source)
    runs = [
        Fragment(run, first, last) for words, first, last in lines for run in _runs(words, length)
    ]
    return (*runs, *_comments(source, comment_words))


def own_names(sources: Iterable[str]) -> frozenset[str]:
    """Names that cells of one author give to something: variables, arguments, functions."""
    found: set[str] = set()
    for source in sources:
        tree = _parsed(source)
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
                found.add(node.id)
            elif isinstance(node, ast.arg):
                found.add(node.arg)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found.add(node.name)
    return frozenset(found)


def _parsed(source: str) -> ast.Module | None:
    """The code as a tree; none when it cannot be parsed, and is compared as plain lines."""
    try:
        return ast.parse(_MAGIC.sub("", source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _runs(words: list[str], length: int) -> Iterator[str]:
    for start in range(max(1, len(words) - length + 1)):
        yield " ".join(words[start : start + length])


def _statements(source: str, own: frozenset[str]) -> list[tuple[list[str], int, int]]:
    """Words and lines of each statement; none when the code cannot be taken apart."""
    tree = _parsed(source)
    found = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)] if tree else []
    try:
        return [
            (_WORD.findall(ast.unparse(_Blank(own).visit(_head(one)))), *_lines(one))
            for one in found
        ]
    except RecursionError:
        # code nested to be hostile is compared as plain lines instead
        return []


def _lines(node: ast.stmt) -> tuple[int, int]:
    body = getattr(node, "body", None)
    last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
    return node.lineno, max(node.lineno, last)


def _head(node: ast.stmt) -> ast.stmt:
    """The statement without the statements in it, which have fragments of their own."""
    head = copy(node)
    for name in ("body", "orelse", "finalbody"):
        if isinstance(getattr(head, name, None), list):
            setattr(head, name, [ast.Pass()] if name == "body" else [])
    if isinstance(head, ast.Try | ast.TryStar):
        head.handlers, head.finalbody = [], [ast.Pass()]
    if isinstance(head, ast.Match):
        return ast.copy_location(ast.Expr(head.subject), node)
    return head


class _Blank(ast.NodeTransformer):
    """Puts blanks for own names, numbers and texts; column names in brackets stay."""

    def __init__(self, own: frozenset[str]) -> None:
        self.own = own

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(_OWN if node.id in self.own else node.id, node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.arg(_OWN)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node = copy(node)
        node.name = _OWN
        return self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        inside = node.slice
        column = isinstance(inside, ast.Constant) and isinstance(inside.value, str)
        kept = inside if column else self.visit(inside)
        return ast.Subscript(self.visit(node.value), kept, node.ctx)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return ast.Name(_TEXT)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, str | bytes):
            return ast.Name(_TEXT)
        if isinstance(node.value, int | float | complex) and not isinstance(node.value, bool):
            return ast.Name(_NUMBER)
        return node


def _plain_lines(source: str) -> list[tuple[list[str], int, int]]:
    return [
        (words, number, number)
        for number, line in enumerate(source.splitlines(), 1)
        if (words := _WORD.findall(line.split("#")[0]))
    ]


def _comments(source: str, least: int) -> list[Fragment]:
    """Comments long enough to be somebody's own words."""
    found: list[Fragment] = []
    if "#" not in source:
        return found
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            words = token.string.strip("# ").lower().split()
            if token.type == tokenize.COMMENT and _long(words, least):
                found.append(Fragment("# " + " ".join(words), token.start[0], token.start[0]))
    except (tokenize.TokenError, SyntaxError):
        # what was found before the code broke off counts
        return found
    return found


def _long(words: list[str], least: int) -> bool:
    """So many words, or as much Chinese, which has no spaces between words."""
    return len(words) >= least or sum("\u4e00" <= c <= "\u9fff" for c in "".join(words)) > 2 * least
