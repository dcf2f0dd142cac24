"""What a piece of code says about names: small questions, each about one node."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module

__all__ = [
    "CHANGING_FUNCTIONS",
    "arguments_of",
    "changes_in_place",
    "is_file_name",
    "leaves",
    "locals_of",
    "looped_name",
    "positions_of",
    "root_of",
    "star_names",
    "stored_in",
]

# Methods that change an object in place; those of pandas say so with ``inplace``.
_IN_PLACE = """
    add annotate append appendleft axhline axvline clear difference_update discard errorbar extend
    extendleft fill fill_between imshow insert intersection_update itemset legend move_to_end
    partition pop popitem popleft put remove resize reverse rotate scatter setdefault setflags sort
    symmetric_difference_update update
"""
_FUNCTIONS = """
    copyto delattr fill_diagonal heapify heappop heappush insort insort_left insort_right place put
    putmask setattr shuffle
"""
_FILES = "csv dat html json log md npy png tsv txt xlsx xml yaml yml"
CHANGING_METHODS = frozenset(_IN_PLACE.split())
CHANGING_FUNCTIONS = frozenset(_FUNCTIONS.split())
FILE_TYPES = frozenset(_FILES.split())
NEW_TABLE = frozenset(["set_axis", "set_flags", "set_index"])  # of pandas, which gives a new one
LIBRARIES = frozenset(["matplotlib", "numpy", "pandas", "scipy", "stemcell_kit"])


def root_of(node: ast.AST) -> set[str]:
    """The name that ``a.b[c].d`` starts from."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call, ast.Starred)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def changes_in_place(call: ast.Call) -> bool:
    """Tell whether a call of a method changes the object that it is called on."""
    assert isinstance(call.func, ast.Attribute)
    name = call.func.attr
    if name in CHANGING_METHODS or any(map(_is_in_place, call.keywords)):
        return True
    # of an axes; a table's plot has its columns by name
    is_drawn = name in ("bar", "hist", "plot") and bool(call.args)
    return is_drawn or (name.startswith("set_") and name not in NEW_TABLE)


def _is_in_place(keyword: ast.keyword) -> bool:
    value = keyword.value
    return keyword.arg == "inplace" and not (isinstance(value, ast.Constant) and not value.value)


def looped_name(node: ast.expr) -> str:
    """The name whose items a loop takes one by one, empty where it loops over something new."""
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    if is_call and node.func.attr in ("items", "values"):  # type: ignore[attr-defined]
        return next(iter(root_of(node)), "")
    return node.id if isinstance(node, ast.Name) else ""


def stored_in(parts: Iterable[ast.AST]) -> frozenset[str]:
    """Names that these parts bind in their own scope, not in a function or class inside."""
    names: set[str] = set()
    waiting = list(parts)
    while waiting:
        node = waiting.pop()
        names |= _bound_by(node)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            continue
        if isinstance(node, ast.comprehension):
            waiting += [node.iter, *node.ifs]
        else:
            waiting += ast.iter_child_nodes(node)
    return frozenset(names)


def _bound_by(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Store) else set()
    if isinstance(node, ast.alias):
        return {node.asname or node.name.partition(".")[0]}
    names = [getattr(node, "name", None), getattr(node, "rest", None)]
    return {name for name in names if isinstance(name, str)}


def locals_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[str]:
    """The local names of a function."""
    shared = {
        name
        for inner in ast.walk(node)
        if isinstance(inner, (ast.Global, ast.Nonlocal))
        for name in inner.names
    }
    return (stored_in(node.body) | arguments_of(node.args)) - shared


def arguments_of(arguments: ast.arguments) -> frozenset[str]:
    """The names of a function's parameters."""
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    rest = (arguments.vararg, arguments.kwarg)
    return frozenset([a.arg for a in every] + [a.arg for a in rest if a is not None])


def positions_of(arguments: ast.arguments, names: Iterable[str]) -> frozenset[int]:
    """The places of those parameters that are among the names."""
    wanted = set(names)
    every = (*arguments.posonlyargs, *arguments.args)
    return frozenset(place for place, a in enumerate(every) if a.arg in wanted)


def leaves(way: Sequence[ast.AST | None]) -> bool:
    """Tell whether a branch does not go on to what follows it."""
    last = way[-1] if way else None
    if isinstance(last, ast.ExceptHandler):
        return leaves(last.body)
    if isinstance(last, ast.Assert):
        return isinstance(last.test, ast.Constant) and not last.test.value
    return isinstance(last, (ast.Raise, ast.Return, ast.Continue, ast.Break))


def star_names(module: str) -> list[str]:
    """What ``from module import *`` binds, for the libraries that a course may trust."""
    root = module.partition(".")[0]
    if root not in LIBRARIES and root not in sys.stdlib_module_names:
        return []
    try:
        found = import_module(module)
    except ImportError:
        return []
    public = [name for name in vars(found) if not name.startswith("_")]
    return list(getattr(found, "__all__", public))


def is_file_name(text: str) -> bool:
    """Tell whether a text looks like the name of a data file in the working folder."""
    return (
        len(text) < 100
        and "." in text
        and text.rpartition(".")[2].lower() in FILE_TYPES
        and not text.startswith((".", "/"))
        and ".." not in text
        and "\\" not in text
        and ":" not in text
    )
