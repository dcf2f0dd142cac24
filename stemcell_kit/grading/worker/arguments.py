"""What the judge gives to a learner's function: the learner's own objects, and ways to call back."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

from stemcell_kit.grading.crossing import decode
from stemcell_kit.grading.live import live_thing
from stemcell_kit.grading.worker.objects import ObjectTable
from stemcell_kit.grading.worker.raised import standard_error

__all__ = ["Arguments"]


class Arguments:
    """Makes values of the judge's trees.

    Parameters
    ----------
    table
        The learner's objects.
    ask
        Sends a question to the judge and returns its answer.
    """

    def __init__(self, table: ObjectTable, ask: Callable[[dict[str, Any]], Any]) -> None:
        self._table = table
        self._ask = ask

    def value(self, tree: Any) -> Any:
        """Make the value of one tree."""
        return decode(tree, objects=self._object)

    def _object(self, node: dict[str, Any]) -> Any:
        if "mine" in node:
            return self._table[node["mine"]]
        if "import" in node:
            return _imported(node["import"])
        if "error" in node:
            error = standard_error(node["error"], self.value(node["args"]))
            self._table.remember_theirs(error, node["number"])
            return error
        if "live" in node:
            return live_thing(self.value(node["live"]))
        asking = self._asking(node["callback"])
        return _items(asking) if node.get("iterates") else asking

    def _asking(self, number: int) -> Callable[..., Any]:
        """Return a function that asks the judge for its result."""

        def ask(*args: Any, **kwargs: Any) -> Any:
            sent = {"args": self._table.value(args), "kwargs": self._table.value(kwargs)}
            reply = self._ask({"callback": number, **sent})
            if "raised" in reply:
                error = standard_error(reply["raised"])
                self._table.remember_theirs(error, reply["number"])
                raise error
            return self.value(reply["value"])

        return ask


def _items(asking: Callable[..., Any]) -> Iterator[Any]:
    while True:
        try:
            item = asking()
        except StopIteration:
            return
        yield item


def _imported(path: str) -> Any:
    module, _, names = path.partition(":")
    value = importlib.import_module(module)
    for part in names.split("."):
        value = getattr(value, part)
    return value
