"""From a tree of JSON types to a value, in the process that must not be fooled.

The tree comes from a process that ran a learner's code: every part of it is checked, and nothing
in it is evaluated, imported or called.
"""

from __future__ import annotations

from importlib import import_module
from math import isfinite
from typing import Any

from stemcell_kit.grading.crossing import containers, plain, times
from stemcell_kit.grading.crossing.limits import SAFE_INT, BadCrossing, Budget
from stemcell_kit.grading.crossing.nodes import AskForValue, Reader, fault

__all__ = ["Unpacking", "decode"]

# First part of a tag -> our module that reads such nodes.
LIBRARIES = {"mpl": "figures", "np": "numpy_kinds", "pd": "tables", "sp": "sparse"}
KNOWN = {**containers.READERS, **plain.READERS, **times.READERS}
LEAVES = {str, bool, type(None)}
TAG_SHOWN = 40
# A table or a figure is one level to whoever sends it, and has levels of its own in the tree.
LEVELS_INSIDE = 6


def decode(tree: Any, *, objects: AskForValue | None = None) -> Any:
    """Make a value of a tree that may be hostile.

    Parameters
    ----------
    tree
        What the JSON reader returned.
    objects
        Makes a value of a node whose ``"t"`` is ``"object"``; asked for these only.

    Raises
    ------
    BadCrossing
        Anything about the tree is wrong: a type, a shape, a size, an unknown kind.
        No other exception comes out, except those that are no ``Exception`` (such as
        ``KeyboardInterrupt``).
    """
    try:
        return Unpacking(objects).unpack(tree)
    except BadCrossing:
        raise
    except Exception as error:  # deep stack or no memory: the sender's fault, not ours
        raise BadCrossing(f"the value cannot be built ({type(error).__name__})") from None


class Unpacking:
    """One value on its way in: what it may still spend, and who knows its objects."""

    def __init__(self, objects: AskForValue | None) -> None:
        self.budget = Budget(BadCrossing)
        self.figures: dict[int, Any] = {}  # number of a figure in this value -> the figure
        self._objects = objects
        self._depth = 0

    def unpack(self, tree: Any) -> Any:
        """Read one node of any kind."""
        kind = type(tree)
        self.budget.nodes(1)
        if kind is str:
            self.budget.text(tree)
            return tree
        if kind is float:
            return tree if isfinite(tree) else fault("a bare number is not finite")
        if kind is int:
            return tree if -SAFE_INT < tree < SAFE_INT else fault("a bare number is too long")
        if tree is None or kind is bool:
            return tree
        if kind is not dict:
            fault("a node is neither a scalar nor a dict")
        self._depth += 1
        self.budget.depth(self._depth - LEVELS_INSIDE)
        value = self._unpack_node(tree)
        self._depth -= 1
        return value

    def unpack_cells(self, raw: Any) -> list[Any]:
        """Read the items of an array of objects; texts count as cells, not as parts."""
        if type(raw) is not list:
            fault("a list was expected")
        if not set(map(type, raw)) <= LEAVES:
            return [self.unpack(item) for item in raw]
        self.budget.cells(len(raw))
        for item in raw:
            if type(item) is str:
                self.budget.text(item)
        return list(raw)

    def _unpack_node(self, node: dict[str, Any]) -> Any:
        tag = node.get("t")
        if type(tag) is not str:
            fault("a node has no tag")
        reader = self._reader(tag)
        try:
            return reader(self, node)
        except BadCrossing:
            raise
        except Exception as error:  # a library refuses what our checks let pass
            raise BadCrossing(f"no {tag} can be built ({type(error).__name__})") from None

    def _reader(self, tag: str) -> Reader:
        reader: Reader | None = KNOWN.get(tag)
        if reader is None and tag == "object" and self._objects is not None:
            objects = self._objects
            return lambda unpacking, node: objects(node)
        library = tag.partition(".")[0]
        if reader is None and library in LIBRARIES:
            home = import_module(f"stemcell_kit.grading.crossing.{LIBRARIES[library]}")
            reader = home.READERS.get(tag)
        return reader or fault(f"the kind {tag[:TAG_SHOWN]!a} is unknown here")
