"""From a Python value to a tree of JSON types; only plain data in exact types goes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from math import isfinite
from typing import Any

from stemcell_kit.grading.crossing import containers, plain, times
from stemcell_kit.grading.crossing.limits import SAFE_INT, Budget, CannotCross, Tree
from stemcell_kit.grading.crossing.nodes import AskForTree, Writer

__all__ = ["Packing", "encode"]

# Library -> our module that writes its kinds of value. None of them is imported for a number.
LIBRARIES = {
    "matplotlib": "figures",
    "numpy": "numpy_kinds",
    "pandas": "tables",
    "scipy": "sparse",
}
KNOWN = {**containers.WRITERS, **plain.WRITERS, **times.WRITERS}
# What crosses by the thousand in arrays of text, and needs no look inside.
LEAVES = {str, bool, type(None)}


def encode(value: Any, *, objects: AskForTree | None = None) -> Tree:
    """Write a value as a tree of JSON types.

    None, bool, str, float and an int below 2**53 stand for themselves; all else is a dict
    with its kind under ``"t"``.

    Parameters
    ----------
    value
        Anything. Only exact types are data: an instance of a subclass is an object.
    objects
        Asked for whatever is not plain data (a function, a class, an instance); answers with
        a tree whose ``"t"`` is ``"object"``, or with None.

    Raises
    ------
    CannotCross
        Some part is no plain data and ``objects`` has no answer for it, or a limit is passed.
    """
    try:
        return Packing(objects).pack(value)
    except CannotCross:
        raise
    except Exception as error:  # a value may hold anything, and its library trips over it
        raise CannotCross(
            f"a {type(value).__name__[:80]} cannot be read ({type(error).__name__}: "
            f"{str(error)[:200]}); look at it piece by piece, or give a simpler value"
        ) from None


class Packing:
    """One value on its way out: what it may still spend, and who knows its objects."""

    def __init__(self, objects: AskForTree | None) -> None:
        self.budget = Budget(CannotCross)
        self.figures: dict[int, int] = {}  # id of a figure -> its number in this value
        self._objects = objects
        self._depth = 0

    def pack(self, value: Any) -> Tree:
        """Write one value, of any kind."""
        kind = type(value)
        self.budget.nodes(1)
        if kind is str:
            self.budget.text(value)
            return value
        if kind is float:
            return value if isfinite(value) else plain.special_float(value)
        if kind is int:
            return value if -SAFE_INT < value < SAFE_INT else plain.big_int(value)
        if value is None or kind is bool:
            return value
        self._depth += 1
        self.budget.depth(self._depth)
        tree = self._pack_other(kind, value)
        self._depth -= 1
        return tree

    def pack_all(self, values: list[Any]) -> list[Tree]:
        """Write the items of a container."""
        pack = self.pack
        return [pack(value) for value in values]

    def pack_cells(self, values: list[Any]) -> list[Tree]:
        """Write the items of an array of objects; texts count as cells, not as parts."""
        if not set(map(type, values)) <= LEAVES:
            return self.pack_all(values)
        self.budget.cells(len(values))
        for value in values:
            if value.__class__ is str:
                self.budget.text(value)
        return values

    def _pack_other(self, kind: type, value: Any) -> Tree:
        writer = KNOWN.get(kind) or _library_writer(kind)
        tree = writer(self, value) if writer is not None else None
        if tree is None and self._objects is not None:
            tree = self._objects(value)
        if tree is None:
            raise CannotCross(_explain(kind, value))
        return tree


def _library_writer(kind: type) -> Writer | None:
    """The writer for a kind of value of a library that this process has loaded."""
    module = kind.__module__
    library = module.partition(".")[0] if type(module) is str else ""
    if library not in LIBRARIES or library not in sys.modules:
        return None
    home = import_module(f"stemcell_kit.grading.crossing.{LIBRARIES[library]}")
    writers: Callable[[], dict[type, Writer]] = home.writers
    return writers().get(kind)


def _explain(kind: type, value: Any) -> str:
    found = f"a class ({value.__name__})" if isinstance(value, type) else f"a {kind.__name__}"
    return (
        f"found {found[:80]}, which is not plain data. What can be checked is a number, a text, "
        "a list, a tuple, a set, a dict, a date, an array, a table or a figure, and what these "
        "hold. Give one of them; list(...) makes a list of whatever can be looped over."
    )
